/** All CTF traces of one input as one reader. */
import type { TraceInput } from '../../bytes/source.ts';
import { CycleConverter, cyclesToNs } from '../../events/clock.ts';
import { type Decoding, makeDecoding } from '../../events/engine.ts';
import type {
  EventClass,
  EventStream,
  OpenOptions,
  StreamExtent,
  TraceAbout,
  TraceReader,
} from '../../events/reader.ts';
import type { Selection } from '../../events/selection.ts';
import { Health } from '../../results/health.ts';
import { CtfEventClass } from './event-class.ts';
import type { FoundTrace } from './find-traces.ts';
import { baseName } from './find-traces.ts';
import { metadataWarning } from './health-kinds.ts';
import type { DataStream } from './open-trace.ts';
import { findStreams, readTraceClass } from './open-trace.ts';
import { PacketSequence, type StreamFile } from './packet-sequence.ts';
import type { PacketHead } from './packets.ts';
import { makeCtfStream } from './stream.ts';
import { probeDecoders } from './stream-decoders.ts';
import { aboutTrace } from './trace-about.ts';
import type { DataStreamClass, TraceClass } from './trace-class.ts';

/**
 * Bytes of windows, shared by all streams, and what one stream gets at least and at most. In time order all windows are used
 * in turn: together with their columns they should stay in a core's cache (measured on eight streams: 256 KiB take a seventh
 * less time than 512 KiB).
 */
const windowBudgetBytes = 2 * 1024 * 1024;
const windowSizeMinBytes = 64 * 1024;
const windowSizeMaxBytes = 256 * 1024;

const pageSizeBytes = 4096;

/** For a few records of each stream; larger ones are met too. */
const shortRecordBytes = 256;
const shortWindowMinBytes = 2 * pageSizeBytes;

/** What columns take beside the windows, about. */
const columnsReserveBytes = 16 * 1024 * 1024;

/** Traces smaller than this, and fewer records, are read sooner than code for them is made. */
const generatedSizeMinBytes = 256 * 1024;
const generatedCountMin = 1 << 14;

const nothingSelected: Selection = { classes: new Map(), cycles: false, packets: false };

interface OpenedTrace {
  readonly about: TraceAbout;
  readonly traceClass: TraceClass;
  readonly metadataPath: string;
  readonly streams: readonly DataStream[];
  /** By data stream class id, then event record class id. */
  readonly eventClasses: ReadonlyMap<bigint, ReadonlyMap<bigint, EventClass>>;
}

/** @throws TraceError when a trace's metadata is wrong, or nothing of it can be read */
export function openCtf(input: TraceInput, found: readonly FoundTrace[], options: OpenOptions): TraceReader {
  const health = new Health();
  const traces: OpenedTrace[] = [];
  const classes: EventClass[] = [];
  for (const group of groupChunks(input, found)) {
    const trace = openTrace(input, group, options, traces.length, classes, health);
    traces.push(trace);
  }
  return new CtfReader(traces, classes, health, options);
}

/** Chunks of one trace (LTTng's rotation archives) have the same UUID and the same place below their archives. */
function groupChunks(
  input: TraceInput,
  found: readonly FoundTrace[],
): readonly { readonly parts: readonly FoundTrace[]; readonly traceClass: TraceClass }[] {
  const groups = new Map<string, { parts: FoundTrace[]; traceClass: TraceClass; sizeBytes: number }>();
  for (const part of found) {
    const traceClass = readTraceClass(part.metadata, pathOf(input, part.metadata.path), 'as-needed');
    const isChunk = part.folder.includes('archives/') && traceClass.uuid !== undefined;
    const key = isChunk ? `${traceClass.uuid} ${part.folder.replace(/^.*archives\/[^/]*/, '')}` : part.folder;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { parts: [part], traceClass, sizeBytes: part.metadata.sizeBytes });
      continue;
    }
    group.parts.push(part);
    // Metadata only grows: the largest knows every class.
    if (part.metadata.sizeBytes > group.sizeBytes) {
      group.traceClass = traceClass;
      group.sizeBytes = part.metadata.sizeBytes;
    }
  }
  return [...groups.values()];
}

