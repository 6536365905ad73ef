/** All perf recordings of one input as one reader. */
import type { ByteSource, InputFile, TraceInput } from '../../bytes/source.ts';
import { type Decoding, makeDecoding } from '../../events/engine.ts';
import type { RecordLayout } from '../../events/layout.ts';
import type {
  EventClass,
  EventStream,
  OpenOptions,
  StreamCounts,
  StreamExtent,
  TraceAbout,
  TraceReader,
} from '../../events/reader.ts';
import type { Selection } from '../../events/selection.ts';
import { Health } from '../../results/health.ts';
import { attributeTypes } from './attribute.ts';
import { Classifier } from './classify.ts';
import { countRecords, type RecordCounts } from './count-records.ts';
import { DataFile, type DataFileParts } from './data-file.ts';
import { PerfEventClass } from './event-class.ts';
import { featureName } from './feature-numbers.ts';
import { type FileHeader, readFileHeader } from './file-header.ts';
import type { FoundRecording } from './find-recordings.ts';
import { earliestCycles } from './first-times.ts';
import {
  missingDataFile,
  missingFormat,
  truncatedData,
  unfinishedFile,
  unreadableFeature,
} from './health-kinds.ts';
import { readRecording } from './read-recording.ts';
import { makeRecordClasses, type RecordClasses } from './record-classes.ts';
import type { Recording } from './recording.ts';
import type { Section } from './section-reader.ts';
import { makePerfStream } from './stream.ts';
import { aboutRecording, offsetNsOf } from './trace-about.ts';

/** What a window begins with, and what it grows to where rounds are large; a look at the first records takes less. */
const windowSizeBytes = 1024 * 1024;
const windowSizeShortBytes = 128 * 1024;
const windowSizeMaxBytes = 32 * 1024 * 1024;
/** Two records of the largest size, and a place for each, have to have room in a slice. */
const windowSizeLeastBytes = 256 * 1024;

/** What columns and frames take beside windows, about. */
const columnsReserveBytes = 16 * 1024 * 1024;

/** Files smaller than this, and fewer records, are read sooner than code for them is made. */
const generatedSizeMinBytes = 256 * 1024;
const generatedCountMin = 1 << 14;

/** One file with records. */
interface OpenedFile {
  readonly name: string;
  readonly source: ByteSource;
  readonly data: Section;
}

interface OpenedRecording {
  readonly about: TraceAbout;
  readonly header: FileHeader;
  readonly recording: Recording;
  readonly classes: RecordClasses;
  readonly eventClasses: readonly EventClass[];
  readonly layout: RecordLayout;
  readonly files: readonly OpenedFile[];
}

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

function openRecording(
  input: TraceInput,
  found: FoundRecording,
  options: OpenOptions,
  index: number,
  firstClass: number,
  sources: ByteSource[],
  health: Health,
): OpenedRecording {
  const open = (file: InputFile) => {
    const source = file.open();
    sources.push(source);
    return source;
  };
  const source = open(found.header);
  const header = readFileHeader(source);
  const name = found.header.path;
  noteHeader(header, source, name, health);
  noteLostFeatures(header, source, name, health);
  const recording = readRecording(source, header, name, health);
  const parts = found.parts.map((file) => ({
    name: file.path,
    source: open(file),
    data: { offsetBytes: 0, sizeBytes: file.sizeBytes, saidAtBytes: 0 },
  }));
  if (recording.isFolder && parts.length === 0) {
    const detail = 'the header says that records are in files data.0, data.1, … beside it';
    health.add(missingDataFile, name, 'file header', detail);
  }
  const about = aboutRecording(index, input, found, header, recording, options.clockCorrection);
  const classes = makeRecordClasses(recording, header.byteOrder, source.name);
  noteMissingFormats(classes, name, health);
  const eventClasses = classes.all.map(
    (one, id) => new PerfEventClass(firstClass + id, one, about, recording.tracingData),
  );
  const layout: RecordLayout = {
    ...{
      packetHeader: undefined,
      packetContext: undefined,
      eventHeader: undefined,
      commonContext: undefined,
    },
    classIdFields: [],
    classes: new Map(classes.all.map((one) => [BigInt(one.id), one])),
    clock: 0,
    areBodiesApart: true,
  };
  const files = [{ name, source, data: header.data }, ...parts];
  return { about, header, recording, classes, eventClasses, layout, files };
}

