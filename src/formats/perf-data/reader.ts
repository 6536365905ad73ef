/** All perf recordings of one input as one reader. */
import type { ByteSource, TraceInput } from '../../bytes/source.ts';
import { type Decoding, makeDecoding } from '../../events/engine.ts';
import type {
  EventClass,
  EventStream,
  OpenOptions,
  StreamCounts,
  StreamExtent,
  TraceAbout,
  TraceReader,
} from '../../events/reader.ts';
import { noFields, type Selection } from '../../events/selection.ts';
import { Health } from '../../results/health.ts';
import { Classifier } from './classify.ts';
import { countRecords, firstTime, type RecordCounts } from './count-records.ts';
import { DataFile, type DataFileParts } from './data-file.ts';
import type { FoundRecording } from './find-recordings.ts';
import {
  clockOf,
  earliestOf,
  type OpenedFile,
  type OpenedRecording,
  openRecording,
} from './open-recording.ts';
import { makePerfStream } from './stream.ts';
import { offsetNsOf } from './trace-about.ts';

/** Two rounds have to have room in a window. */
const windowSizeMaxBytes = 32 * 1024 * 1024;
/** Two records of the largest size, and a place for each, have to have room in a slice. */
const windowSizeLeastBytes = 512 * 1024;

/** What columns and frames take beside windows, about. */
const columnsReserveBytes = 16 * 1024 * 1024;

/** What is counted is looked at in a buffer of half a megabyte, with a table of ids beside it. */
const countingBytes = 4 * 1024 * 1024;

/** Files smaller than this, and fewer records, are read sooner than code for them is made. */
const generatedSizeMinBytes = 256 * 1024;
const generatedCountMin = 1 << 14;

/** @throws TraceError when a header is wrong, or says nothing of what was recorded */
export function openPerfData(
  input: TraceInput,
  found: readonly FoundRecording[],
  options: OpenOptions,
): TraceReader {
  const health = new Health();
  const opened: OpenedRecording[] = [];
  const sources: ByteSource[] = [];
  let classCount = options.first.eventClass;
  try {
    for (const one of found) {
      const index = options.first.trace + opened.length;
      const recording = openRecording(input, one, options, index, classCount, sources, health);
      opened.push(recording);
      classCount += recording.eventClasses.length;
    }
  } catch (error) {
    for (const source of sources) source.close();
    throw error;
  }
  return new PerfReader(opened, sources, health, options);
}

class PerfReader implements TraceReader {
  readonly traces: readonly TraceAbout[];
  readonly classes: readonly EventClass[];
  readonly streamCount: number;
  readonly health: Health;
  reading = new Health();
  readonly earliestNs: bigint | undefined;
  readonly #opened: readonly OpenedRecording[];
  readonly #sources: readonly ByteSource[];
  readonly #options: OpenOptions;
  readonly #reading = new Set<{ close(): void }>();

  constructor(
    opened: readonly OpenedRecording[],
    sources: readonly ByteSource[],
    health: Health,
    options: OpenOptions,
  ) {
    this.#opened = opened;
    this.#sources = sources;
    this.#options = options;
    this.health = health;
    this.traces = opened.map(({ about }) => about);
    this.classes = opened.flatMap(({ eventClasses }) => eventClasses);
    this.streamCount = opened.reduce((sum, { files }) => sum + files.length, 0);
    this.earliestNs = opened
      .map(earliestOf)
      .filter((ns) => ns !== undefined)
      .reduce<bigint | undefined>((least, ns) => (least === undefined || ns < least ? ns : least), undefined);
  }

