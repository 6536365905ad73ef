/**
 * What was recorded and which fields its samples have: `struct perf_event_attr` (linux include/uapi/linux/perf_event.h), which has
 * grown since 64 bytes; what a smaller one lacks is 0.
 */
import type { ByteOrder } from '../../events/layout.ts';
import type { SectionReader } from './section-reader.ts';

/** Bits of `sample_type`, in the order in which the kernel numbers them. */
export const sampleBits = {
  ip: 1 << 0,
  tid: 1 << 1,
  time: 1 << 2,
  addr: 1 << 3,
  read: 1 << 4,
  callchain: 1 << 5,
  id: 1 << 6,
  cpu: 1 << 7,
  period: 1 << 8,
  streamId: 1 << 9,
  raw: 1 << 10,
  branchStack: 1 << 11,
  regsUser: 1 << 12,
  stackUser: 1 << 13,
  weight: 1 << 14,
  dataSrc: 1 << 15,
  identifier: 1 << 16,
  transaction: 1 << 17,
  regsIntr: 1 << 18,
  physAddr: 1 << 19,
  aux: 1 << 20,
  cgroup: 1 << 21,
  dataPageSize: 1 << 22,
  codePageSize: 1 << 23,
  weightStruct: 1 << 24,
} as const;

/** Bits of `read_format`. */
export const readBits = { timeEnabled: 1, timeRunning: 2, id: 4, group: 8, lost: 16 } as const;

/** Bits of `branch_sample_type` that change what is recorded. */
export const branchBits = { hwIndex: 1 << 17, counters: 1 << 19 } as const;

/** `attr.type`. */
export const attributeTypes = {
  hardware: 0,
  software: 1,
  tracepoint: 2,
  cache: 3,
  raw: 4,
  breakpoint: 5,
} as const;

/** What decoding and naming need of an attribute. */
export interface Attribute {
  readonly type: number;
  readonly config: bigint;
  readonly samplePeriod: bigint;
  readonly sampleType: number;
  readonly readFormat: number;
  /** The names of the bits that are set, of those that matter here. */
  readonly flags: ReadonlySet<AttributeFlag>;
  readonly preciseIp: number;
  readonly breakpointType: number;
  readonly config1: bigint;
  readonly config2: bigint;
  readonly branchSampleType: number;
  readonly regsUser: bigint;
  readonly clockId: number;
  readonly regsIntr: bigint;
  /** Of the structure as it was written. */
  readonly sizeBytes: number;
}

/** By their number among the bits behind `read_format`. */
const flagBits = {
  inherit: 1,
  excludeUser: 4,
  excludeKernel: 5,
  excludeHypervisor: 6,
  excludeIdle: 7,
  frequency: 10,
  sampleIdAll: 18,
  excludeHost: 19,
  excludeGuest: 20,
  useClockId: 25,
  contextSwitch: 26,
} as const;
/** A bit of the attribute. */
export type AttributeFlag = keyof typeof flagBits;

/** Bits 15 and 16. */
const preciseIpBit = 15;

/** As it was published first. */
export const attributeSizeMinBytes = 64;

/**
 * @param reader at its beginning
 * @param sizeBytes how many of the section's bytes it takes; less where it says itself that it is smaller
 */
export function readAttribute(reader: SectionReader, sizeBytes: number): Attribute {
  const begin = reader.at;
  reader.count(1, sizeBytes);
  const type = reader.u32();
  // 0 in the first files: the size that was published first.
  const saidSizeBytes = reader.u32() || attributeSizeMinBytes;
  const end = begin + Math.min(sizeBytes, saidSizeBytes);
  const has = (lastByte: number) => begin + lastByte <= end;
  const config = reader.u64();
  const samplePeriod = reader.u64();
  const sampleType = Number(reader.u64() & 0xffffffffn);
  const readFormat = Number(reader.u64() & 0xffffffffn);
  const flagBytes = reader.bytes.subarray(reader.at, reader.at + 8);
  reader.skip(8);
  reader.skip(4);
  const breakpointType = reader.u32();
  const config1 = reader.u64();
  const config2 = has(72) ? reader.u64() : 0n;
  const branchSampleType = has(80) ? Number(reader.u64() & 0xffffffffn) : 0;
  const regsUser = has(96) ? reader.u64() : 0n;
  if (has(96)) reader.skip(4);
  const clockId = has(96) ? reader.i32() : 0;
  const regsIntr = has(104) ? reader.u64() : 0n;
  reader.at = begin + sizeBytes;
  const isSet = (bit: number) => flagBit(flagBytes, bit, reader.byteOrder);
  const flags = new Set((Object.keys(flagBits) as AttributeFlag[]).filter((name) => isSet(flagBits[name])));
  return {
    ...{ type, config, samplePeriod, sampleType, readFormat, flags, breakpointType, config1, config2 },
    ...{ branchSampleType, regsUser, clockId, regsIntr, sizeBytes: saidSizeBytes },
    preciseIp: preciseIpOf(isSet, reader.byteOrder),
  };
}

/** Bit fields begin at the lowest bit of a byte, on big-endian machines at the highest. */
function flagBit(bytes: Uint8Array, bit: number, byteOrder: ByteOrder): boolean {
  const inByte = byteOrder === 'le' ? bit & 7 : 7 - (bit & 7);
  return (((bytes[bit >> 3] as number) >> inByte) & 1) === 1;
}

function preciseIpOf(isSet: (bit: number) => boolean, byteOrder: ByteOrder): number {
  const [first, second] = [isSet(preciseIpBit) ? 1 : 0, isSet(preciseIpBit + 1) ? 1 : 0];
  return byteOrder === 'le' ? first + 2 * second : 2 * first + second;
}

/** Whether samples have a field. */
export function hasSampleField(attribute: Attribute, field: keyof typeof sampleBits): boolean {
  return (attribute.sampleType & sampleBits[field]) !== 0;
}
