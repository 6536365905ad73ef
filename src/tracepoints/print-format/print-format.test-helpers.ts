/** Records of tracepoints made by hand, and their text. */
import type { ClassBatch } from '../../events/batch.ts';
import type { FieldStruct } from '../../events/columns.ts';
import type { StructType } from '../../events/layout.ts';
import type { KernelText } from '../../events/reader.ts';
import { integer, makeBatch, struct } from '../../events/testing.ts';
import { ByteWriter } from '../../events/text/byte-writer.ts';
import { compilePrintFormat } from './print-format.ts';

export const commonContext = struct({
  common_type: integer({ sizeBits: 16 }),
  common_pid: integer({ isSigned: true }),
});

export interface HandMadeTracepoint {
  readonly printFormat: string;
  readonly payload: StructType;
  readonly common?: StructType;
  readonly name?: string;
  readonly longSizeBytes?: 4 | 8;
  readonly symbols?: { readonly [name: string]: bigint };
  readonly strings?: ReadonlyMap<bigint, string>;
  readonly declaredTypes?: { readonly [field: string]: string };
}

/** Functions of 0x1000 bytes each. */
export function makeKernelText(parts: HandMadeTracepoint): KernelText {
  return {
    printFormat: parts.printFormat,
    longSizeBytes: parts.longSizeBytes ?? 8,
    symbolAt: (address) => {
      for (const [name, start] of Object.entries(parts.symbols ?? {})) {
        if (address >= start && address < start + 0x1000n) return { name, offset: address - start };
      }
      return undefined;
    },
    declaredType: (field) => parts.declaredTypes?.[field],
    addressOf: (symbol) => parts.symbols?.[symbol],
    stringAt: (address) => parts.strings?.get(address),
    commandLine: () => undefined,
  };
}

export interface HandMadeFields {
  readonly common?: FieldStruct;
  readonly payload: FieldStruct;
}

export function makeClassBatch(parts: HandMadeTracepoint, records: readonly HandMadeFields[]): ClassBatch {
  const name = parts.name ?? 'system:event';
  const batch = makeBatch({
    classes: [{ name, scopes: { 'common-context': parts.common ?? commonContext, payload: parts.payload } }],
    records: records.map(({ common, payload }) => ({
      name,
      timeNs: 0,
      fields: { 'common-context': common ?? { common_type: 1, common_pid: 42 }, payload },
    })),
  });
  return batch.classes.get(0) as ClassBatch;
}

/** The text of each record. */
export function textsOf(parts: HandMadeTracepoint, records: readonly HandMadeFields[]): string[] {
  const batch = makeClassBatch(parts, records);
  const write = compilePrintFormat(makeKernelText(parts), batch);
  return records.map((_, row) => {
    const out = new ByteWriter();
    write(row, out);
    return new TextDecoder().decode(out.take());
  });
}
