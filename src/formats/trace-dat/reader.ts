/** A trace.dat file as a reader: each CPU of each buffer is a stream. */
import type { ByteSource, TraceInput } from '../../bytes/source.ts';
import type { Clock } from '../../events/clock.ts';
import { type Decoding, makeDecoding } from '../../events/engine.ts';
import { FrameCounter } from '../../events/frame-counter.ts';
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
import { noFields, type Selection } from '../../events/selection.ts';
import { Health } from '../../results/health.ts';
import type { PageRecords } from '../../tracepoints/ring-buffer-frames.ts';
import type { CpuBytes } from './cpu-bytes.ts';
import { TraceDatEventClass } from './event-class.ts';
import { clockWithoutUnit, damagedFormat, noBuffers } from './health-kinds.ts';
import { kernelTexts } from './kernel-texts.ts';
import { bytesOf, openFile, streamName } from './open-file.ts';
import { makeWalkPage, type WalkPage } from './page-code.ts';
import { type PageTimes, pageTimes } from './page-times.ts';
import { makeStream } from './stream.ts';
import { aboutTrace, machineOf } from './trace-about.ts';
import { makeTraceClock, type TraceClock } from './trace-clock.ts';
import type { BufferCpu, Note, TraceBuffer, TraceFile } from './trace-file.ts';

/** Bytes of windows, shared by all streams, and what one stream gets at least and at most. */
const windowBudgetBytes = 2 * 1024 * 1024;
const windowSizeMinBytes = 64 * 1024;
const windowSizeMaxBytes = 512 * 1024;
/** What columns and frames take beside the windows, about. */
const columnsReserveBytes = 16 * 1024 * 1024;
/** Fewer bytes of pages, and fewer records, are read sooner than code for them is made. */
const generatedSizeMinBytes = 256 * 1024;
const generatedCountMin = 1 << 14;

/** The buffers of one clock. */
interface OpenedTrace {
  readonly about: TraceAbout;
  readonly clock: TraceClock;
  readonly layout: RecordLayout;
  readonly eventClasses: ReadonlyMap<bigint, EventClass>;
  readonly streams: readonly CpuStream[];
}

interface CpuStream {
  readonly name: string;
  readonly buffer: TraceBuffer;
  readonly region: BufferCpu;
  /** By the kernel's count at the end. */
  readonly lostEvents: number;
}

/** @throws TraceError when the file's head can't be read, or not what describes its events */
export function openTraceDat(input: TraceInput, options: OpenOptions): TraceReader {
  const health = new Health();
  const note: Note = (kind, first, detail, count) => health.add(kind, input.name, first, detail, count);
  const { source, file } = openFile(input, note);
  if (file.buffers.length === 0) note(noBuffers, `byte ${source.sizeBytes}`, 'The file ends without one');
  return new TraceDatReader(input, source, file, options, health, note);
}

class TraceDatReader implements TraceReader {
  readonly traces: readonly TraceAbout[];
  readonly classes: readonly EventClass[];
  readonly streamCount: number;
  readonly health: Health;
  reading = new Health();
  readonly earliestNs: bigint | undefined;
  readonly #source: ByteSource;
  readonly #file: TraceFile;
  readonly #options: OpenOptions;
  readonly #opened: readonly OpenedTrace[];
  readonly #reading = new Set<{ close(): void }>();

  constructor(
    input: TraceInput,
    source: ByteSource,
    file: TraceFile,
    options: OpenOptions,
    health: Health,
    note: Note,
  ) {
    this.#source = source;
    this.#file = file;
    this.#options = options;
    this.health = health;
    const classes: EventClass[] = [];
    this.#opened = openTraces(input, file, options, classes, note);
    this.classes = classes;
    this.traces = this.#opened.map((trace) => trace.about);
    this.streamCount = this.#opened.reduce((sum, trace) => sum + trace.streams.length, 0);
    this.earliestNs = earliest(
      this.#allStreams().flatMap(({ trace, stream }) => this.#times(trace, stream).beginNs ?? []),
    );
  }

