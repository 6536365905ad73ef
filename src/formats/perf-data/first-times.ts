/** The earliest time of a recording, from its first records: what it is relative to is chosen before all of it is read. */
import type { ByteSource } from '../../bytes/source.ts';
import type { ByteOrder } from '../../events/layout.ts';
import { Classifier } from './classify.ts';
import type { RecordClasses } from './record-classes.ts';
import { isCompressed, PlainFeed, type RecordFeed, UnpackedFeed } from './record-feed.ts';
import { followingSize } from './record-walk.ts';
import type { RecordedEvent } from './recording.ts';
import { headerBytes } from './sample-layout.ts';
import type { Section } from './section-reader.ts';

/** So much is looked at; and more where that, which may be what perf says of processes at the beginning, has few times. */
const [fewBytes, mostBytes] = [1 << 17, 1 << 20];
const enoughTimes = 256;

/** A file with records. */
export interface TimedFile {
  readonly source: ByteSource;
  readonly data: Section;
}

/** @returns on the recording's clock; undefined without any time */
export function earliestCycles(
  files: readonly TimedFile[],
  classes: RecordClasses,
  events: readonly RecordedEvent[],
  byteOrder: ByteOrder,
): bigint | undefined {
  const within = (sizeMaxBytes: number) => earliestWithin(sizeMaxBytes, files, classes, events, byteOrder);
  const { count, earliest } = within(fewBytes);
  return count >= enoughTimes ? earliest : within(mostBytes).earliest;
}

function earliestWithin(
  sizeMaxBytes: number,
  files: readonly TimedFile[],
  classes: RecordClasses,
  events: readonly RecordedEvent[],
  byteOrder: ByteOrder,
): { readonly count: number; readonly earliest: bigint | undefined } {
  // Times as doubles lose their last digits; relative to the first one they do not.
  let base: bigint | undefined;
  const times: number[] = [];
  for (const { source, data } of files) {
    const bytes = firstRecords(source, data, byteOrder, sizeMaxBytes);
    const timesFrom = (originCycles: bigint, countMax: number) =>
      timesIn(bytes, new Classifier(classes, events, byteOrder, originCycles), byteOrder, countMax);
    if (base === undefined) {
      const [rough] = timesFrom(0n, 1);
      if (rough === undefined) continue;
      base = BigInt(rough);
    }
    for (const time of timesFrom(base, Number.POSITIVE_INFINITY)) times.push(time);
  }
  const sorted = Float64Array.from(times).sort();
  const median = sorted[sorted.length >> 1];
  if (base === undefined || median === undefined) return { count: 0, earliest: undefined };
  const farNs = 2 ** 52;
  // A time that is 52 days from most others is a damaged record's.
  const first = sorted.find((time) => median - time < farNs);
  return { count: times.length, earliest: first === undefined ? undefined : base + BigInt(first) };
}

/** The first records, decompressed if need be; the last one may be cut. */
function firstRecords(
  source: ByteSource,
  data: Section,
  byteOrder: ByteOrder,
  sizeMaxBytes: number,
): Uint8Array {
  const bytes = new Uint8Array(Math.min(sizeMaxBytes, Math.max(data.sizeBytes, 1 << 16)));
  const view = new DataView(bytes.buffer);
  const isLittle = byteOrder === 'le';
  const endBytes = data.offsetBytes + data.sizeBytes;
  let feed: RecordFeed = new PlainFeed(source, data.offsetBytes, endBytes);
  let length = feed.read(bytes);
  for (let at = 0; at + headerBytes <= length; ) {
    const type = view.getUint32(at, isLittle);
    const sizeBytes = view.getUint16(at + 6, isLittle);
    if (sizeBytes < headerBytes || at + sizeBytes > length) break;
    if (isCompressed(type) && feed.hasFollowingData) {
      feed = new UnpackedFeed(source, data.offsetBytes + at, endBytes, byteOrder);
      length = at + feed.read(bytes.subarray(at));
      break;
    }
    // Hardware traces: what is behind them is not looked for.
    if (followingSize(view, at, type, sizeBytes, isLittle) > 0) {
      length = at;
      break;
    }
    at += sizeBytes;
  }
  return bytes.subarray(0, length);
}

function timesIn(
  bytes: Uint8Array,
  classifier: Classifier,
  byteOrder: ByteOrder,
  countMax: number,
): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittle = byteOrder === 'le';
  const times: number[] = [];
  for (let at = 0; at + headerBytes <= bytes.length && times.length < countMax; ) {
    const sizeBytes = view.getUint16(at + 6, isLittle);
    if (sizeBytes < headerBytes || at + sizeBytes > bytes.length) break;
    const classId = classifier.classify(view, at, view.getUint32(at, isLittle), sizeBytes);
    if (classId >= 0 && !Number.isNaN(classifier.timeNs)) times.push(classifier.timeNs);
    at += sizeBytes;
  }
  return times;
}
