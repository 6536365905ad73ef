/**
 * What a sample of an attribute is made of (linux include/uapi/linux/perf_event.h, PERF_RECORD_SAMPLE; the order is the kernel's
 * `perf_output_sample`). What comes before the call chain is at the same place in every sample of the attribute:
 *
 *   type u32 │ misc u16 │ size u16 │ identifier │ ip │ pid, tid │ time │ addr │ id │ stream_id │ cpu │ period │ read … │ call chain … │ raw … │ …
 */
import type { ByteOrder, IntegerType, Scope, StructType } from '../../events/layout.ts';
import { type Attribute, branchBits, readBits, sampleBits } from './attribute.ts';
import { FieldTypes, type PlacedField, struct } from './field-types.ts';

/** Where things are in the samples of one attribute, in bytes from the record's beginning; -1 where there are none. */
export interface SampleLayout {
  readonly context: StructType;
  readonly timeAt: number;
  readonly cpuAt: number;
  /** A sample has at least so many bytes. */
  readonly leastBytes: number;
  /** Whether it has a raw part, and what is before it. */
  readonly raw: RawPlace | undefined;
}

/** How to find the raw part: behind what is always of one size, counters of a group, and the call chain. */
export interface RawPlace {
  readonly fixedBytes: number;
  /** Of a group: what stands beside its number of counters, and what each counter takes. */
  readonly group: { readonly headBytes: number; readonly counterBytes: number } | undefined;
  readonly hasCallchain: boolean;
  /** Nothing follows it. */
  readonly isLast: boolean;
}

const scope: Scope = 'specific-context';
/** The size of the header that every record has. */
export const headerBytes = 8;

/** The first fields, all of 8 bytes, in the kernel's order. */
const fixedFields = ['identifier', 'ip', 'tid', 'time', 'addr', 'id', 'streamId', 'cpu', 'period'] as const;

/** Bits whose fields may follow the raw part. */
const behindRaw =
  sampleBits.branchStack |
  sampleBits.regsUser |
  sampleBits.stackUser |
  sampleBits.weight |
  sampleBits.weightStruct |
  sampleBits.dataSrc |
  sampleBits.transaction |
  sampleBits.regsIntr |
  sampleBits.physAddr |
  sampleBits.cgroup |
  sampleBits.dataPageSize |
  sampleBits.codePageSize |
  sampleBits.aux;

/** @param omitsLastRaw a raw part with nothing behind it is no field: its content is described elsewhere */
export function sampleLayout(
  attribute: Attribute,
  byteOrder: ByteOrder,
  omitsLastRaw: boolean,
): SampleLayout {
  const { sampleType } = attribute;
  const types = new FieldTypes(byteOrder);
  const has = (bit: number) => (sampleType & bit) !== 0;
  const fields: PlacedField[] = [{ name: 'misc', type: types.hex(16), offsetBytes: 4 }];
  let at = headerBytes;
  const places = { time: -1, cpu: -1 };
  for (const name of fixedFields) {
    if (!has(sampleBits[name])) continue;
    if (name === 'time' || name === 'cpu') places[name] = at;
    fields.push(...fixedField(name, types, at));
    at += 8;
  }
  const isGroup = (attribute.readFormat & readBits.group) !== 0;
  const readBytes =
    has(sampleBits.read) && !isGroup ? countBits(attribute.readFormat & ~readBits.group) * 8 + 8 : 0;
  const isLast = (sampleType & behindRaw) === 0;
  const raw: RawPlace | undefined = has(sampleBits.raw)
    ? {
        fixedBytes: at + readBytes,
        group: has(sampleBits.read) && isGroup ? groupSizes(attribute.readFormat) : undefined,
        hasCallchain: has(sampleBits.callchain),
        isLast,
      }
    : undefined;
  const later = laterFields(attribute, types, omitsLastRaw && isLast);
  const [first, ...rest] = later;
  if (first !== undefined) fields.push({ ...first, offsetBytes: at }, ...rest);
  return {
    context: struct(fields),
    ...{ timeAt: places.time, cpuAt: places.cpu, raw },
    // Of a raw part its size.
    leastBytes: at + readBytes + (has(sampleBits.raw) ? 4 : 0),
  };
}

