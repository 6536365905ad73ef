/** Records made by hand, as a reader would deliver them: for tests of what stands above readers. */
import type { ClassBatch, EventBatch } from './batch.ts';
import {
  type Column,
  encodingOf,
  type FieldStruct,
  type FieldValue,
  grown,
  makeColumn,
  type StructColumn,
  type VariantColumn,
} from './columns.ts';
import type {
  ArrayType,
  EnumerationRange,
  FieldType,
  IntegerType,
  Scope,
  StringType,
  StructType,
  TextEncoding,
} from './layout.ts';
import type { EventClass, EventStream, TraceAbout } from './reader.ts';

/** An integer of 32 bits, unless said otherwise. */
export function integer(options: Partial<Omit<IntegerType, 'kind'>> = {}): IntegerType {
  return {
    kind: 'integer',
    sizeBits: 32,
    alignmentBits: 8,
    byteOrder: 'le',
    isSigned: false,
    displayBase: 10,
    isText: false,
    ...options,
  };
}

/** `enumeration({ LOW: 0, HIGH: [1, 9] })`. */
export function enumeration(
  labels: { readonly [label: string]: number | readonly [number, number] },
  options: Partial<Omit<IntegerType, 'kind'>> = {},
): IntegerType {
  const ranges = Object.entries(labels).map(([label, range]): EnumerationRange => {
    const [first, last] = typeof range === 'number' ? [range, range] : range;
    return { label, first: BigInt(first), last: BigInt(last) };
  });
  return integer({ labels: ranges, ...options });
}

export const text: StringType = { kind: 'string', alignmentBits: 8 };

export function struct(members: { readonly [name: string]: FieldType }): StructType {
  const list = Object.entries(members).map(([name, type]) => ({ name, type }));
  return { kind: 'struct', alignmentBits: 8, members: list };
}

export function list(element: FieldType, isText = false): ArrayType {
  return { kind: 'array', alignmentBits: 8, element, length: { kind: 'fixed', count: 0 }, isText };
}

/** One record: its class by name, its fields by scope. */
export interface HandMadeRecord {
  readonly name: string;
  /** NaN where the record has no time. */
  readonly timeNs?: number;
  readonly cycles?: bigint;
  readonly cpu?: number;
  readonly packet?: number;
  readonly fields?: { readonly [S in Scope]?: FieldStruct };
}

export interface HandMadeClass extends Partial<Omit<EventClass, 'scopes' | 'name' | 'index'>> {
  readonly name: string;
  readonly scopes?: { readonly [S in Scope]?: StructType };
}

export interface HandMadeBatch {
  readonly classes: readonly HandMadeClass[];
  readonly records: readonly HandMadeRecord[];
  readonly stream?: Partial<EventStream>;
  readonly packetScopes?: { readonly [S in Scope]?: StructType };
  readonly packets?: readonly { readonly [S in Scope]?: FieldStruct }[];
}

export function makeEventClass(index: number, parts: HandMadeClass): EventClass {
  return {
    trace: 0,
    id: BigInt(index),
    streamClassId: 0n,
    logLevel: undefined,
    canonical: undefined,
    tid: undefined,
    pid: undefined,
    cpu: undefined,
    ...parts,
    index,
    scopes: new Map(Object.entries(parts.scopes ?? {}) as [Scope, StructType][]),
  };
}

/** A batch with all fields selected. */
export function makeBatch(parts: HandMadeBatch): EventBatch {
  const { records } = parts;
  const classes = new Map(
    parts.classes.map((one, index) => [index, makeClassBatch(index, one, records.length)]),
  );
  const batch = {
    stream: makeStream(parts.stream ?? {}),
    count: records.length,
    timeNs: Float64Array.from(records, (record) => record.timeNs ?? Number.NaN),
    cycles: records.some((record) => record.cycles !== undefined)
      ? BigUint64Array.from(records, (record) => record.cycles ?? 0n)
      : undefined,
    classIndex: new Uint32Array(records.length),
    row: new Uint32Array(records.length),
    version: 0,
    gaps: [],
    packetRow: Uint32Array.from(records, (record) => record.packet ?? 0),
    classes,
    packets: parts.packets && makePackets(parts.packetScopes ?? {}, parts.packets),
  } satisfies EventBatch;
  records.forEach((record, position) => {
    const index = parts.classes.findIndex((candidate) => candidate.name === record.name);
    const into = classes.get(index);
    if (into === undefined) throw new Error(`The hand-made batch has no class ${record.name}.`);
    batch.classIndex[position] = index;
    batch.row[position] = into.count;
    appendRecord(into, record);
  });
  return batch;
}

function makeClassBatch(index: number, parts: HandMadeClass, countMax: number): ClassBatch {
  const eventClass = makeEventClass(index, parts);
  return {
    eventClass,
    count: 0,
    timeNs: new Float64Array(countMax),
    cpu: new Int32Array(countMax),
    scopes: makeScopes(eventClass.scopes),
  };
}

