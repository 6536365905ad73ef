/** What plugins print instead of tracepoints' own formats. */
import type { ClassBatch } from '../../events/batch.ts';
import type { KernelText } from '../../events/reader.ts';
import type { WriteRow } from '../../tracepoints/print-format/print-format.ts';
import type { CommandNames } from './command-names.ts';
import { functionHandlers } from './function-handlers.ts';
import { futexHandlers } from './futex-handler.ts';
import { memoryHandlers } from './memory-handlers.ts';
import { schedulerHandlers } from './scheduler-handlers.ts';
import { timerHandlers } from './timer-handlers.ts';

/** A class's text; undefined where the records have not the fields that it takes. */
export type Handler = (batch: ClassBatch, kernel: KernelText, names: CommandNames) => WriteRow | undefined;

const handlers: ReadonlyMap<string, Handler> = new Map([
  ...schedulerHandlers,
  ...timerHandlers,
  ...memoryHandlers,
  ...futexHandlers,
  ...functionHandlers,
]);

/** Undefined where no plugin prints the class. */
export function handlerOf(batch: ClassBatch, kernel: KernelText, names: CommandNames): WriteRow | undefined {
  return handlers.get(batch.eventClass.name)?.(batch, kernel, names);
}
