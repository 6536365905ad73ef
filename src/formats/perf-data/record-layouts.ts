/** The records that are no samples: their names, and their fields (linux include/uapi/linux/perf_event.h, `enum perf_event_type`). */
import type { ByteOrder, Scope, StructType } from '../../events/layout.ts';
import { FieldTypes, type PlacedField, struct, text } from './field-types.ts';
import { readFields } from './sample-layout.ts';

/** By name; `type` of a record. */
export const recordTypes = {
  mmap: 1,
  lost: 2,
  comm: 3,
  exit: 4,
  throttle: 5,
  unthrottle: 6,
  fork: 7,
  read: 8,
  sample: 9,
  mmap2: 10,
  aux: 11,
  itraceStart: 12,
  lostSamples: 13,
  switch: 14,
  switchCpuWide: 15,
  namespaces: 16,
  ksymbol: 17,
  bpfEvent: 18,
  cgroup: 19,
  textPoke: 20,
  auxOutputHwId: 21,
  callchainDeferred: 22,
  /** Records from here on are perf's own, not the kernel's. */
  firstOfPerf: 64,
  headerAttr: 64,
  headerEventType: 65,
  headerTracingData: 66,
  headerBuildId: 67,
  finishedRound: 68,
  idIndex: 69,
  auxtraceInfo: 70,
  auxtrace: 71,
  auxtraceError: 72,
  eventUpdate: 78,
  timeConv: 79,
  headerFeature: 80,
  compressed: 81,
  finishedInit: 82,
  compressed2: 83,
} as const;

/** As perf calls them (linux tools/perf/util/event.c, `perf_event__names`). */
const names: Readonly<Record<number, string>> = {
  1: 'MMAP',
  2: 'LOST',
  3: 'COMM',
  4: 'EXIT',
  5: 'THROTTLE',
  6: 'UNTHROTTLE',
  7: 'FORK',
  8: 'READ',
  9: 'SAMPLE',
  10: 'MMAP2',
  11: 'AUX',
  12: 'ITRACE_START',
  13: 'LOST_SAMPLES',
  14: 'SWITCH',
  15: 'SWITCH_CPU_WIDE',
  16: 'NAMESPACES',
  17: 'KSYMBOL',
  18: 'BPF_EVENT',
  19: 'CGROUP',
  20: 'TEXT_POKE',
  21: 'AUX_OUTPUT_HW_ID',
  22: 'CALLCHAIN_DEFERRED',
  64: 'ATTR',
  65: 'EVENT_TYPE',
  66: 'TRACING_DATA',
  67: 'BUILD_ID',
  68: 'FINISHED_ROUND',
  69: 'ID_INDEX',
  70: 'AUXTRACE_INFO',
  71: 'AUXTRACE',
  72: 'AUXTRACE_ERROR',
  73: 'THREAD_MAP',
  74: 'CPU_MAP',
  75: 'STAT_CONFIG',
  76: 'STAT',
  77: 'STAT_ROUND',
  78: 'EVENT_UPDATE',
  79: 'TIME_CONV',
  80: 'FEATURE',
  81: 'COMPRESSED',
  82: 'FINISHED_INIT',
  83: 'COMPRESSED2',
};

/** `PERF_RECORD_MMAP2`; of an unknown one with its number. */
export function recordName(type: number): string {
  return `PERF_RECORD_${names[type] ?? type}`;
}

/** `misc` of an MMAP2 record with a build id in the place of the file's inode. */
export const buildIdMisc = 1 << 14;

/** `misc` of a record of a switch: the thread leaves the CPU. */
export const switchOutMisc = 1 << 13;

const scope: Scope = 'payload';

/** Where a record has a time of its own, which counts where its trailer has none; 0 for all others. */
export function ownTimeAt(type: number): number {
  switch (type) {
    case recordTypes.exit:
    case recordTypes.fork:
      return 24;
    case recordTypes.throttle:
    case recordTypes.unthrottle:
      return 8;
    default:
      return 0;
  }
}

/** The fields of a kernel's record, `misc` of its header first; offsets count from the record's beginning. */
export function recordPayload(
  type: number,
  byteOrder: ByteOrder,
  readFormat: number,
  hasBuildId: boolean,
): StructType {
  const types = new FieldTypes(byteOrder);
  const misc: PlacedField = { name: 'misc', type: types.hex(16), offsetBytes: 4 };
  const [first, ...rest] = fieldsOf(type, types, readFormat, hasBuildId);
  return struct(first === undefined ? [misc] : [misc, { ...first, offsetBytes: 8 }, ...rest]);
}