function fixedField(
  name: (typeof fixedFields)[number],
  types: FieldTypes,
  offsetBytes: number,
): readonly PlacedField[] {
  switch (name) {
    case 'tid':
      return [
        { name: 'pid', type: types.signed(32), offsetBytes },
        { name: 'tid', type: types.signed(32), offsetBytes: offsetBytes + 4 },
      ];
    case 'cpu':
      return [{ name: 'cpu', type: types.signed(32), offsetBytes }];
    case 'ip':
    case 'addr':
      return [{ name, type: types.hex(64), offsetBytes }];
    case 'streamId':
      return [{ name: 'stream_id', type: types.unsigned(64), offsetBytes }];
    default:
      return [{ name, type: types.unsigned(64), offsetBytes }];
  }
}

/** Counters as `read_format` says: of one event, or of a group. */
export function readFields(readFormat: number, types: FieldTypes, readScope: Scope): StructType {
  const value: PlacedField = { name: 'value', type: types.unsigned(64) };
  const times = [
    [readBits.timeEnabled, 'time_enabled'],
    [readBits.timeRunning, 'time_running'],
  ] as const;
  const perCounter = [
    [readBits.id, 'id'],
    [readBits.lost, 'lost'],
  ] as const;
  const pick = (bits: readonly (readonly [number, string])[]): PlacedField[] =>
    bits.filter(([bit]) => (readFormat & bit) !== 0).map(([, name]) => ({ name, type: types.unsigned(64) }));
  if ((readFormat & readBits.group) === 0) return struct([value, ...pick(times), ...pick(perCounter)]);
  const count = types.unsigned(64);
  const counter = struct([value, ...pick(perCounter)]);
  const counters = types.counted(counter, readScope, ['read', 'nr'], count);
  return struct([{ name: 'nr', type: count }, ...pick(times), { name: 'counters', type: counters }]);
}

function groupSizes(readFormat: number): RawPlace['group'] {
  return {
    headBytes: 8 + countBits(readFormat & (readBits.timeEnabled | readBits.timeRunning)) * 8,
    counterBytes: 8 + countBits(readFormat & (readBits.id | readBits.lost)) * 8,
  };
}

function laterFields(attribute: Attribute, types: FieldTypes, omitsRaw: boolean): readonly PlacedField[] {
  const { sampleType } = attribute;
  const fields: PlacedField[] = [];
  const has = (bit: number) => (sampleType & bit) !== 0;
  const add = (name: string, type: PlacedField['type']) => fields.push({ name, type });
  const addSized = (name: string, sizeBits: 32 | 64) => {
    const size = types.unsigned(sizeBits);
    add(`${name}_size`, size);
    add(name, types.blob(scope, [`${name}_size`], size));
  };
  if (has(sampleBits.read)) add('read', readFields(attribute.readFormat, types, scope));
  if (has(sampleBits.callchain)) {
    const count = types.unsigned(64);
    add('callchain_size', count);
    add('callchain', types.counted(types.hex(64), scope, ['callchain_size'], count));
  }
  if (has(sampleBits.raw) && !omitsRaw) addSized('raw', 32);
  if (has(sampleBits.branchStack)) fields.push(...branchFields(attribute.branchSampleType, types));
  if (has(sampleBits.regsUser)) fields.push(...registerFields('user', attribute.regsUser, types));
  if (has(sampleBits.stackUser)) fields.push(...stackFields(types));
  if (has(sampleBits.weight)) add('weight', types.unsigned(64));
  else if (has(sampleBits.weightStruct)) add('weight', weightParts(types));
  if (has(sampleBits.dataSrc)) add('data_src', types.hex(64));
  if (has(sampleBits.transaction)) add('transaction', types.hex(64));
  if (has(sampleBits.regsIntr)) fields.push(...registerFields('intr', attribute.regsIntr, types));
  if (has(sampleBits.physAddr)) add('phys_addr', types.hex(64));
  if (has(sampleBits.cgroup)) add('cgroup', types.unsigned(64));
  if (has(sampleBits.dataPageSize)) add('data_page_size', types.unsigned(64));
  if (has(sampleBits.codePageSize)) add('code_page_size', types.unsigned(64));
  if (has(sampleBits.aux)) addSized('aux', 64);
  return fields;
}

function branchFields(branchSampleType: number, types: FieldTypes): readonly PlacedField[] {
  const count = types.unsigned(64);
  const branch = struct([
    { name: 'from', type: types.hex(64) },
    { name: 'to', type: types.hex(64) },
    { name: 'flags', type: types.hex(64) },
  ]);
  const fields: PlacedField[] = [{ name: 'branch_stack_size', type: count }];
  if ((branchSampleType & branchBits.hwIndex) !== 0)
    fields.push({ name: 'branch_hw_index', type: types.signed(64) });
  fields.push({ name: 'branch_stack', type: types.counted(branch, scope, ['branch_stack_size'], count) });
  if ((branchSampleType & branchBits.counters) !== 0) {
    const counters = types.counted(types.hex(64), scope, ['branch_stack_size'], count);
    fields.push({ name: 'branch_counters', type: counters });
  }
  return fields;
}

