/**
 * A version 6 file: one part after the other (trace-cmd.dat.v6(5)).
 *
 *   tracing data │ CPU count u32 │ "options  \0" options │ "flyrecord\0" │ per CPU: offset u64, size u64 │ clock: size u64, text │ pages …
 *                                                        │ "latency  \0" │ text up to the end
 *
 * The BUFFER option of an instance says where a second "flyrecord\0" with its offsets stands. The clock is there if the option TRACECLOCK
 * is, which has no content then.
 */
import type { ByteSource } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import { SourceReader } from '../../tracepoints/source-reader.ts';
import { readTracingData } from '../../tracepoints/tracing-data.ts';
import { type FileHead, readPosition } from './file-head.ts';
import { cutHint, damagedOptions, textBuffer } from './health-kinds.ts';
import { noteTracingData } from './note-tracing-data.ts';
import { type CpuRegion, readCpuRegion } from './option-contents.ts';
import { noOptions, readOptions, type TraceOptions } from './options.ts';
import { clockInUse } from './trace-clock.ts';
import type { Note, TraceBuffer, TraceFile } from './trace-file.ts';

/** CPUs that a file may have: the kernel's own limit is 8192. */
const cpuCountMax = 1 << 13;
/** Instances of one file. */
const bufferCountMax = 1 << 12;
const clockSizeMaxBytes = 1 << 16;
const wordBytes = 10;

/** @throws TraceError when the file ends before the list of the CPUs' data, or that is damaged */
export function openVersion6(source: ByteSource, head: FileHead, note: Note): TraceFile {
  const { data, endBytes, notes } = readTracingData(source, 0, undefined);
  const cut = notes.find((each) => each.kind === 'cut');
  if (cut !== undefined)
    throw new TraceError({
      code: 'truncated',
      file: source.name,
      place: { unit: 'byte', offset: cut.offsetBytes },
      chain: ['the description of events'],
      message: cut.detail,
      hint: cutHint,
    });
  noteTracingData(notes, note);
  const options = noOptions();
  const reader = new SourceReader(source, endBytes);
  reader.byteOrder = head.byteOrder;
  options.cpuCount = reader.u32('a CPU count');
  const buffers: TraceBuffer[] = [];
  const top = readBuffer(reader, head, options, '', note);
  if (top !== undefined) buffers.push(top);
  for (const { name, offsetBytes } of options.buffers.slice(0, bufferCountMax)) {
    try {
      const own = new SourceReader(source, Math.min(offsetBytes, source.sizeBytes));
      own.byteOrder = head.byteOrder;
      const instanceOptions = { ...noOptions(), cpuCount: options.cpuCount, traceClock: options.traceClock };
      const buffer = readBuffer(own, head, instanceOptions, name, note);
      if (buffer !== undefined) buffers.push(buffer);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      note(damagedOptions, `buffer ${name}`, error.message);
    }
  }
  return { head, tracing: data, options, buffers };
}

/** @returns undefined for a buffer that is text */
function readBuffer(
  reader: SourceReader,
  head: FileHead,
  options: TraceOptions,
  name: string,
  note: Note,
): TraceBuffer | undefined {
  let word = readWord(reader);
  if (word === 'options') {
    readOptions(reader, head, options);
    word = readWord(reader);
  }
  if (word === 'latency') {
    note(
      textBuffer,
      `byte ${reader.offsetBytes}`,
      `it is ${name === '' ? 'the top buffer' : `buffer ${name}`}`,
    );
    return undefined;
  }
  if (word !== 'flyrecord')
    throw reader.error(
      'damaged-header',
      `Expected the word flyrecord or latency, found ${JSON.stringify(word)}.`,
    );
  const cpus = readCpuRegions(reader, options.cpuCount ?? 0);
  const clock = options.traceClock === undefined ? undefined : readClock(reader, options.traceClock);
  return {
    ...{ name, clockName: clockInUse(clock), pageSizeBytes: head.pageSizeBytes },
    ...{ isCompressed: false, cpus },
  };
}

/** `options`, `flyrecord` or `latency`, without the spaces that make them equally long. */
function readWord(reader: SourceReader): string {
  return reader.text(wordBytes, 'the word that says how the buffer was recorded').replace(/[ \0]+$/, '');
}

function readCpuRegions(reader: SourceReader, count: number): readonly CpuRegion[] {
  if (count > cpuCountMax || count * 16 > reader.remainingBytes)
    throw reader.error(
      'truncated',
      `Expected offsets of ${count} CPUs, found ${reader.remainingBytes} bytes.`,
    );
  return Array.from({ length: count }, (_, cpu) => readCpuRegion(reader, cpu));
}

/** Early recorders wrote it wrongly: then it is the clock that there was without a choice. */
function readClock(reader: SourceReader, option: string): string | undefined {
  if (reader.remainingBytes < 8) return option;
  const sizeBytes = readPosition(reader, 'the size of the clock');
  if (sizeBytes > Math.min(clockSizeMaxBytes, reader.remainingBytes)) return undefined;
  return reader.text(sizeBytes, 'the clock').split('\0', 1)[0];
}
