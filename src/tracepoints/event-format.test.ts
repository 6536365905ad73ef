import { describe, expect, test } from 'vitest';
import { memberCountMax } from '../bytes/limits.ts';
import { traceErrorOf } from '../bytes/testing.ts';
import { describeStruct, readCases } from './cases.test-helpers.ts';
import { type EventFormat, parseEventFormat } from './event-format.ts';

const machine = { byteOrder: 'le', longSizeBytes: 8 } as const;

function parse(text: string, system = 'sched'): EventFormat {
  return parseEventFormat(text, { system, file: 'perf.data', machine });
}

describe('formats that are read', () => {
  test.each(readCases('pass.txt'))('$title', ({ text, expected }) => {
    expect(describeStruct(parse(text).payload)).toBe(expected);
  });
});

describe('formats that are wrong', () => {
  test.each(readCases('fail.txt'))('$title', ({ text, expected }) => {
    const error = traceErrorOf(() => parse(text).payload);
    expect(`${error.code} ${error.message}`).toBe(expected);
  });
});

const waking = `name: sched_waking
ID: 317
format:
\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;
\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;

print fmt: "comm=%s pid=%d", REC->comm, REC->pid
`;

test('a format says what its event is called, what its records have and how they are printed', () => {
  const format = parse(waking);
  expect([format.system, format.name, format.id]).toEqual(['sched', 'sched_waking', 317]);
  expect(format.printFormat).toBe('"comm=%s pid=%d", REC->comm, REC->pid');
  expect(describeStruct(format.commonContext)).toBe(
    'common_type @0 u16\ncommon_flags @2 u8\ncommon_preempt_count @3 u8\ncommon_pid @4 s32',
  );
  expect(
    format.fields.map(({ name, declaredType, offsetBytes, sizeBytes, isSigned }) => [
      name,
      declaredType,
      offsetBytes,
      sizeBytes,
      isSigned,
    ]),
  ).toEqual([
    ['comm', 'char[16]', 8, 16, false],
    ['pid', 'pid_t', 24, 4, true],
  ]);
  expect(format.payload).toBe(format.payload);
  expect(format.commonContext).toBe(format.commonContext);
});

test('fields have the byte order and the long of the traced machine', () => {
  const text =
    'name: a\nID: 1\nformat:\n\tfield:__data_loc unsigned long[] x;\toffset:8;\tsize:4;\tsigned:0;\n';
  const format = parseEventFormat(text, {
    system: 's',
    file: 'f',
    machine: { byteOrder: 'be', longSizeBytes: 4 },
  });
  expect(format.payload.members[0]?.type).toMatchObject({
    length: { kind: 'located', from: 'scope', word: { sizeBits: 32, byteOrder: 'be', isSigned: false } },
    element: { sizeBits: 32, byteOrder: 'be' },
  });
});

test('fields are looked at only when they are asked for', () => {
  const format = parse(waking.replace('field:pid_t pid;', 'field:;'));
  expect(format.name).toBe('sched_waking');
  expect(traceErrorOf(() => format.fields).place).toEqual({ unit: 'line', line: 10, column: 2 });
});

test('a stack of ftrace is as long as its size says', () => {
  const text = `name: kernel_stack
ID: 4
format:
\tfield:int size;\toffset:8;\tsize:4;\tsigned:1;
\tfield:unsigned long caller[8];\toffset:16;\tsize:64;\tsigned:0;
`;
  expect(describeStruct(parse(text, 'ftrace').payload)).toBe('size @8 s32\ncaller @16 size × u64');
  expect(describeStruct(parse(text).payload)).toBe('size @8 s32\ncaller @16 8 × u64');
  const before = text.replace('caller[8]', 'caller').replace('size:64', 'size:0');
  const { payload } = parse(before, 'ftrace');
  expect(describeStruct(payload)).toBe('size @8 s32\ncaller @16 size × u64');
  const [size, caller] = payload.members;
  expect(caller?.type).toMatchObject({ length: { field: { scope: 'payload', path: ['size'] } } });
  // The same object: that is how decoders find the value.
  expect(
    caller?.type.kind === 'array' && caller.type.length.kind === 'field' && caller.type.length.field.type,
  ).toBe(size?.type);
});

test('raw data of ftrace is no text, whatever is declared', () => {
  const text = 'name: raw_data\nID: 19\nformat:\n\tfield:char buf[];\toffset:12;\tsize:0;\tsigned:0;\n';
  expect(describeStruct(parse(text, 'ftrace').payload)).toBe('buf @12 bytes rest');
  expect(describeStruct(parse(text, 'other').payload)).toBe('buf @12 text rest');
});

test('as many fields as a structure may have, not one more', () => {
  const lines = Array.from(
    { length: memberCountMax },
    (_, index) => `\tfield:u8 a;\toffset:${index};\tsize:1;\tsigned:0;\n`,
  );
  const head = 'name: many\nID: 1\nformat:\n';
  const names = parse(head + lines.join('')).payload.members.map(({ name }) => name);
  expect(names.slice(0, 3)).toEqual(['a', 'a_2', 'a_3']);
  expect(new Set(names).size).toBe(memberCountMax);
  const error = traceErrorOf(() => parse(head + lines.join('') + lines[0]).payload);
  expect(error.message).toBe(
    `There are more than 65536 fields. (perf.data:${memberCountMax + 4}:2, event sched:many)`,
  );
});
