/** Fields as plugins read them: numbers without their sign. */
import type { ClassBatch } from '../../events/batch.ts';
import { bytesAt } from '../../events/columns.ts';
import { fieldColumn, numericOf } from '../../tracepoints/print-format/fields.ts';
import { asBigint } from '../../tracepoints/print-format/numeric.ts';
import type { WriteRow } from '../../tracepoints/print-format/print-format.ts';

/** Undefined where there is no such field. */
export function unsignedReader(batch: ClassBatch, ...names: string[]): ((row: number) => bigint) | undefined {
  for (const name of names) {
    const column = fieldColumn(batch, name);
    if (column !== undefined) return asBigint(numericOf(column));
  }
  return undefined;
}

/** Of at most 32 bits. */
export function numberReader(batch: ClassBatch, name: string): ((row: number) => number) | undefined {
  const column = fieldColumn(batch, name);
  if (column === undefined) return undefined;
  const value = numericOf(column);
  return value.kind === 'number' ? value.read : (row) => Number(value.read(row));
}

export function bytesOfText(batch: ClassBatch, name: string): ((row: number) => Uint8Array) | undefined {
  const column = fieldColumn(batch, name);
  return column?.kind === 'text' ? (row) => bytesAt(column, row) : undefined;
}

/** Writes the parts that there are, one after the other. */
export function inTurn(...parts: readonly (WriteRow | undefined)[]): WriteRow {
  const writers = parts.filter((part) => part !== undefined);
  return (row, out) => {
    for (const write of writers) write(row, out);
  };
}

export function words(text: string): WriteRow {
  return (_, out) => out.ascii(text);
}