  #allStreams() {
    return this.#opened.flatMap((trace) => trace.streams.map((stream) => ({ trace, stream })));
  }

  #times({ clock }: OpenedTrace, { buffer, region }: CpuStream): PageTimes {
    const { tracing } = this.#file;
    return pageTimes(this.#bytesOf(buffer, region), tracing, buffer.pageSizeBytes, (count) =>
      clock.toNs(count, region.cpu ?? -1),
    );
  }

  #bytesOf(buffer: TraceBuffer, region: BufferCpu): CpuBytes {
    return bytesOf(this.#source, this.#file.head, buffer, region);
  }

  extents(): readonly StreamExtent[] {
    return this.#allStreams().map(({ trace, stream }) => ({
      ...this.#times(trace, stream),
      name: stream.name,
      trace: trace.about.index,
      discardedEvents: BigInt(stream.lostEvents),
    }));
  }

  count(originNs: bigint, progress: (records: number) => void): readonly StreamCounts[] {
    // One stream after the other, each with all of the window.
    const engine = this.#engine(false);
    const reading = this.#begin({ selection: noFields, originNs }, engine, windowSizeMaxBytes, 0);
    let before = 0;
    return this.#allStreams().map(({ trace, stream }, position) => {
      const { layout, eventClasses } = trace;
      const counter = new FrameCounter({ layout, eventClasses, selection: noFields });
      const records = this.#makeStream(trace, stream, position, reading, counter);
      while (records.next() !== undefined) progress(before + counter.count);
      before += counter.count;
      return streamCounts(records, counter, eventClasses);
    });
  }

  read(selection: Selection, originNs: bigint): readonly EventStream[] {
    const share = Math.floor(windowBudgetBytes / Math.max(1, this.streamCount));
    const isShort =
      (selection.recordCountMax ?? Number.POSITIVE_INFINITY) * this.streamCount < generatedCountMin;
    const windowSizeBytes = isShort
      ? windowSizeMinBytes
      : Math.max(windowSizeMinBytes, Math.min(windowSizeMaxBytes, share));
    const reservedBytes = (this.streamCount - 1) * windowSizeBytes * 2 + columnsReserveBytes;
    const reading = this.#begin(
      { selection, originNs },
      this.#engine(isShort),
      windowSizeBytes,
      reservedBytes,
    );
    return this.#allStreams().map(({ trace, stream }, position) =>
      this.#makeStream(trace, stream, position, reading),
    );
  }

  /** @param reservedBytes of memory, beside a window */
  #begin(
    asked: Pick<ReadingParts, 'selection' | 'originNs'>,
    engine: 'interpreter' | 'wasm',
    usualWindowBytes: number,
    reservedBytes: number,
  ): ReadingParts {
    // An earlier reading may have stopped anywhere, and holds windows.
    this.#closeStreams();
    this.reading = new Health();
    const { windowSizeBytes = usualWindowBytes } = this.#options;
    const decoding = makeDecoding(engine, windowSizeBytes * 2 + reservedBytes);
    const records = recordsOf(this.#file, asked.selection);
    let walk: WalkPage | undefined;
    const walkPage = () => {
      if (decoding.memory !== undefined) walk ??= makeWalkPage(decoding.memory);
      return walk;
    };
    return { ...asked, windowSizeBytes, decoding, records, walkPage };
  }

  #makeStream(
    trace: OpenedTrace,
    stream: CpuStream,
    position: number,
    reading: ReadingParts,
    counter?: FrameCounter,
  ) {
    const { selection, originNs } = reading;
    const { buffer, region, name } = stream;
    const cpu = region.cpu ?? -1;
    const made = makeStream({
      about: {
        ...{ name, cpu: region.cpu, hasTime: true, trace: trace.about.index },
        index: this.#options.first.stream + position,
        classId: 0n,
        instanceId: region.cpu === undefined ? undefined : BigInt(region.cpu),
      },
      tracing: this.#file.tracing,
      ...reading,
      records: { ...reading.records, cpu },
      pageSizeBytes: buffer.pageSizeBytes,
      bytes: () => this.#bytesOf(buffer, region),
      converter: trace.clock.converter(originNs, cpu),
      nsPerCount: trace.clock.nsPerCount,
      decoder: { layout: trace.layout, selection, eventClasses: trace.eventClasses },
      health: this.reading,
      ...(counter === undefined ? {} : { counter }),
    });
    this.#reading.add(made);
    return made;
  }

  #engine(isShort: boolean): 'interpreter' | 'wasm' {
    const { engine } = this.#options;
    if (engine !== undefined && engine !== 'auto') return engine;
    const sizeBytes = this.#allStreams().reduce((sum, { stream }) => sum + stream.region.sizeBytes, 0);
    return isShort || sizeBytes < generatedSizeMinBytes ? 'interpreter' : 'wasm';
  }

  #closeStreams(): void {
    for (const stream of this.#reading) stream.close();
    this.#reading.clear();
  }

  close(): void {
    this.#closeStreams();
    this.#source.close();
  }
}

