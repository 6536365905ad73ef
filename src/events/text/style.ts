/** A style of events as text: one folder in `src/text`, whose `style.ts` exports `style`. What the styles share is here. */
import type { EventBatch } from '../batch.ts';
import type { EventClass, TraceAbout } from '../reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { TextOutput } from './output.ts';

/** Which names are printed beside values (babeltrace2's `--names`). */
export type NameKind = 'payload' | 'context' | 'scope' | 'header';

/** Which facts about the trace and the class are printed with each event (babeltrace2's `--fields`). */
export type FieldKind =
  | 'trace'
  | 'trace:hostname'
  | 'trace:domain'
  | 'trace:procname'
  | 'trace:vpid'
  | 'loglevel'
  | 'emf'
  | 'callsite';

/** `time` is hours, minutes, seconds and nanoseconds; `seconds` counts from the epoch. */
export type ClockForm = 'time' | 'seconds' | 'cycles';

/** What the user asked for; a style ignores what it has no use for. */
export interface TextOptions {
  /** Undefined: the style's own choice. */
  readonly names: ReadonlySet<NameKind> | undefined;
  readonly fields: ReadonlySet<FieldKind> | undefined;
  readonly clock: ClockForm;
  /** In UTC instead of local time. */
  readonly gmt: boolean;
  /** The date before the time. */
  readonly date: boolean;
  /** The time since the event before. */
  readonly delta: boolean;
}

export const defaultTextOptions: TextOptions = {
  names: undefined,
  fields: undefined,
  clock: 'time',
  gmt: false,
  date: false,
  delta: true,
};

/** What a style must know before the first event. */
export interface TextContext {
  /** By `EventStream.trace`. */
  readonly traces: readonly TraceAbout[];
  /** All that are known before the first event, for styles whose columns have the width of names. */
  readonly classes?: readonly EventClass[];
  /** Nanoseconds since the epoch at `timeNs` 0. */
  readonly originNs: bigint;
  readonly options: TextOptions;
  /** Records of classes without code for which generated code is made first; tests want it at once. */
  readonly generatedCountMin?: number;
}

/** Writes events in the order in which it is given them; it remembers the last one's time. */
export interface TextWriter {
  /** Writes the batch's record at `position`, its line end included. All fields of its class must have been selected. */
  write(batch: EventBatch, position: number, out: ByteWriter): void;
  /** Takes notice of a record that the style observes, in its place among the others. */
  observe?(batch: EventBatch, position: number): void;
  /** After the last record. */
  end?(out: ByteWriter): void;
  /** Writes the same faster, where a style can: all of its records are then written through this. */
  readonly runs?: RunWriter;
}

/** Writes consecutive records of a batch at once. */
export interface RunWriter {
  /** A batch was filled anew: called before any of its records is written. */
  enter(batch: EventBatch): void;
  /** Writes records `from` to `to` (excluded); the output may hold some of it back. */
  write(batch: EventBatch, from: number, to: number, out: TextOutput): void;
  /** Gives the output what was held back. */
  flush(out: TextOutput): void;
}

export interface TextStyle {
  readonly id: string;
  readonly title: string;
  /** What must be selected beside the fields of events. */
  needs(options: TextOptions): { readonly cycles: boolean; readonly packets: boolean };
  /**
   * Classes whose records tell what the writer must know to write others, and are not written themselves: names of threads, mappings.
   * They are given to `observe`, whatever is chosen.
   */
  observes?(eventClass: EventClass): boolean;
  begin(context: TextContext): TextWriter;
}
