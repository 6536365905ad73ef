/**
 * A trace.dat file repeated: each CPU's pages follow again and again, each time later. A page begins with its time, to which its records
 * are relative, so that nothing else changes.
 *
 *   head … "flyrecord\0" │ per CPU: offset u64, size u64 │ … pages of CPU 0, N times │ pages of CPU 1, N times
 */
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type BenchTrace, cached, root } from '../cache.ts';
import { writeAll } from './repeat.ts';

const source = join(root, '..', 'shared', 'corpus', 'ftrace', 'own-threads-v6', 'trace.dat.gz');
/** As `trace-cmd report` prints them, after a line with the number of CPUs. */
const sourceEvents = 7671;
const pageSizeBytes = 4096;
const flyrecord = 'flyrecord\0';
/** Longer than a page's records last. */
const pauseNs = 10_000_000_000n;

export const ftraceRepetitions = 530;

export function ftraceFile({ folder }: BenchTrace): string {
  return join(folder, 'trace.dat');
}

/** Why there is no such trace, as a phrase; undefined where it can be made. */
export function whyNoFtrace(): string | undefined {
  return existsSync(source) ? undefined : 'the corpus with a trace.dat is not there';
}

export function ftraceTrace(name: string, count: number): Promise<BenchTrace> {
  return cached(name, `corpus ftrace/own-threads-v6, ${count} times, recipe 2`, (folder) => ({
    folder,
    events: sourceEvents * count,
    sizeBytes: repeatPages(gunzipSync(readFileSync(source)), join(folder, 'trace.dat'), count),
    description: `trace.dat of 2 CPUs (corpus ftrace/own-threads-v6), its pages repeated ${count} times with shifted times`,
  }));
}

/** Little-endian files of version 6 with one buffer. Returns the size of what was written. */
function repeatPages(bytes: Buffer, path: string, count: number): number {
  const table = bytes.lastIndexOf(flyrecord) + flyrecord.length;
  const cpuCount = bytes.readUInt32LE(bytes.indexOf('options  \0') - 4);
  const regions = Array.from({ length: cpuCount }, (_, cpu) => {
    const offset = Number(bytes.readBigUInt64LE(table + 16 * cpu));
    return bytes.subarray(offset, offset + Number(bytes.readBigUInt64LE(table + 16 * cpu + 8)));
  });
  const firstPage = Math.min(...regions.map((region) => region.byteOffset - bytes.byteOffset));
  const head = Buffer.from(bytes.subarray(0, firstPage));
  let offset = firstPage;
  regions.forEach((region, cpu) => {
    head.writeBigUInt64LE(BigInt(offset), table + 16 * cpu);
    head.writeBigUInt64LE(BigInt(region.length * count), table + 16 * cpu + 8);
    offset += region.length * count;
  });
  const times = regions.flatMap((region) => pagesOf(region).map((at) => region.readBigUInt64LE(at)));
  const [first, last] = times.reduce(
    ([low, high], time) => [time < low ? time : low, time > high ? time : high],
    [times[0] as bigint, times[0] as bigint],
  );
  const descriptor = openSync(path, 'w');
  writeAll(descriptor, head);
  for (const region of regions) {
    const pages = Buffer.from(region);
    for (let round = 0; round < count; round++) {
      writeAll(descriptor, pages);
      for (const at of pagesOf(pages))
        pages.writeBigUInt64LE(pages.readBigUInt64LE(at) + last - first + pauseNs, at);
    }
  }
  closeSync(descriptor);
  return offset;
}

function pagesOf({ length }: Buffer): readonly number[] {
  return Array.from({ length: length / pageSizeBytes }, (_, index) => index * pageSizeBytes);
}
