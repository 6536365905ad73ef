/**
 * Texts that trace-cmd 3.1.6 (libtraceevent 1.7.1) printed of made-up records: tracepoints of Linux 6.18 that together have every
 * function, conversion, operator and type of field that formats of this kernel have, random values, written into a trace.dat and printed
 * with `trace-cmd report -t`. Tracepoints that libtraceevent can't follow are not among them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FieldStruct, FieldValue } from '../../events/columns.ts';
import type { FieldType, StructType } from '../../events/layout.ts';
import { parseEventFormat } from '../event-format.ts';
import { textsOf } from './print-format.test-helpers.ts';

interface Case {
  readonly system: string;
  readonly format: string;
  readonly records: readonly {
    readonly fields: { readonly 'common-context': WrittenFields; readonly payload: WrittenFields };
    readonly text: string;
  }[];
}

/** Integers of 64 bits are texts in JSON. */
type Written = string | number | readonly Written[];
interface WrittenFields {
  readonly [name: string]: Written;
}

const path = join(import.meta.dirname, 'cases', 'trace-cmd.jsonl');
const cases = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);
const symbols = { _text: 0xffffffff81000000n, func_one: 0xffffffff81001000n };

function read(written: Written, type: FieldType): FieldValue {
  if (type.kind === 'array' && Array.isArray(written))
    return written.map((one: Written) => read(one, type.element));
  if (type.kind === 'integer' && type.sizeBits > 32) return BigInt(written as string);
  return written as FieldValue;
}

function readFields(written: WrittenFields, { members }: StructType): FieldStruct {
  return Object.fromEntries(members.map(({ name, type }) => [name, read(written[name] ?? 0, type)]));
}

test.each(cases.map((one) => [/^name: (.*)/.exec(one.format)?.[1], one] as const))('%s', (_, one) => {
  const origin = {
    system: one.system,
    file: 'format',
    machine: { byteOrder: 'le', longSizeBytes: 8 },
  } as const;
  const { printFormat, payload, commonContext } = parseEventFormat(one.format, origin);
  const parts = { printFormat, payload, common: commonContext, symbols };
  const records = one.records.map(({ fields }) => ({
    common: readFields(fields['common-context'], commonContext),
    payload: readFields(fields.payload, payload),
  }));
  expect(textsOf(parts, records)).toEqual(one.records.map(({ text }) => text));
});