function pathOf(input: TraceInput, path: string): string {
  return input.name === '' ? path : `${input.name.replace(/\/+$/, '')}/${path}`;
}

function openTrace(
  input: TraceInput,
  group: { readonly parts: readonly FoundTrace[]; readonly traceClass: TraceClass },
  options: OpenOptions,
  count: number,
  classes: EventClass[],
  health: Health,
): OpenedTrace {
  const { parts, traceClass } = group;
  const [first] = parts as [FoundTrace];
  const files = parts.flatMap((part) => [part.metadata, ...part.streams]);
  const about = aboutTrace(
    options.first.trace + count,
    input,
    first.folder,
    traceClass,
    files,
    options.clockCorrection,
  );
  const streams = findStreams(traceClass, parts, probeDecoders(traceClass), health);
  const eventClasses = new Map<bigint, Map<bigint, EventClass>>();
  for (const streamClass of traceClass.streamClasses.values()) {
    const byId = new Map<bigint, EventClass>();
    for (const record of streamClass.eventClasses.values()) {
      const index = options.first.eventClass + classes.length;
      const eventClass = new CtfEventClass(index, streamClass, record, about);
      classes.push(eventClass);
      byId.set(record.id, eventClass);
    }
    eventClasses.set(streamClass.id, byId);
  }
  const metadataPath = pathOf(input, first.metadata.path);
  return { about, traceClass, metadataPath, streams, eventClasses };
}

class CtfReader implements TraceReader {
  readonly traces: readonly TraceAbout[];
  readonly classes: readonly EventClass[];
  readonly streamCount: number;
  reading = new Health();
  readonly #health: Health;
  /** By trace, how many of the metadata's warnings were noted: reading a class may add some. */
  readonly #warningsNoted: number[] = [];
  readonly earliestNs: bigint | undefined;
  readonly #opened: readonly OpenedTrace[];
  readonly #options: OpenOptions;
  readonly #reading = new Set<{ close(): void }>();

  constructor(
    opened: readonly OpenedTrace[],
    classes: readonly EventClass[],
    health: Health,
    options: OpenOptions,
  ) {
    this.#opened = opened;
    this.#options = options;
    this.traces = opened.map((trace) => trace.about);
    this.classes = classes;
    this.streamCount = opened.reduce((sum, trace) => sum + trace.streams.length, 0);
    this.#health = health;
    this.earliestNs = this.#findEarliestNs();
  }

