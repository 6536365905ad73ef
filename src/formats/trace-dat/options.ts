/**
 * The options of a trace.dat file: what else it says of the recording (trace-cmd.dat.v7(5), "OPTIONS SECTION"; version 6 has the same
 * without those that say where sections are).
 *
 *   id u16 │ size u32 │ content, `size` bytes │ id … up to id 0, which in version 7 says where more options are
 *
 * What is not known here is stepped over: newer versions add options.
 */
import { memorySource } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import { SourceReader } from '../../tracepoints/source-reader.ts';
import { type CpuStatistics, readCpuStatistics } from './cpu-statistics.ts';
import { type FileHead, readPosition } from './file-head.ts';
import { type BufferOption, type Guest, readBuffer, readGuest } from './option-contents.ts';
import { readTimeShift, type TimeShift } from './time-shift.ts';

/** Ids of options; 16 to 21, 23 and 25 say where the sections with these ids are. */
export const optionIds = {
  done: 0,
  date: 1,
  cpuStatistics: 2,
  buffer: 3,
  traceClock: 4,
  uname: 5,
  hook: 6,
  offset: 7,
  cpuCount: 8,
  version: 9,
  processMaps: 10,
  traceId: 11,
  timeShift: 12,
  guest: 13,
  tscToNs: 14,
  headerInfo: 16,
  commandLines: 21,
  bufferText: 22,
  btf: 23,
  lastBootInfo: 24,
  modules: 25,
} as const;

/** How the counts of a clock become nanoseconds: `(count · multiplier) >> shift`. */
export interface TscToNs {
  readonly multiplier: bigint;
  readonly shift: bigint;
  /** Recorded, but not added by trace-cmd either. */
  readonly offsetNs: bigint;
}

export interface TraceOptions {
  /** What added to a time in microseconds gives the time of day; in nanoseconds. */
  dateNs?: bigint;
  /** What the user asked to be added to each time (`--ts-offset`). */
  offsetNs?: bigint;
  /** The tracefs file `trace_clock`, the clock in use in brackets; in version 6 it may be empty. */
  traceClock?: string;
  uname?: string;
  /** trace-cmd's. */
  programVersion?: string;
  traceId?: bigint;
  cpuCount?: number;
  timeShift?: TimeShift;
  tscToNs?: TscToNs;
  processMaps?: string;
  lastBootInfo?: string;
  readonly hooks: string[];
  readonly guests: Guest[];
  readonly cpuStatistics: CpuStatistics[];
  readonly buffers: BufferOption[];
  /** Where sections are, by their id. */
  readonly sections: Map<number, number>;
  /** Ids that are not known, and content that is not as it should be. */
  readonly notes: OptionNote[];
}

export interface OptionNote {
  readonly kind: 'unknown' | 'damaged';
  readonly id: number;
  readonly place: string;
  readonly detail: string;
}

export function noOptions(): TraceOptions {
  return { hooks: [], guests: [], cpuStatistics: [], buffers: [], sections: new Map(), notes: [] };
}

/**
 * Reads options up to the one that ends them.
 * @returns in version 7 where the next options are, 0 when there are none
 * @throws TraceError when the options go on beyond their section or the file
 */
export function readOptions(reader: SourceReader, head: FileHead, options: TraceOptions): number {
  for (;;) {
    const place = `option at byte ${reader.offsetBytes}`;
    const id = reader.u16('the id of an option');
    if (id === optionIds.done && head.fileVersion === 6) return 0;
    const sizeBytes = reader.u32(`the size of option ${id}`);
    const bytes = reader.bytes(sizeBytes, `option ${id}`);
    const content = new SourceReader(memorySource(reader.file, bytes), 0);
    content.byteOrder = head.byteOrder;
    try {
      if (id === optionIds.done)
        return sizeBytes < 8 ? 0 : readPosition(content, 'the place of the next options');
      if (!take(id, bytes, content, head, options))
        options.notes.push({ kind: 'unknown', id, place, detail: `it has ${sizeBytes} bytes` });
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      options.notes.push({ kind: 'damaged', id, place, detail: error.reason });
    }
  }
}

/** @returns false for an option that is not known */
function take(
  id: number,
  bytes: Uint8Array,
  content: SourceReader,
  head: FileHead,
  options: TraceOptions,
): boolean {
  if (takeText(id, textOf(bytes), options)) return true;
  switch (id) {
    case optionIds.buffer:
    case optionIds.bufferText:
      options.buffers.push(readBuffer(content, head, id === optionIds.bufferText));
      return true;
    case optionIds.cpuCount:
      options.cpuCount = content.u32('the number of CPUs');
      return true;
    case optionIds.traceId:
      options.traceId = content.u64('the id of the trace');
      return true;
    case optionIds.timeShift:
      options.timeShift = readTimeShift(content);
      return true;
    case optionIds.guest:
      options.guests.push(readGuest(content));
      return true;
    case optionIds.tscToNs:
      options.tscToNs = {
        multiplier: BigInt(content.u32('the multiplier')),
        shift: BigInt(content.u32('the shift')),
        offsetNs: content.u64('the offset'),
      };
      return true;
  }
  if (
    (id >= optionIds.headerInfo && id <= optionIds.commandLines) ||
    id === optionIds.btf ||
    id === optionIds.modules
  ) {
    options.sections.set(id, readPosition(content, 'the place of the section'));
    return true;
  }
  return false;
}

function takeText(id: number, text: string, options: TraceOptions): boolean {
  switch (id) {
    case optionIds.date:
      options.dateNs = (options.dateNs ?? 0n) + parseInteger(text) * 1000n;
      return true;
    case optionIds.offset:
      options.offsetNs = (options.offsetNs ?? 0n) + parseInteger(text);
      return true;
    case optionIds.cpuStatistics:
      readCpuStatistics(text, options.cpuStatistics);
      return true;
    case optionIds.traceClock:
      options.traceClock = text;
      return true;
    case optionIds.uname:
      options.uname = text;
      return true;
    case optionIds.hook:
      options.hooks.push(text);
      return true;
    case optionIds.version:
      options.programVersion = text;
      return true;
    case optionIds.processMaps:
      options.processMaps = text;
      return true;
    case optionIds.lastBootInfo:
      options.lastBootInfo = text;
      return true;
    default:
      return false;
  }
}

/** Up to the first NUL. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** As C's `strtoll` reads it with base 0: what follows the digits does not matter. */
function parseInteger(text: string): bigint {
  const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|[0-9]+)/.exec(text);
  if (match === null)
    throw new TraceError({
      code: 'damaged-option',
      file: '',
      message: `"${text.slice(0, 40)}" is no number`,
    });
  const digits = match[2] as string;
  const isOctal = /^0[0-7]+$/.test(digits);
  const value = BigInt(isOctal ? `0o${digits}` : digits);
  return match[1] === '-' ? -value : value;
}
