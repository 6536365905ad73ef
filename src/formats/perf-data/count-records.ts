/** How many records there are of each class, and when: one pass that makes nothing of them. */
import { type DataFile, leftOut } from './data-file.ts';
import { makeRecordBuffer, visitRecords } from './visit-records.ts';

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
export function countRecords(file: DataFile, progress: (records: number) => void): RecordCounts {
  const byClass = new Float64Array(file.parts.eventClasses.length);
  const { samples, parts } = file;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let counted = 0;
  visitRecords(file, file.feedFrom(parts.data.offsetBytes), Number.POSITIVE_INFINITY, makeRecordBuffer(), {
    run: (words, at, length) => {
      const end = samples?.count(words, at, length, byClass) ?? at;
      counted += end - at;
      if (counted >= progressBytes) {
        counted = 0;
        progress(byClass.reduce((sum, count) => sum + count, 0));
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
  const beginNs = Math.min(least, samples?.earliest ?? least);
  const endNs = Math.max(most, samples?.latest ?? most);
  return beginNs <= endNs ? { byClass, beginNs, endNs } : { byClass, beginNs: Number.NaN, endNs: Number.NaN };
}