  get health(): Health {
    for (const [index, { traceClass, metadataPath }] of this.#opened.entries()) {
      const { warnings } = traceClass;
      for (const warning of warnings.slice(this.#warningsNoted[index] ?? 0))
        this.#health.add(metadataWarning, metadataPath, 'metadata', warning);
      this.#warningsNoted[index] = warnings.length;
    }
    return this.#health;
  }

  /** The least of the streams' first times; one that is 52 days from most others is a damaged packet's. */
  #findEarliestNs(): bigint | undefined {
    const times = this.#opened.flatMap((trace) =>
      trace.streams.map((stream) => this.#firstNs(trace, stream)).filter((ns) => ns !== undefined),
    );
    if (times.length === 0) return undefined;
    times.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const median = times[times.length >> 1] as bigint;
    const farNs = 1n << 52n;
    return times.find((ns) => median - ns < farNs);
  }

  #firstNs(trace: OpenedTrace, stream: DataStream): bigint | undefined {
    const clock = clockOf(trace, stream.streamClass);
    if (clock === undefined || stream.firstHead === undefined) return undefined;
    const begin = stream.firstHead.beginCycles;
    if (begin !== undefined) return cyclesToNs(clock, begin);
    // Without packet times the first record says when the stream begins.
    const selection = {
      ...nothingSelected,
      classes: new Map(this.classes.map((eventClass) => [eventClass.index, []])),
    };
    const originNs = cyclesToNs(clock, 0n);
    const first = this.#makeStream(
      trace,
      stream,
      0,
      selection,
      originNs,
      windowSizeMinBytes,
      makeDecoding('interpreter', 0),
      new Health(),
    ).next();
    const timeNs = first?.timeNs[0];
    return timeNs === undefined || Number.isNaN(timeNs) ? originNs : originNs + BigInt(timeNs);
  }

  extents(): readonly StreamExtent[] {
    const extents: StreamExtent[] = [];
    for (const trace of this.#opened) {
      for (const stream of trace.streams) extents.push(extentOf(trace, stream, new Health()));
    }
    return extents;
  }

  read(selection: Selection, originNs: bigint): readonly EventStream[] {
    // An earlier reading may have stopped anywhere, and holds windows: for a look at first events, one for each stream.
    this.close();
    this.reading = new Health();
    const window = Math.floor(windowBudgetBytes / Math.max(1, this.streamCount));
    const isShort =
      (selection.recordCountMax ?? Number.POSITIVE_INFINITY) * this.streamCount < generatedCountMin;
    const perStream = selectionPerStream(selection, this.streamCount);
    const windowSizeBytes =
      this.#options.windowSizeBytes ??
      (isShort
        ? shortWindow(perStream)
        : Math.max(windowSizeMinBytes, Math.min(windowSizeMaxBytes, window - (window % pageSizeBytes))));
    const decoding = makeDecoding(
      this.#engine(isShort),
      this.streamCount * windowSizeBytes * 2 + columnsReserveBytes,
    );
    const streams: EventStream[] = [];
    for (const trace of this.#opened) {
      for (const stream of trace.streams) {
        streams.push(
          this.#makeStream(
            trace,
            stream,
            streams.length,
            perStream,
            originNs,
            windowSizeBytes,
            decoding,
            this.reading,
          ),
        );
      }
    }
    return streams;
  }

  #engine(isShort: boolean): 'interpreter' | 'wasm' {
    const { engine } = this.#options;
    if (engine !== undefined && engine !== 'auto') return engine;
    const sizeBytes = this.traces.reduce((sum, trace) => sum + trace.sizeBytes, 0);
    return isShort || sizeBytes < generatedSizeMinBytes ? 'interpreter' : 'wasm';
  }

  #makeStream(
    trace: OpenedTrace,
    stream: DataStream,
    position: number,
    selection: Selection,
    originNs: bigint,
    windowSizeBytes: number,
    decoding: Decoding,
    health: Health,
  ): EventStream {
    const { traceClass } = trace;
    const mainClass = stream.streamClass;
    const reading = makeCtfStream({
      about: {
        index: this.#options.first.stream + position,
        trace: trace.about.index,
        name: stream.files[0]?.path ?? '',
        classId: mainClass.id,
        instanceId: stream.firstHead?.instanceId,
        cpu: stream.firstHead?.cpu,
        hasTime: mainClass.clock !== undefined,
      },
      decoders: {
        traceClass,
        mainClass,
        eventClassesOf: (streamClass) => trace.eventClasses.get(streamClass.id) ?? new Map(),
        converterOf: (streamClass) => {
          const clock = clockOf(trace, streamClass);
          return clock === undefined ? undefined : new CycleConverter(clock, originNs);
        },
        selection,
        decoding,
      },
      decoding,
      packets: (window, decoders) =>
        new PacketSequence(
          traceClass,
          stream.files,
          decoders.of,
          health,
          (file) => firstWantedPacket(file, trace, mainClass, selection, originNs),
          (source) => window.over(source),
        ),
      selection,
      windowSizeBytes: Math.min(windowSizeBytes, sizeInPages(stream)),
      health,
      timesOf: (head) => packetTimes(trace, head, originNs),
    });
    this.#reading.add(reading);
    return reading;
  }

  close(): void {
    for (const stream of this.#reading) stream.close();
    this.#reading.clear();
  }
}