function noteHeader(header: FileHeader, source: ByteSource, name: string, health: Health): void {
  if (header.isUnfinished) {
    health.add(
      unfinishedFile,
      name,
      'file header',
      "its header says that there is no data, as before the recording's end",
    );
  } else if (header.missingBytes > 0) {
    const detail = `${header.missingBytes} of ${header.saidDataSizeBytes} bytes of data are missing`;
    health.add(truncatedData, name, `byte ${source.sizeBytes}`, detail);
  }
}

function noteLostFeatures(
  { lostFeatures }: FileHeader,
  source: ByteSource,
  name: string,
  health: Health,
): void {
  if (lostFeatures.length === 0) return;
  const detail = `the file ends before it says where they are: ${lostFeatures.map(featureName).join(', ')}`;
  health.add(unreadableFeature, name, `byte ${source.sizeBytes}`, detail, lostFeatures.length);
}

function noteMissingFormats({ all, eventCount }: RecordClasses, name: string, health: Health): void {
  for (const { attribute, format, name: event } of all.slice(0, eventCount)) {
    if (attribute?.type === attributeTypes.tracepoint && format === undefined)
      health.add(missingFormat, name, event, `nothing describes tracepoint ${attribute.config}`);
  }
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
    this.#endReading();
    this.reading = new Health();
    const selection = { classes: { get: () => [] }, cycles: false, packets: false };
    const counts: StreamCounts[] = [];
    let before = 0;
    for (const recording of this.#opened) {
      for (const file of recording.files) {
        const counted = countRecords(
          new DataFile(this.#fileParts(recording, file, selection, originNs)),
          (records) => progress(before + records),
        );
        const stream = this.#options.first.stream + counts.length;
        const of = streamCounts(stream, counted, recording.eventClasses);
        before += of.count;
        counts.push(of);
      }
    }
    return counts;
  }

  read(selection: Selection, originNs: bigint): readonly EventStream[] {
    this.#endReading();
    this.reading = new Health();
    const isShort =
      (selection.recordCountMax ?? Number.POSITIVE_INFINITY) * this.streamCount < generatedCountMin;
    const sizes = this.#windowSizes(isShort);
    const decoding = makeDecoding(
      this.#engine(isShort),
      this.streamCount * sizes.first * 2 + columnsReserveBytes,
    );
    const streams: EventStream[] = [];
    for (const recording of this.#opened) {
      for (const file of recording.files) {
        const stream = this.#makeStream(
          recording,
          file,
          streams.length,
          selection,
          originNs,
          sizes,
          decoding,
        );
        this.#reading.add(stream);
        streams.push(stream);
      }
    }
    return streams;
  }

  /** All windows together grow to no more than the limit. */
  #windowSizes(isShort: boolean): { readonly first: number; readonly most: number } {
    const asked = this.#options.windowSizeBytes;
    if (asked !== undefined) {
      const size = Math.max(windowSizeLeastBytes, asked);
      return { first: size, most: size };
    }
    const most = Math.max(windowSizeLeastBytes, Math.floor(windowSizeMaxBytes / this.streamCount));
    return { first: Math.min(most, isShort ? windowSizeShortBytes : windowSizeBytes), most };
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
    sizes: { readonly first: number; readonly most: number },
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
      windowSizeBytes: sizes.first,
      windowSizeMaxBytes: sizes.most,
    });
  }

  #fileParts(
    { about, header, recording, classes, eventClasses }: OpenedRecording,
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

function clockOf({ clocks }: TraceAbout) {
  const [clock] = clocks;
  if (clock === undefined) throw new Error('a recording has a clock');
  return clock;
}

/** The header says when the first sample was; other records may be earlier. */
function earliestOf({ about, recording, classes, header, files }: OpenedRecording): bigint | undefined {
  const found = earliestCycles(files, classes, recording.events, header.byteOrder);
  const said = recording.sampleTimes?.first;
  const farNs = 1n << 52n;
  const isNearer =
    found !== undefined && said !== undefined && said < found && found - said < farNs && said > 0n;
  const cycles = isNearer ? said : found;
  return cycles === undefined ? undefined : cycles + offsetNsOf(clockOf(about));
}
