/** A trace.dat file of either version, opened. */
import type { ByteSource, TraceInput } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import { type CpuBytes, chunkedBytes, plainBytes } from './cpu-bytes.ts';
import { type FileHead, readFileHead } from './file-head.ts';
import { noteOptions } from './note-options.ts';
import { openVersion6 } from './open-version6.ts';
import { openVersion7 } from './open-version7.ts';
import type { BufferCpu, Note, TraceBuffer, TraceFile } from './trace-file.ts';
import { withoutOverlaps } from './without-overlaps.ts';

export interface OpenedFile {
  /** Closed by whoever opened it. */
  readonly source: ByteSource;
  readonly file: TraceFile;
}

/** @throws TraceError when the file's head can't be read, or not what describes its events */
export function openFile(input: TraceInput, note: Note): OpenedFile {
  const [found] = input.files;
  if (input.kind !== 'file' || found === undefined)
    throw new TraceError({
      code: 'not-trace-dat',
      file: input.name,
      message: 'A trace.dat is a file, this is a folder',
    });
  const source = found.open();
  try {
    const head = readFileHead(source);
    const file =
      head.fileVersion === 6
        ? openVersion6(source, head, note)
        : openVersion7(source, head, () => found.open(), note);
    noteOptions(file.options, note);
    return { source, file: { ...file, buffers: withoutOverlaps(file.buffers, note) } };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** The pages of one CPU. */
export function bytesOf(
  source: ByteSource,
  head: FileHead,
  buffer: TraceBuffer,
  region: BufferCpu,
): CpuBytes {
  return buffer.isCompressed ? chunkedBytes(source, head, region) : plainBytes(source, region);
}

/** What streams, notes and `inspect` call the pages of one CPU: `trace.dat:instance/cpu1`. */
export function streamName(input: TraceInput, buffer: TraceBuffer, region: BufferCpu): string {
  const path = input.files[0]?.path ?? input.name;
  const instance = buffer.name === '' ? '' : `${buffer.name}/`;
  const part = region.cpu === undefined ? `part${buffer.cpus.indexOf(region)}` : `cpu${region.cpu}`;
  return `${path}:${instance}${part}`;
}
