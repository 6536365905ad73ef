/**
 * The contract between formats (below) and everything that uses events (above): a format recognises its input and opens
 * it to a reader; a reader says what is there, then delivers what was selected, stream by stream.
 */
import type { TraceInput } from '../bytes/source.ts';
import type { Health } from '../results/health.ts';
import type { EventBatch } from './batch.ts';
import type { Clock, ClockCorrection } from './clock.ts';
import type { Engine } from './engine.ts';
import type { FieldType, Scope, StructType } from './layout.ts';
import type { FieldPath, Selection } from './selection.ts';

/** A named value of a trace's environment (`hostname`, `domain`, `tracer_name`, …). */
export type EnvironmentValue = string | bigint;

/** One trace: one tracer's recording on one host. Several make a trace set. */
export interface TraceAbout {
  /** Dense among all opened traces. */
  readonly index: number;
  /** Its path as the user would name it, below the input: `lager/kernel`. */
  readonly name: string;
  readonly format: string;
  /** `ctf 1.8`, `perf.data 2`. */
  readonly formatTitle: string;
  readonly uuid: string | undefined;
  readonly environment: ReadonlyMap<string, EnvironmentValue>;
  readonly hostName: string | undefined;
  /** `lttng-modules 2.8.0`, `perf 6.1`. */
  readonly tracer: string | undefined;
  /** `kernel`, `ust`, … as the tracer says it. */
  readonly domain: string | undefined;
  readonly kernelRelease: string | undefined;
  readonly architecture: string | undefined;
  readonly byteOrder: 'le' | 'be';
  readonly clocks: readonly Clock[];
  /** Names of threads, by tid, that the recording brings with it: as they were when it ended. */
  readonly commandLines?: ReadonlyMap<number, string>;
  /** Files that the trace is made of. */
  readonly files: readonly string[];
  readonly sizeBytes: number;
}

/**
 * What a tracer's class means in the vocabulary: `syscall_entry_open` is a `syscall_enter` with the constant name `open`.
 * Many classes may mean the same.
 */
export interface CanonicalMeaning {
  readonly name: string;
  /** Canonical field → where this class has it; may be found out when it is asked for. */
  readonly fields: Pick<ReadonlyMap<string, FieldSource>, 'get'>;
}

/** Where a canonical field's value comes from in a class. */
export type FieldSource =
  | {
      readonly kind: 'field';
      readonly field: FieldPath;
      /** Of the field, or of its element. */
      readonly type: FieldType;
      /** One element of an array of numbers, from 0: an argument of a call. */
      readonly element?: number;
      /** What is added to the number that was recorded: tracers count priorities from different ones. */
      readonly plus?: number;
    }
  | { readonly kind: 'constant'; readonly value: number | string };

/** How the kernel prints the records of a tracepoint, and what that takes beside their fields. */
export interface KernelText {
  /** What follows `print fmt:` in the tracepoint's tracefs `format` file. */
  readonly printFormat: string;
  readonly longSizeBytes: number;
  /** The kernel's symbol that an address is in, and how far from its beginning. */
  symbolAt(address: bigint): { readonly name: string; readonly offset: bigint } | undefined;
  /** How a field of the tracepoint is declared, without its name: `unsigned long`. */
  declaredType?(field: string): string | undefined;
  /** Where a symbol of the kernel's is, for formats that count from one (`vmemmap_base`); undefined when that is not known. */
  addressOf?(name: string): bigint | undefined;
  /** The text at an address of the kernel's that is a format string (`printk_formats`). */
  stringAt(address: bigint): string | undefined;
  /** The name of a thread, as saved with the recording. */
  commandLine(tid: number): string | undefined;
}

/** A class of event records. */
export interface EventClass {
  /** Its number among all opened traces, dense. */
  readonly index: number;
  readonly trace: number;
  readonly name: string;
  /** As the format numbers it. */
  readonly id: bigint;
  readonly streamClassId: bigint;
  readonly logLevel: number | undefined;
  /** Where a model of the program is described (`model.emf.uri` of a class), if the metadata says so. */
  readonly emfUri?: string;
  /** What else the metadata says of the class and means nothing to reading, for those who look. */
  readonly attributes?: ReadonlyMap<string, string | bigint>;
  /** Of the kernel's tracepoints, where the recording says it. */
  readonly kernelText?: KernelText;
  /** The kernel's symbols, where the recording has them: which one an address is in. */
  readonly kernelSymbols?: {
    find(address: bigint): { readonly name: string; readonly module: string | undefined } | undefined;
  };
  /** The fields of every scope that this class's records have, event scopes only. */
  readonly scopes: ReadonlyMap<Scope, StructType>;
  readonly canonical: CanonicalMeaning | undefined;
  /** Where the thread and process that caused a record are recorded with it, if they are. */
  readonly tid: FieldSource | undefined;
  readonly pid: FieldSource | undefined;
  /** A field with the CPU, where a record has one; else the packet says it. */
  readonly cpu: FieldSource | undefined;
}

