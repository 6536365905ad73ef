import { expect, test } from 'vitest';
import { clearBatch, makeBatch } from './batch-builder.ts';
import { makeDecoding } from './engine.ts';
import type { FrameStop } from './frames.ts';
import type {
  ArrayType,
  ByteOrder,
  ClassLayout,
  FieldType,
  IntegerType,
  LocatedLength,
  Member,
  RecordLayout,
  StructType,
} from './layout.ts';
import type { EventClass, EventStream } from './reader.ts';
import type { ClassSelection, FieldSelection } from './selection.ts';
import { structAt } from './value.ts';

/**
 * Frames written by hand, decoded by both engines.
 *
 *   body of `open`, from byte 0     type u16 │ flags u8 │ - │ pid i32 │ count u8 │ - - - │ filename: word │ flavor u16
 */

const engines = ['interpreter', 'wasm'] as const;
const orders = ['le', 'be'] as const;

function integer(sizeBits: number, byteOrder: ByteOrder, isSigned = false): IntegerType {
  return {
    kind: 'integer',
    ...{ sizeBits, byteOrder, isSigned },
    ...{ alignmentBits: 8, displayBase: 10, isText: false },
  };
}

function located(
  order: ByteOrder,
  element: FieldType,
  from: LocatedLength['from'],
  kind: Partial<ArrayType> = {},
): ArrayType {
  const length = { kind: 'located' as const, word: integer(32, order), from };
  return { kind: 'array', alignmentBits: 8, element, length, isText: false, ...kind };
}

function struct(
  ...members: readonly (readonly [name: string, type: FieldType, atByte?: number])[]
): StructType {
  return {
    kind: 'struct',
    alignmentBits: 8,
    members: members.map(
      ([name, type, at]): Member => (at === undefined ? { name, type } : { name, type, offsetBits: 8 * at }),
    ),
  };
}

const text = { isText: true };

/** Bytes, integers (size, value), and texts, one after the other. */
function bytesOf(order: ByteOrder, ...parts: readonly (string | readonly [size: number, value: number])[]) {
  const bytes: number[] = [];
  for (const part of parts) {
    if (typeof part === 'string') bytes.push(...new TextEncoder().encode(part));
    else {
      const [size, value] = part;
      const own = Array.from({ length: size }, (_, index) =>
        Number((BigInt(value) >> BigInt(8 * index)) & 0xffn),
      );
      bytes.push(...(order === 'le' ? own : own.reverse()));
    }
  }
  return bytes;
}

interface HandMadeFrame {
  readonly id?: number;
  readonly timeNs?: number;
  readonly cpu?: number;
  readonly context?: readonly number[];
  readonly body: readonly number[];
}

/** Decodes frames, all classes selected in the same way, and tells what came of it. */
function decodeAll(
  engine: 'interpreter' | 'wasm',
  classes: readonly ClassLayout[],
  frames: readonly HandMadeFrame[],
  selected: ClassSelection = 'all',
  recordCountMax?: number,
) {
  const layout: RecordLayout = {
    ...{
      packetHeader: undefined,
      packetContext: undefined,
      eventHeader: undefined,
      commonContext: undefined,
    },
    classIdFields: [],
    classes: new Map(classes.map((body, index) => [BigInt(index), body])),
    clock: undefined,
  };
  const eventClasses = classes.map(
    (_, index) => ({ index, id: BigInt(index), name: `class ${index}` }) as EventClass,
  );
  const decoding = makeDecoding(engine, 1 << 16);
  const batch = makeBatch({ index: 0 } as EventStream, true, undefined);
  const parts = {
    layout,
    selection: {
      classes: { get: () => selected },
      ...(recordCountMax === undefined ? {} : { recordCountMax }),
      cycles: true,
      packets: false,
    },
    eventClasses: new Map(eventClasses.map((each) => [each.id, each])),
  };
  const decoder = decoding.makeFrameDecoder({}, parts, batch);
  const window = decoding.allocateWindow(1 << 16);
  const list = decoding.allocateFrames(frames.length);
  // At no round address, and with something else between the frames.
  let at = 3;
  for (const { id = 0, timeNs = 0, cpu = 0, context = [], body } of frames) {
    const place = list.count++;
    list.classId[place] = id;
    list.timeNs[place] = timeNs;
    list.cycles[place] = 7n;
    list.cpu[place] = cpu;
    list.contextAt[place] = at;
    window.bytes().set(context, at);
    at += context.length;
    list.contextEnd[place] = at;
    list.bodyAt[place] = at;
    window.bytes().set(body, at);
    at += body.length;
    list.bodyEnd[place] = at;
    window.bytes().set([0xee, 0xee], at);
    at += 2;
  }
  const records: { readonly [name: string]: unknown }[] = [];
  const faults: string[] = [];
  let [from, batches] = [0, 0];
  let stop: FrameStop;
  do {
    stop = decoder.decode(window.bytes(), list, from, batch);
    if (stop.kind === 'fault') {
      faults.push(`${stop.at} ${stop.className ?? '?'}.${stop.fault.field} ${stop.fault.code}`);
      from = stop.at + 1;
      continue;
    }
    decoder.publish();
    batches++;
    for (let record = 0; record < batch.count; record++) {
      const index = batch.classIndex[record] as number;
      const of = batch.classes.get(index);
      const row = batch.row[record] as number;
      for (const column of of?.scopes.values() ?? []) expect(column.count).toBe(of?.count);
      const scopes = [...(of?.scopes ?? [])].map(([, column]) => structAt(column, row));
      const base = { id: index, timeNs: of?.timeNs[row], cpu: of?.cpu[row], cycles: batch.cycles?.[record] };
      records.push(Object.assign(base, ...scopes) as Record<string, unknown>);
    }
    if (stop.kind === 'full') from = stop.at;
    clearBatch(batch);
    decoder.clear();
  } while (stop.kind !== 'end');
  decoder.release();
  return { records, faults, batches };
}