  extents(): readonly StreamExtent[] {
    return this.#opened.flatMap(({ about, recording, files }) => {
      const offsetNs = offsetNsOf(clockOf(about));
      const times = recording.sampleTimes;
      const hasTimes = times !== undefined && times.first > 0n && times.last >= times.first;
      return files.map(({ name, data }) => ({
        name,
        trace: about.index,
        packets: 1,
        sizeBytes: data.sizeBytes,
        beginNs: hasTimes ? times.first + offsetNs : undefined,
        endNs: hasTimes ? times.last + offsetNs : undefined,
        discardedEvents: 0n,
      }));
    });
  }

  count(originNs: bigint, progress: (records: number) => void): readonly StreamCounts[] {
    let before = 0;
    return this.#countingFiles(originNs, (file, decoding, position) => {
      const counted = countRecords(file, decoding, { progress: (records) => progress(before + records) });
      const stream = this.#options.first.stream + position;
      const of = streamCounts(stream, counted, file.parts.eventClasses);
      before += of.count;
      return of;
    });
  }

  firstNs(originNs: bigint): number | undefined {
    const times = this.#countingFiles(originNs, firstTime).filter((time) => !Number.isNaN(time));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What is told of each file by a reading that makes nothing of its records. */
  #countingFiles<T>(
    originNs: bigint,
    tell: (file: DataFile, decoding: Decoding, position: number) => T,
  ): T[] {
    this.#endReading();
    this.reading = new Health();
    const decoding = makeDecoding(this.#engine(false), countingBytes);
    const files = this.#opened.flatMap((recording) => recording.files.map((file) => ({ recording, file })));
    return files.map(({ recording, file }, position) =>
      tell(new DataFile(this.#fileParts(recording, file, noFields, originNs)), decoding, position),
    );
  }

  read(selection: Selection, originNs: bigint): readonly EventStream[] {
    this.#endReading();
    this.reading = new Health();
    const isShort =
      (selection.recordCountMax ?? Number.POSITIVE_INFINITY) * this.streamCount < generatedCountMin;
    const sizeBytes = this.#windowSizeBytes;
    const decoding = makeDecoding(this.#engine(isShort), this.streamCount * sizeBytes + columnsReserveBytes);
    const streams: EventStream[] = [];
    for (const recording of this.#opened) {
      for (const file of recording.files) {
        const stream = this.#makeStream(
          recording,
          file,
          streams.length,
          selection,
          originNs,
          sizeBytes,
          decoding,
        );
        this.#reading.add(stream);
        streams.push(stream);
      }
    }
    return streams;
  }

  /** All windows together are no larger than the limit. Of what is not written to, no memory is taken from the system. */
  get #windowSizeBytes(): number {
    const { windowSizeBytes = Math.floor(windowSizeMaxBytes / this.streamCount) } = this.#options;
    return Math.max(windowSizeLeastBytes, windowSizeBytes);
  }

  #engine(isShort: boolean): 'interpreter' | 'wasm' {
    const { engine } = this.#options;
    if (engine !== undefined && engine !== 'auto') return engine;
    const sizeBytes = this.traces.reduce((sum, trace) => sum + trace.sizeBytes, 0);
    return isShort || sizeBytes < generatedSizeMinBytes ? 'interpreter' : 'wasm';
  }

  #makeStream(
    recording: OpenedRecording,
    file: OpenedFile,
    position: number,
    selection: Selection,
    originNs: bigint,
    windowSizeBytes: number,
    decoding: Decoding,
  ): EventStream & { close(): void } {
    const { about, eventClasses, layout } = recording;
    return makePerfStream({
      about: {
        index: this.#options.first.stream + position,
        trace: about.index,
        ...{ name: file.name, classId: 0n, instanceId: undefined, cpu: undefined },
        hasTime: this.earliestNs !== undefined,
      },
      ...{ layout, decoding },
      ...this.#fileParts(recording, file, selection, originNs),
      classesById: new Map(eventClasses.map((eventClass) => [eventClass.id, eventClass])),
      windowSizeBytes,
    });
  }

  #fileParts(
    { about, header, recording, classes, eventClasses, files }: OpenedRecording,
    { name, source, data }: OpenedFile,
    selection: Selection,
    originNs: bigint,
  ): DataFileParts {
    const originCycles = originNs - offsetNsOf(clockOf(about));
    const [{ byteOrder }, { events }] = [header, recording];
    return {
      ...{ name, source, data, byteOrder, classes, events, eventClasses, selection, originCycles },
      classifier: new Classifier(classes, events, byteOrder, originCycles),
      health: this.reading,
      isKnownCut: header.missingBytes > 0 && source === files[0]?.source,
    };
  }

  #endReading(): void {
    for (const stream of this.#reading) stream.close();
    this.#reading.clear();
  }

  close(): void {
    this.#endReading();
    for (const source of this.#sources) source.close();
  }
}

function streamCounts(
  stream: number,
  { byClass, beginNs, endNs }: RecordCounts,
  eventClasses: readonly EventClass[],
): StreamCounts {
  const counts = new Map<number, number>();
  let count = 0;
  for (const { index, id } of eventClasses) {
    const ofClass = byClass[Number(id)] as number;
    count += ofClass;
    if (ofClass > 0) counts.set(index, ofClass);
  }
  return { stream, cpu: undefined, count, byClass: counts, beginNs, endNs };
}
