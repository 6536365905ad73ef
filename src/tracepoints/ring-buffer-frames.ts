/** Records of ring-buffer pages as frames: what trace.dat and the recorder hand to the engine. */

import type { FrameList } from '../events/frames.ts';
import type { ByteOrder } from '../events/layout.ts';
import type { RingBufferPage } from './ring-buffer-page.ts';

/** What pages of one buffer share. */
export interface PageRecords {
  readonly cpu: number;
  readonly byteOrder: ByteOrder;
  /** Of `common_type` in a record. Kernels since 2.6.32 have it at 0, with 2 bytes. */
  readonly typeOffsetBytes: number;
  readonly typeSizeBytes: 1 | 2 | 4;
  /** Of one unit of the clock: 1 with clocks that count nanoseconds. */
  readonly nsPerUnit: number;
  /** Whether `cycles` of the frames is filled. */
  readonly keepsCycles: boolean;
}

/**
 * Appends the page's next records to the frames, up to the page's end or the frames' capacity. Records too short for a type are left
 * out, and counted.
 * @param bytes as `page.begin` was given them
 * @param timeNs of the page's timestamp, relative to the origin
 * @returns `isEnd`: the page has no more records; `short`: records without a type
 */
export function appendFrames(
  page: RingBufferPage,
  bytes: Uint8Array,
  frames: FrameList,
  timeNs: number,
  records: PageRecords,
): { readonly isEnd: boolean; readonly short: number } {
  const { classId, timeNs: times, cpu: cpus, contextAt, contextEnd, bodyAt, bodyEnd, capacity } = frames;
  const { cpu, nsPerUnit, keepsCycles } = records;
  const timestamp = keepsCycles ? page.timestamp : 0n;
  const typeEnd = records.typeOffsetBytes + records.typeSizeBytes;
  let count = frames.count;
  let short = 0;
  let isEnd = false;
  while (count < capacity) {
    if (!page.next()) {
      isEnd = true;
      break;
    }
    const { recordAt, recordEnd } = page;
    if (recordEnd - recordAt < typeEnd) {
      short++;
      continue;
    }
    classId[count] = readType(bytes, recordAt, records);
    times[count] = timeNs + page.elapsed * nsPerUnit;
    if (keepsCycles) frames.cycles[count] = timestamp + BigInt(page.elapsed);
    cpus[count] = cpu;
    contextAt[count] = recordAt;
    contextEnd[count] = recordAt;
    bodyAt[count] = recordAt;
    bodyEnd[count] = recordEnd;
    count++;
  }
  frames.count = count;
  return { isEnd, short };
}

function readType(bytes: Uint8Array, recordAt: number, records: PageRecords): number {
  const at = recordAt + records.typeOffsetBytes;
  let value = 0;
  for (let index = 0; index < records.typeSizeBytes; index++) {
    const byte = bytes[records.byteOrder === 'le' ? at + records.typeSizeBytes - 1 - index : at + index]!;
    value = value * 256 + byte;
  }
  return value;
}