function openClass(order: ByteOrder): ClassLayout {
  return {
    commonContext: struct(
      ['type', integer(16, order), 0],
      ['flags', integer(8, order), 2],
      ['pid', integer(32, order, true), 4],
    ),
    specificContext: undefined,
    payload: struct(
      ['count', integer(8, order), 8],
      ['filename', located(order, integer(8, order), 'scope', text), 12],
      ['flavor', integer(16, order)],
    ),
  };
}

const openHead = (pid: number) =>
  [
    [2, 5],
    [1, 1],
    [1, 0xff],
    [4, pid],
    [1, 9],
    [3, 0],
  ] as const;

test.each(engines.flatMap((engine) => orders.map((order) => [engine, order] as const)))(
  '%s, %s: fields at offsets, a text elsewhere in the record',
  (engine, order) => {
    const body = bytesOf(order, ...openHead(-2), [4, (6 << 16) | 18], [2, 513], '/bin\0x');
    const { records, faults } = decodeAll(engine, [openClass(order)], [{ timeNs: 40, cpu: 3, body }]);
    expect(faults).toEqual([]);
    const base = { id: 0, timeNs: 40, cpu: 3, cycles: 7n };
    expect(records).toEqual([
      { ...base, type: 5, flags: 1, pid: -2, count: 9, filename: '/bin', flavor: 513 },
    ]);
  },
);

test.each(engines)('%s: a frame that is at fault leaves nothing behind', (engine) => {
  const list = located('le', integer(16, 'le'), 'word-end');
  const payload = struct(['list', list, 0], ['name', located('le', integer(8, 'le'), 'scope', text)]);
  const good = (value: number) =>
    bytesOf('le', [4, (5 << 16) | 4], [4, (2 << 16) | 13], [2, value], [2, value + 1], [1, 0], 'ab');
  const beyond = bytesOf('le', [4, (4 << 16) | 4], [4, (2 << 16) | 13], [2, 1], [2, 2], [2, 0]);
  const cut = bytesOf('le', [4, (4 << 16) | 4], [2, 0]);
  const { records, faults } = decodeAll(
    engine,
    [{ specificContext: undefined, payload }],
    [
      ...[{ body: good(1) }, { body: beyond }, { body: good(5) }, { body: cut }, { id: 4, body: [] }],
      { timeNs: 2 ** 53, body: good(7) },
      { timeNs: Number.NaN, body: good(9) },
    ],
  );
  expect(faults).toEqual([
    '1 class 0.name beyond-content',
    '3 class 0.list beyond-content',
    '4 ?. unknown-event-class',
    '5 class 0. time-out-of-range',
  ]);
  expect(records.map(({ list: values, name, timeNs }) => ({ values, name, timeNs }))).toEqual([
    { values: [1, 2], name: 'ab', timeNs: 0 },
    { values: [5, 6], name: 'ab', timeNs: 0 },
    { values: [9, 10], name: 'ab', timeNs: Number.NaN },
  ]);
});

test.each(engines)('%s: words that point to the end, and beyond it', (engine) => {
  const payload = struct(['name', located('le', integer(8, 'le'), 'scope', { isBlob: true })]);
  const body = (offset: number, size: number) => bytesOf('le', [4, size * 65536 + offset], [2, 0x4142]);
  const words = [body(6, 0), body(7, 0), body(4, 2), body(4, 3), body(0xffff, 0xffff), body(0, 0)];
  const { records, faults } = decodeAll(
    engine,
    [{ specificContext: undefined, payload }],
    words.map((each) => ({ body: each })),
  );
  expect(records.map(({ name }) => name)).toEqual(
    [[], [0x42, 0x41], []].map((each) => Uint8Array.from(each)),
  );
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['1', '3', '4']);
});

