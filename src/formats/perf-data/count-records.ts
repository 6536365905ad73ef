/** How many records there are of each class, and when: one pass that makes nothing of them. */
import type { Decoding } from '../../events/engine.ts';
import { type DataFile, leftOut } from './data-file.ts';
import { makeSampleCount } from './sample-count.ts';
import { recordBufferBytes, visitRecords } from './visit-records.ts';

const progressBytes = 16 * 1024 * 1024;

/** What one file has. */
export interface RecordCounts {
  /** By class id. */
  readonly byClass: Float64Array;
  /** Relative to the origin; NaN without any time. */
  readonly beginNs: number;
  readonly endNs: number;
}

/** @param progress is called now and then with the number of records so far */
export function countRecords(
  file: DataFile,
  decoding: Decoding,
  progress: (records: number) => void,
): RecordCounts {
  const { samples, parts } = file;
  const byClass = new Float64Array(parts.eventClasses.length);
  const generated = makeSampleCount(decoding.memory, file);
  const buffer = decoding.allocateWindow(recordBufferBytes);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let counted = 0;
  const all = () => {
    const samplesByClass = generated?.counts ?? [];
    return byClass.map((count, id) => count + (samplesByClass[id] ?? 0));
  };
  visitRecords(file, file.feedFrom(parts.data.offsetBytes), Number.POSITIVE_INFINITY, buffer.bytes(), {
    run: (words, at, length) => {
      const end = generated?.count(words, at, length) ?? samples?.count(words, at, length, byClass) ?? at;
      counted += end - at;
      if (counted >= progressBytes) {
        counted = 0;
        progress(all().reduce((sum, count) => sum + count, 0));
      }
      return end;
    },
    record: (view, at, type, sizeBytes, place) => {
      const classId = file.take(view, at, type, sizeBytes, place);
      if (classId === leftOut) return;
      byClass[classId] = (byClass[classId] as number) + 1;
      // Comparisons with NaN, which stands for no time, are false.
      if (file.timeNs < least) least = file.timeNs;
      if (file.timeNs > most) most = file.timeNs;
    },
  });
  const { earliest, latest } = generated ?? samples ?? { earliest: least, latest: most };
  const [beginNs, endNs] = [Math.min(least, earliest), Math.max(most, latest)];
  const counts = { byClass: all() };
  buffer.release();
  generated?.release();
  return beginNs <= endNs
    ? { ...counts, beginNs, endNs }
    : { ...counts, beginNs: Number.NaN, endNs: Number.NaN };
}