/** A sequence of records that one producer wrote in its order: usually one CPU's buffer. */
export interface EventStream {
  /** Dense among all opened traces, in the order of traces and of stream names. */
  readonly index: number;
  readonly trace: number;
  /** The file (the first one where several make one stream), as a path below the input. */
  readonly name: string;
  readonly classId: bigint;
  readonly instanceId: bigint | undefined;
  /** The CPU, where all of the stream is one CPU's. */
  readonly cpu: number | undefined;
  readonly hasTime: boolean;
  /** The latest time of all records so far, those stepped over included; NaN before the first, and without times. */
  readonly lastNs: number;
  /** The next records, or undefined at the end. The batch holds until the next call. */
  next(): EventBatch | undefined;
}

/** What packet headers alone say of a stream; enough for `info --quick`. */
export interface StreamExtent {
  readonly name: string;
  readonly trace: number;
  readonly packets: number;
  readonly sizeBytes: number;
  /** From the clock's origin; undefined where packets have no times. */
  readonly beginNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  readonly discardedEvents: bigint;
}

/** How many records a stream has, in all and of each class. */
export interface StreamCounts {
  /** `EventStream.index`. */
  readonly stream: number;
  readonly cpu: number | undefined;
  readonly count: number;
  /** By `EventClass.index`; classes without records are left out. */
  readonly byClass: ReadonlyMap<number, number>;
  /** Relative to the origin, of the earliest and the latest record; NaN without times. */
  readonly beginNs: number;
  readonly endNs: number;
}

export interface TraceReader {
  readonly traces: readonly TraceAbout[];
  readonly classes: readonly EventClass[];
  readonly streamCount: number;
  /** What was noted while opening. */
  readonly health: Health;
  /** What was noted by the latest reading; it begins anew with each call of `read`. */
  readonly reading: Health;
  /** The earliest plausible time in nanoseconds since the clock's origin, from the first packets; undefined without times. */
  readonly earliestNs: bigint | undefined;
  /** Reads every packet header, and nothing else. */
  extents(): readonly StreamExtent[];
  /**
   * Counts all records, for formats that do it sooner than by reading them. As `read`, it ends the reading before it, and notes what it finds
   * in `reading`.
   * @param progress is called with the number of records counted so far
   */
  count?(originNs: bigint, progress: (records: number) => void): readonly StreamCounts[];
  /**
   * When the first record of all is, relative to the origin, for formats that know it sooner than by reading; undefined without times. As `read`,
   * it ends the reading before it.
   */
  firstNs?(originNs: bigint): number | undefined;
  /** Begins to read. May be called again; each call reads from the beginning, and ends the reading before it. */
  read(selection: Selection, originNs: bigint): readonly EventStream[];
  close(): void;
}

/** How sure a format is that an input is its own, strongest first. */
export type Confidence = 'magic' | 'structure' | 'plausible' | 'no';

export interface Sniffed {
  readonly confidence: Confidence;
  /** One sentence: what was found, or what was missing. */
  readonly reason: string;
}

export interface OpenOptions {
  /** What decodes records; `auto`, which decides by size, when left out. */
  readonly engine?: Engine;
  /** Where the numbering of traces, classes and streams begins, so that they stay distinct among several readers. */
  readonly first: { readonly trace: number; readonly eventClass: number; readonly stream: number };
  /** Added to every clock's time. */
  readonly clockCorrection?: ClockCorrection;
  /** Bytes read at a time, of each stream, in whole pages of 4096: the result is the same for every size. Tests set it. */
  readonly windowSizeBytes?: number;
}

/** A trace format: one folder in `src/formats`, whose `format.ts` exports `format`. */
export interface Format {
  readonly id: string;
  readonly title: string;
  sniff(input: TraceInput): Sniffed;
  /** @throws TraceError when nothing of the input can be read. */
  open(input: TraceInput, options: OpenOptions): TraceReader;
  readonly inspection?: FormatInspection;
}

/** What `inspect` shows of an input beyond what readers know, for formats that have it. */
export interface FormatInspection {
  /** The metadata of each trace as text. */
  metadata(input: TraceInput): Iterable<{ readonly file: string; readonly text: string }>;
  /** Every packet of every data stream, in the order of the files. */
  packets(input: TraceInput): Iterable<PacketSummary>;
  /** Every element of every data stream file, as lines. */
  elements(input: TraceInput): Iterable<{ readonly file: string; readonly lines: Iterable<string> }>;
}

/** What a packet's head says. */
export interface PacketSummary {
  readonly file: string;
  /** From 0, in its file. */
  readonly index: number;
  readonly offsetBytes: number;
  readonly packetBits: number;
  readonly contentBits: number;
  readonly isTruncated: boolean;
  readonly cpu: number | undefined;
  readonly beginCycles: bigint | undefined;
  readonly endCycles: bigint | undefined;
  /** The tracer's running counter. */
  readonly discardedEvents: bigint | undefined;
  readonly sequenceNumber: bigint | undefined;
}