test.each(engines.flatMap((engine) => orders.map((order) => [engine, order] as const)))(
  '%s, %s: arrays of what is left of the record',
  (engine, order) => {
    const rest = (element: FieldType, kind: Partial<ArrayType> = {}): ArrayType => ({
      ...{ kind: 'array', alignmentBits: 8, element, length: { kind: 'rest' }, isText: false },
      ...kind,
    });
    const classes = [
      rest(integer(32, order)),
      rest(integer(8, order), text),
      rest(integer(8, order), { isBlob: true }),
    ].map((type) => ({
      specificContext: undefined,
      payload: struct(['ip', integer(16, order)], ['buf', type, 4]),
    }));
    const numbers = (...values: number[]) =>
      bytesOf(order, [4, 1], ...values.map((value) => [4, value] as const));
    const { records, faults } = decodeAll(engine, classes, [
      { body: numbers(70000, 5) },
      { body: [...numbers(6), 1, 2, 3] },
      { body: numbers() },
      { body: bytesOf(order, [2, 1]) },
      { id: 1, body: bytesOf(order, [4, 1], 'abc\0d') },
      { id: 1, body: bytesOf(order, [4, 1], 'abcd') },
      { id: 2, body: bytesOf(order, [4, 1], 'a\0bc') },
    ]);
    expect(records.map(({ buf }) => buf)).toEqual([
      ...[[70000, 5], [6], []],
      ...['abc', 'abcd'],
      Uint8Array.from([0x61, 0, 0x62, 0x63]),
    ]);
    expect(faults).toEqual(['3 class 0.buf beyond-content']);
  },
);

/** What perf writes with a sample: a chain of callers, whose length is in the record, before what else there is. */
function sampleClass(): ClassLayout {
  const nr = integer(64, 'le');
  const callers: ArrayType = {
    kind: 'array',
    alignmentBits: 8,
    element: integer(64, 'le'),
    length: { kind: 'field', field: { scope: 'specific-context', path: ['nr'], type: nr } },
    isText: false,
  };
  return {
    specificContext: struct(
      ['ip', integer(64, 'le')],
      ['nr', nr],
      ['ips', callers],
      ['weight', integer(32, 'le')],
    ),
    payload: struct(['value', integer(32, 'le'), 4]),
  };
}

const fields = (...names: readonly (readonly [FieldSelection['scope'], string])[]): ClassSelection =>
  names.map(([scope, name]) => ({ scope, path: [name], as: 'natural' }));

test.each(engines)('%s: only what is selected, and what is in its way, is looked at', (engine) => {
  const whole = bytesOf('le', [8, 10], [8, 2], [8, 11], [8, 12], [4, 99]);
  const cut = bytesOf('le', [8, 10], [8, 200], [8, 11]);
  const body = bytesOf('le', [4, 0], [4, 77]);
  const frames = [
    { context: whole, body },
    { context: cut, body },
    { context: whole, body: [1] },
  ];
  const decode = (selected: ClassSelection) => {
    const { records, faults } = decodeAll(engine, [sampleClass()], frames, selected);
    return { faults, records: records.map(({ id: _, timeNs: _t, cpu: _c, cycles: _y, ...rest }) => rest) };
  };
  expect(decode('all')).toEqual({
    faults: ['1 class 0.ips beyond-content', '2 class 0.value beyond-content'],
    records: [{ ip: 10n, nr: 2n, ips: [11n, 12n], weight: 99, value: 77 }],
  });
  expect(decode(fields(['specific-context', 'ip']))).toEqual({
    faults: [],
    records: [{ ip: 10n }, { ip: 10n }, { ip: 10n }],
  });
  expect(decode(fields(['specific-context', 'weight']))).toEqual({
    faults: ['1 class 0.ips beyond-content'],
    records: [{ weight: 99 }, { weight: 99 }],
  });
  expect(decode(fields(['payload', 'value']))).toEqual({
    faults: ['2 class 0.value beyond-content'],
    records: [{ value: 77 }, { value: 77 }],
  });
  expect(decode([])).toEqual({ faults: [], records: [{}, {}, {}] });
});

test.each(engines)('%s: a scope without fields has rows', (engine) => {
  const body = bytesOf('le', [4, 0], [4, 77]);
  const bare = { ...sampleClass(), specificContext: undefined, commonContext: struct() };
  expect(decodeAll(engine, [bare], [{ body }, { body }]).records).toHaveLength(2);
});

test.each(engines)('%s: batches are no larger than wanted', (engine) => {
  const body = bytesOf('le', [4, 0], [4, 77]);
  const frames = Array.from({ length: 7 }, () => ({ body }));
  const { records, batches } = decodeAll(engine, [sampleClass()], frames, fields(['payload', 'value']), 3);
  expect(records).toHaveLength(7);
  expect(batches).toBe(3);
});
