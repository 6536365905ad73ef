/** What plugins print instead of tracepoints' own formats. */
import type { ClassBatch } from '../../events/batch.ts';
import type { KernelText } from '../../events/reader.ts';
import type { PaddedSeconds } from '../../events/text/padded-seconds.ts';
import type { WriteRow } from '../../tracepoints/print-format/print-format.ts';
import type { CallStacks } from './call-stacks.ts';
import type { CommandNames } from './command-names.ts';
import { functionHandlers } from './function-handlers.ts';
import { futexHandlers } from './futex-handler.ts';
import { memoryHandlers } from './memory-handlers.ts';
import { schedulerHandlers } from './scheduler-handlers.ts';
import { timerHandlers } from './timer-handlers.ts';

/** What a trace's handlers share. */
export interface HandlerContext {
  readonly kernel: KernelText;
  readonly names: CommandNames;
  /** Functions by CPU: who called whom last. */
  readonly calls: CallStacks;
  readonly time: PaddedSeconds;
}

/** A class's text; undefined where the records have not the fields that it takes. */
export type Handler = (batch: ClassBatch, context: HandlerContext) => WriteRow | undefined;

const handlers: ReadonlyMap<string, Handler> = new Map([
  ...schedulerHandlers,
  ...timerHandlers,
  ...memoryHandlers,
  ...futexHandlers,
  ...functionHandlers,
]);

/** Undefined where no plugin prints the class. */
export function handlerOf(batch: ClassBatch, context: HandlerContext): WriteRow | undefined {
  return handlers.get(batch.eventClass.name)?.(batch, context);
}
