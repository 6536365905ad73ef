import { type ClassBatch, columnAt } from '../batch.ts';
import type { FieldValue } from '../columns.ts';
import type { FieldSource } from '../reader.ts';
import { valueAt } from '../value.ts';

/** Reads what a class records of every event, such as its thread; undefined when it does not. */
export function recordedReader(
  batch: ClassBatch,
  source: FieldSource | undefined,
): ((row: number) => FieldValue) | undefined {
  if (source === undefined) return undefined;
  if (source.kind === 'constant') return () => source.value;
  const column = columnAt(batch.scopes.get(source.field.scope), source.field.path);
  // Optional fields are no such source.
  return column && ((row) => valueAt(column, row) as FieldValue);
}

/** The same for what is a number of at most 53 bits. */
export function recordedNumber(
  batch: ClassBatch,
  source: FieldSource | undefined,
): ((row: number) => number) | undefined {
  const column =
    source?.kind === 'field' ? columnAt(batch.scopes.get(source.field.scope), source.field.path) : undefined;
  if (column?.kind === 'number') return (row) => column.values[row] as number;
  const read = recordedReader(batch, source);
  return read && ((row) => Number(read(row)));
}

/** The CPU of a row: from the record's own field where it has one, else as the packet says; -1 where neither does. */
export function cpuReader(batch: ClassBatch): (row: number) => number {
  const recorded = recordedReader(batch, batch.eventClass.cpu);
  if (recorded === undefined) return (row) => batch.cpu[row] as number;
  return (row) => Number(recorded(row));
}