function makeScopes(types: ReadonlyMap<Scope, StructType>): ReadonlyMap<Scope, StructColumn> {
  return new Map([...types].map(([scope, type]) => [scope, makeColumn(type) as StructColumn]));
}

function makePackets(
  types: { readonly [S in Scope]?: StructType },
  packets: readonly { readonly [S in Scope]?: FieldStruct }[],
): ReadonlyMap<Scope, StructColumn> {
  const columns = makeScopes(new Map(Object.entries(types) as [Scope, StructType][]));
  for (const packet of packets) {
    for (const [scope, column] of columns) appendValue(column, packet[scope] ?? {});
  }
  return columns;
}

function appendRecord(batch: ClassBatch, record: HandMadeRecord): void {
  batch.timeNs[batch.count] = record.timeNs ?? Number.NaN;
  batch.cpu[batch.count] = record.cpu ?? -1;
  batch.count++;
  for (const [scope, column] of batch.scopes) appendValue(column, record.fields?.[scope] ?? {});
}

function makeStream(parts: Partial<EventStream>): EventStream {
  return {
    index: 0,
    trace: 0,
    name: 'channel_0',
    classId: 0n,
    instanceId: undefined,
    cpu: undefined,
    hasTime: true,
    lastNs: Number.NaN,
    next: () => undefined,
    ...parts,
  };
}

/** A trace of which nothing is known but what is given. */
export function makeTraceAbout(parts: Partial<TraceAbout> = {}): TraceAbout {
  const hostName = parts.environment?.get('hostname');
  return {
    index: 0,
    name: '',
    format: 'ctf',
    formatTitle: 'ctf 1.8',
    uuid: undefined,
    environment: new Map(),
    hostName: typeof hostName === 'string' ? hostName : undefined,
    tracer: undefined,
    domain: undefined,
    kernelRelease: undefined,
    architecture: undefined,
    byteOrder: 'le',
    clocks: [],
    files: [],
    sizeBytes: 0,
    ...parts,
  };
}

/** Appends a plain value to a column, growing it. */
export function appendValue(column: Column, value: FieldValue | undefined): void {
  const row = column.count++;
  switch (column.kind) {
    case 'number':
      if (row >= column.values.length) column.values = grown(column.values, row + 1);
      column.values[row] = Number(value);
      break;
    case 'bigint':
      if (row >= column.values.length) column.values = grown(column.values, row + 1);
      column.values[row] = BigInt(value as bigint);
      break;
    case 'text': {
      const bytes =
        typeof value === 'string'
          ? encodeText(value, encodingOf(column))
          : Uint8Array.from(value as number[]);
      if (row >= column.starts.length) column.starts = grown(column.starts, row + 1);
      if (row >= column.lengths.length) column.lengths = grown(column.lengths, row + 1);
      if (column.used + bytes.length > column.bytes.length) {
        column.bytes = grown(column.bytes, column.used + bytes.length);
      }
      column.bytes.set(bytes, column.used);
      column.starts[row] = column.used;
      column.lengths[row] = bytes.length;
      column.used += bytes.length;
      break;
    }
    case 'struct':
      column.members.forEach((member, index) => {
        const name = column.names[index] as string;
        const part = (value as FieldStruct)[name];
        const isOptional = member.kind === 'variant' && member.isOptional === true;
        if (part === undefined && !isOptional)
          throw new Error(`The hand-made record lacks the field ${name}.`);
        appendValue(member, part);
      });
      break;
    case 'list':
      if (row + 1 >= column.starts.length) column.starts = grown(column.starts, row + 2);
      for (const element of value as readonly (FieldValue | undefined)[])
        appendValue(column.element, element);
      column.starts[row + 1] = column.element.count;
      break;
    case 'variant': {
      const { index, chosen } = chooseOption(column, value);
      if (row >= column.option.length) column.option = grown(column.option, row + 1);
      if (row >= column.row.length) column.row = grown(column.row, row + 1);
      column.option[row] = index;
      column.row[row] = (column.options[index] as Column).count;
      appendValue(column.options[index] as Column, chosen);
      break;
    }
  }
}

/** An optional field's value is there or undefined; a variant's says which option it is of. */
function chooseOption(column: VariantColumn, value: FieldValue | undefined) {
  if (column.isOptional === true) {
    return value === undefined ? { index: 0, chosen: {} } : { index: 1, chosen: value };
  }
  const { option, value: chosen } = value as { option: string; value: FieldValue };
  return { index: column.names.indexOf(option), chosen };
}

function encodeText(text: string, encoding: TextEncoding): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const isWide = encoding.startsWith('utf-32');
  const units = isWide
    ? Array.from(text, (point) => point.codePointAt(0) as number)
    : Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  const view = new DataView(new ArrayBuffer(units.length * (isWide ? 4 : 2)));
  units.forEach((unit, index) => {
    if (isWide) view.setUint32(index * 4, unit, encoding.endsWith('le'));
    else view.setUint16(index * 2, unit, encoding.endsWith('le'));
  });
  return new Uint8Array(view.buffer);
}