/** Registers are there where their ABI is not `none`; which ones, the attribute's mask says, from bit 0 up. */
function registerFields(which: 'user' | 'intr', mask: bigint, types: FieldTypes): readonly PlacedField[] {
  const abi = types.unsigned(64);
  const registers = types.fixed(types.hex(64), countBits64(mask));
  return [
    { name: `regs_${which}_abi`, type: abi },
    { name: `regs_${which}`, type: types.unlessZero(registers, scope, [`regs_${which}_abi`], abi) },
  ];
}

/** A part of the stack; of its bytes `dyn_size` were really copied. */
function stackFields(types: FieldTypes): readonly PlacedField[] {
  const size = types.unsigned(64);
  const content = struct([
    { name: 'data', type: types.blob(scope, ['stack_user_size'], size) },
    { name: 'dyn_size', type: types.unsigned(64) },
  ]);
  return [
    { name: 'stack_user_size', type: size },
    { name: 'stack_user', type: types.unlessZero(content, scope, ['stack_user_size'], size) },
  ];
}

/** Three numbers in one, the first in its lower half. */
function weightParts(types: FieldTypes): StructType {
  const parts: { name: string; type: IntegerType }[] = [
    { name: 'var1_dw', type: types.unsigned(32) },
    { name: 'var2_w', type: types.unsigned(16) },
    { name: 'var3_w', type: types.unsigned(16) },
  ];
  return struct(types.byteOrder === 'le' ? parts : parts.reverse());
}

/** What samples say of where and when, behind every other record if the attribute says so (`struct sample_id`). */
export interface Trailer {
  readonly context: StructType;
  readonly sizeBytes: number;
  /** From the record's end; 0 where there is none. */
  readonly timeFromEnd: number;
  readonly cpuFromEnd: number;
}

const trailerFields = ['tid', 'time', 'id', 'streamId', 'cpu', 'identifier'] as const;
const trailerBits = trailerFields.reduce((bits, name) => bits | sampleBits[name], 0);

/** Which of its fields a trailer has: attributes with equal ones share classes. */
export function trailerKey(attribute: Attribute): number {
  return attribute.flags.has('sampleIdAll') ? attribute.sampleType & trailerBits : 0;
}

/** @param key as `trailerKey` gives it */
export function trailerOf(key: number, byteOrder: ByteOrder): Trailer {
  const types = new FieldTypes(byteOrder);
  const present = trailerFields.filter((name) => (key & sampleBits[name]) !== 0);
  const sizeBytes = present.length * 8;
  const fromEnd = (name: (typeof trailerFields)[number]) => {
    const index = present.indexOf(name);
    return index < 0 ? 0 : sizeBytes - index * 8;
  };
  return {
    context: struct(present.flatMap((name, index) => fixedField(name, types, index * 8))),
    sizeBytes,
    timeFromEnd: fromEnd('time'),
    cpuFromEnd: fromEnd('cpu'),
  };
}

/** Where samples of an attribute, and its other records, have the id of the event; -1, or 0 from the end, where they have none. */
export function idPlaces(attribute: Attribute): { readonly inSample: number; readonly fromEnd: number } {
  const has = (name: keyof typeof sampleBits) => (attribute.sampleType & sampleBits[name]) !== 0;
  const hasTrailer = attribute.flags.has('sampleIdAll');
  if (has('identifier')) return { inSample: headerBytes, fromEnd: hasTrailer ? 8 : 0 };
  if (!has('id')) return { inSample: -1, fromEnd: 0 };
  const before = (['ip', 'tid', 'time', 'addr'] as const).filter(has).length;
  const behind = (['streamId', 'cpu'] as const).filter(has).length;
  return { inSample: headerBytes + before * 8, fromEnd: hasTrailer ? 8 * (behind + 1) : 0 };
}

function countBits(value: number): number {
  return countBits64(BigInt(value));
}

function countBits64(value: bigint): number {
  let count = 0;
  for (let rest = value; rest > 0n; rest &= rest - 1n) count++;
  return count;
}