/** What all streams of one reading share. */
interface ReadingParts {
  readonly selection: Selection;
  readonly originNs: bigint;
  readonly windowSizeBytes: number;
  readonly decoding: Decoding;
  readonly records: Omit<PageRecords, 'nsPerUnit' | 'cpu'>;
  readonly walkPage: () => WalkPage | undefined;
}

function streamCounts(
  { index, cpu }: EventStream,
  { counts, count, beginNs, endNs }: FrameCounter,
  eventClasses: OpenedTrace['eventClasses'],
): StreamCounts {
  const byClass = new Map<number, number>();
  for (const [id, ofClass] of counts) {
    const eventClass = eventClasses.get(BigInt(id));
    if (eventClass !== undefined) byClass.set(eventClass.index, ofClass);
  }
  const hasTimes = beginNs <= endNs;
  return {
    ...{ stream: index, cpu, count, byClass },
    ...{ beginNs: hasTimes ? beginNs : Number.NaN, endNs: hasTimes ? endNs : Number.NaN },
  };
}

/** One trace for each clock: what has different clocks has no common order. */
function openTraces(
  input: TraceInput,
  file: TraceFile,
  options: OpenOptions,
  classes: EventClass[],
  note: Note,
): readonly OpenedTrace[] {
  const names = [...new Set(file.buffers.map((buffer) => buffer.clockName))];
  if (names.length === 0) names.push('local');
  const texts = kernelTexts(file.tracing);
  return names.map((name, index) => {
    const buffers = file.buffers.filter((buffer) => buffer.clockName === name);
    const machine = machineOf(file, input);
    const clock = makeTraceClock(
      name,
      file.options,
      machine,
      (made: Clock) => options.clockCorrection?.(made) ?? 0n,
    );
    if (!clock.hasUnit) note(clockWithoutUnit, `clock ${name}`, 'One count is taken as one nanosecond');
    const suffix = names.length === 1 ? '' : ` (${name})`;
    const sizeBytes = input.files.reduce((sum, each) => sum + each.sizeBytes, 0);
    const about = aboutTrace(options.first.trace + index, input, file, clock.clock, suffix, sizeBytes);
    const eventClasses = new Map<bigint, TraceDatEventClass>();
    for (const format of file.tracing.formats.values()) {
      const noteFormat = (detail: string) =>
        note(damagedFormat, `event ${format.system}:${format.name}`, detail);
      const eventClass = new TraceDatEventClass(
        options.first.eventClass + classes.length,
        ...([format, about, texts(format), noteFormat] as const),
      );
      classes.push(eventClass);
      eventClasses.set(eventClass.id, eventClass);
    }
    const layout: RecordLayout = {
      ...{
        packetHeader: undefined,
        packetContext: undefined,
        eventHeader: undefined,
        commonContext: undefined,
      },
      classIdFields: [],
      classes: new Map([...eventClasses].map(([id, eventClass]) => [id, eventClass.layout])),
      clock: 0,
    };
    const streams = buffers.flatMap((buffer) => streamsOf(input, file, buffer));
    return { about, clock, layout, eventClasses, streams };
  });
}

/** CPUs without pages are no streams. */
function streamsOf(input: TraceInput, file: TraceFile, buffer: TraceBuffer): readonly CpuStream[] {
  return buffer.cpus
    .filter((region) => region.sizeBytes > 0)
    .map((region) => ({
      name: streamName(input, buffer, region),
      ...{ buffer, region },
      lostEvents: file.options.cpuStatistics
        .filter((each) => each.buffer === buffer.name && each.cpu === region.cpu)
        .reduce((sum, each) => sum + each.overrunEvents + each.commitOverrunEvents + each.droppedEvents, 0),
    }));
}

/** Where the type of a record is: any format says it, since all records have it. */
function recordsOf({ tracing }: TraceFile, selection: Selection): ReadingParts['records'] {
  return {
    byteOrder: tracing.byteOrder,
    ...{ typeOffsetBytes: 0, typeSizeBytes: 2 },
    keepsCycles: selection.cycles,
  };
}

/** The least time; one that is 52 days from most others is a damaged page's. */
function earliest(times: readonly bigint[]): bigint | undefined {
  const sorted = times.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const median = sorted[sorted.length >> 1];
  if (median === undefined) return undefined;
  return sorted.find((ns) => median - ns < 1n << 52n);
}
