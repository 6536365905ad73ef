/** How many records there are of each class, and when: one pass that makes nothing of them. */
import type { Decoding } from '../../events/engine.ts';
import { type DataFile, leftOut } from './data-file.ts';
import { recordTypes } from './record-layouts.ts';
import { noTime } from './record-list.ts';
import { Rounds } from './rounds.ts';
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

/** What is asked while records are counted. */
export interface CountingParts {
  /** Is called now and then with the number of records so far. */
  readonly progress?: (records: number) => void;
  /** Whether a round that ends is the last one to be counted. */
  readonly isEnough?: (latestNs: number) => boolean;
}

export function countRecords(
  file: DataFile,
  decoding: Decoding,
  { progress, isEnough }: CountingParts,
): RecordCounts {
  const { samples, parts } = file;
  const byClass = new Float64Array(parts.eventClasses.length);
  const generated = makeSampleCount(decoding.memory, file);
  const buffer = decoding.allocateWindow(recordBufferBytes);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let counted = 0;
  const ofSamples = generated ?? samples;
  const endOf = () => Math.max(most, ofSamples?.latest ?? most);
  const all = () => {
    const samplesByClass = generated?.counts ?? [];
    return byClass.map((count, id) => count + (samplesByClass[id] ?? 0));
  };
  visitRecords(file, file.feedFrom(parts.data.offsetBytes), Number.POSITIVE_INFINITY, buffer.bytes(), {
    run: (words, at, length) => {
      const end = generated?.count(words, at, length) ?? samples?.count(words, at, length, byClass) ?? at;
      counted += end - at;
      if (progress !== undefined && counted >= progressBytes) {
        counted = 0;
        progress(all().reduce((sum, count) => sum + count, 0));
      }
      return end;
    },
    record: (view, at, type, sizeBytes, place) => {
      const classId = file.take(view, at, type, sizeBytes, place);
      if (classId !== leftOut) {
        byClass[classId] = (byClass[classId] as number) + 1;
        // Comparisons with NaN, which stands for no time, are false.
        if (file.timeNs < least) least = file.timeNs;
        if (file.timeNs > most) most = file.timeNs;
      }
      return type === recordTypes.finishedRound && isEnough?.(endOf()) ? 'stop' : undefined;
    },
  });
  const [beginNs, endNs] = [Math.min(least, ofSamples?.earliest ?? least), endOf()];
  const counts = { byClass: all() };
  buffer.release();
  generated?.release();
  return beginNs <= endNs
    ? { ...counts, beginNs, endNs }
    : { ...counts, beginNs: Number.NaN, endNs: Number.NaN };
}

/** When the first record in order is; NaN without times. Records are looked at until rounds say that none before it comes. */
export function firstTime(file: DataFile, decoding: Decoding): number {
  const rounds = new Rounds();
  const isEnough = (latestNs: number) => {
    rounds.keyOf(latestNs);
    rounds.finish();
    return rounds.limit > noTime;
  };
  return countRecords(file, decoding, { isEnough }).beginNs;
}