/** Of the first few records of all, each stream begins with twice its share: batches that follow are as large. */
function selectionPerStream(selection: Selection, streamCount: number): Selection {
  const { recordCountMax } = selection;
  if (recordCountMax === undefined) return selection;
  return { ...selection, recordCountMax: Math.ceil((2 * recordCountMax) / Math.max(2, streamCount)) };
}

function shortWindow({ recordCountMax = 0 }: Selection): number {
  const pages = Math.ceil((recordCountMax * shortRecordBytes) / pageSizeBytes);
  return Math.max(shortWindowMinBytes, Math.min(windowSizeMinBytes, pages * pageSizeBytes));
}

/** Of the largest of a stream's files, in whole pages: a larger window would stay empty, and there may be thousands of streams. */
function sizeInPages(stream: DataStream): number {
  const sizeBytes = stream.files.reduce((most, file) => Math.max(most, file.sizeBytes), 1);
  return Math.ceil(sizeBytes / pageSizeBytes) * pageSizeBytes;
}

function clockOf(trace: OpenedTrace, streamClass: DataStreamClass) {
  return streamClass.clock === undefined ? undefined : trace.about.clocks[streamClass.clock];
}

/** Times relative to the origin. An end before the beginning is no end. */
function packetTimes(trace: OpenedTrace, head: PacketHead, originNs: bigint) {
  const clock = clockOf(trace, head.streamClass);
  if (clock === undefined || head.beginCycles === undefined) return { beginNs: undefined, endNs: undefined };
  const beginNs = Number(cyclesToNs(clock, head.beginCycles) - originNs);
  if (head.endCycles === undefined || head.endCycles < head.beginCycles) return { beginNs, endNs: undefined };
  return { beginNs, endNs: Number(cyclesToNs(clock, head.endCycles) - originNs) };
}

/** How many packets at a file's beginning end before the selected time, by its index. */
function firstWantedPacket(
  file: StreamFile,
  trace: OpenedTrace,
  streamClass: DataStreamClass,
  selection: Selection,
  originNs: bigint,
): number {
  const clock = clockOf(trace, streamClass);
  if (clock === undefined || selection.beginNs === undefined || file.index.length === 0) return 0;
  const beginNs = originNs + BigInt(Math.floor(selection.beginNs));
  const first = file.index.findIndex(
    (entry) => entry.endCycles < entry.beginCycles || cyclesToNs(clock, entry.endCycles) >= beginNs,
  );
  return first < 0 ? Math.max(0, file.index.length - 1) : first;
}

/** From the heads of all packets. */
function extentOf(trace: OpenedTrace, stream: DataStream, health: Health): StreamExtent {
  const packets = new PacketSequence(trace.traceClass, stream.files, probeDecoders(trace.traceClass), health);
  const clock = clockOf(trace, stream.streamClass);
  let count = 0;
  let beginNs: bigint | undefined;
  let endNs: bigint | undefined;
  for (let packet = packets.next(); packet !== undefined; packet = packets.next()) {
    count++;
    const { beginCycles, endCycles } = packet.head;
    if (clock === undefined) continue;
    if (beginCycles !== undefined) {
      const ns = cyclesToNs(clock, beginCycles);
      if (beginNs === undefined || ns < beginNs) beginNs = ns;
    }
    if (endCycles !== undefined && beginCycles !== undefined && endCycles >= beginCycles) {
      const ns = cyclesToNs(clock, endCycles);
      if (endNs === undefined || ns > endNs) endNs = ns;
    }
  }
  return {
    name: stream.files.map((file) => baseName(file.path)).join(', '),
    trace: trace.about.index,
    packets: count,
    sizeBytes: stream.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    beginNs,
    endNs,
    discardedEvents: packets.losses.discardedTotal,
  };
}