function fieldsOf(
  type: number,
  types: FieldTypes,
  readFormat: number,
  hasBuildId: boolean,
): readonly PlacedField[] {
  const u16 = (name: string): PlacedField => ({ name, type: types.unsigned(16) });
  const u32 = (name: string): PlacedField => ({ name, type: types.unsigned(32) });
  const u64 = (name: string): PlacedField => ({ name, type: types.unsigned(64) });
  const hex = (name: string): PlacedField => ({ name, type: types.hex(64) });
  const id = (name: string): PlacedField => ({ name, type: types.signed(32) });
  const string = (name: string): PlacedField => ({ name, type: text });
  const thread = [id('pid'), id('tid')];
  const mapping = [...thread, hex('addr'), hex('len'), hex('pgoff')];
  switch (type) {
    case recordTypes.mmap:
      return [...mapping, string('filename')];
    case recordTypes.lost:
      return [u64('id'), u64('lost')];
    case recordTypes.comm:
      return [...thread, string('comm')];
    case recordTypes.exit:
    case recordTypes.fork:
      return [id('pid'), id('ppid'), id('tid'), id('ptid'), u64('time')];
    case recordTypes.throttle:
    case recordTypes.unthrottle:
      return [u64('time'), u64('id'), u64('stream_id')];
    case recordTypes.read:
      return [...thread, { name: 'read', type: readFields(readFormat, types, scope) }];
    case recordTypes.mmap2:
      return [
        ...mapping,
        ...(hasBuildId ? buildIdFields(types) : [u32('maj'), u32('min'), u64('ino'), u64('ino_generation')]),
        { name: 'prot', type: types.hex(32) },
        { name: 'flags', type: types.hex(32) },
        string('filename'),
      ];
    case recordTypes.aux:
      return [hex('aux_offset'), hex('aux_size'), hex('flags')];
    case recordTypes.itraceStart:
      return thread;
    case recordTypes.lostSamples:
      return [u64('lost')];
    case recordTypes.switchCpuWide:
      return [id('next_prev_pid'), id('next_prev_tid')];
    case recordTypes.namespaces:
      return [...thread, ...namespaceFields(types)];
    case recordTypes.ksymbol:
      return [hex('addr'), u32('len'), u16('ksym_type'), u16('flags'), string('name')];
    case recordTypes.bpfEvent:
      return [u16('type'), u16('flags'), u32('id'), { name: 'tag', type: tag(types) }];
    case recordTypes.cgroup:
      return [u64('id'), string('path')];
    case recordTypes.textPoke:
      return textPokeFields(types);
    case recordTypes.auxOutputHwId:
      return [hex('hw_id')];
    case recordTypes.callchainDeferred:
      return deferredFields(types);
    default:
      return [];
  }
}

function tag(types: FieldTypes) {
  return { ...types.fixed(types.bytes(), 8), isBlob: true };
}

function buildIdFields(types: FieldTypes): readonly PlacedField[] {
  return [
    { name: 'build_id_size', type: types.unsigned(8) },
    { name: 'reserved_1', type: types.unsigned(8) },
    { name: 'reserved_2', type: types.unsigned(16) },
    { name: 'build_id', type: { ...types.fixed(types.bytes(), 20), isBlob: true } },
  ];
}

function namespaceFields(types: FieldTypes): readonly PlacedField[] {
  const count = types.unsigned(64);
  const link = struct([
    { name: 'dev', type: types.unsigned(64) },
    { name: 'ino', type: types.unsigned(64) },
  ]);
  return [
    { name: 'nr_namespaces', type: count },
    { name: 'namespaces', type: types.counted(link, scope, ['nr_namespaces'], count) },
  ];
}

function textPokeFields(types: FieldTypes): readonly PlacedField[] {
  const [oldSize, newSize] = [types.unsigned(16), types.unsigned(16)];
  return [
    { name: 'addr', type: types.hex(64) },
    { name: 'old_len', type: oldSize },
    { name: 'new_len', type: newSize },
    { name: 'old_bytes', type: types.blob(scope, ['old_len'], oldSize) },
    { name: 'new_bytes', type: types.blob(scope, ['new_len'], newSize) },
  ];
}

function deferredFields(types: FieldTypes): readonly PlacedField[] {
  const count = types.unsigned(64);
  return [
    { name: 'cookie', type: types.hex(64) },
    { name: 'callchain_size', type: count },
    { name: 'callchain', type: types.counted(types.hex(64), scope, ['callchain_size'], count) },
  ];
}
