/**
 * An analysis: a question, the events it needs, what it does with each, and the answers at the end.
 *
 *     export const analysis = defineAnalysis({
 *       id: 'switches', family: 'scheduling', title: 'Switches', question: 'How often does each CPU switch threads?',
 *       needs: { events: { sched_switch: ['next_tid'] } },
 *       options: {},
 *       views: { table: { meaning: 'Switches by CPU.', answers: [description] } },
 *       begin: () => new Map<number, number>(),
 *       on: { sched_switch(state, event, row) { … event.next_tid[row] … } },
 *       end: (state) => [table(description, …)],
 *     });
 *
 * A field that `needs` does not declare does not compile. Nothing is printed here.
 */
import type { ClassBatch, EventBatch } from '../events/batch.ts';
import type { EventClass, TraceAbout } from '../events/reader.ts';
import type { FieldSelection } from '../events/selection.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { Names } from '../kernel/names.ts';
import type { CallsOfOneName } from '../kernel/syscalls.ts';
import type { TransitionName, Transitions } from '../kernel/transitions.ts';
import type { HealthKind } from '../results/health.ts';
import type { Shape, ShapeDescription } from '../results/shapes.ts';
import type { CanonicalField, CanonicalName } from '../vocabulary/events.ts';
import type { BaseColumns, FieldViews, ThreadColumns } from '../vocabulary/view.ts';
import type { EventNeeds, Needs } from './needs.ts';
import type { OptionSpecs, OptionValues } from './options.ts';

/** The event tables of needs, as a union. */
type Tables<N extends Needs> =
  | (N['events'] extends EventNeeds ? N['events'] : never)
  | (N['oneOf'] extends readonly EventNeeds[] ? N['oneOf'][number] : never)
  | (N['optional'] extends readonly { readonly events: EventNeeds }[]
      ? N['optional'][number]['events']
      : never);
type NamesIn<Table> = Table extends EventNeeds ? Extract<keyof Table, CanonicalName> : never;
type FieldsIn<Table, Name extends CanonicalName> = Table extends {
  readonly [K in Name]: readonly (infer Field)[];
}
  ? Extract<Field, CanonicalField<Name>>
  : never;
type Threads<N extends Needs> = N['threads'] extends true ? ThreadColumns : unknown;

/** The records of one canonical event: base columns and the declared fields. */
export type EventView<N extends Needs, Name extends CanonicalName> = BaseColumns &
  Threads<N> &
  FieldViews<Name, FieldsIn<Tables<N>, Name>>;

type TransitionsIn<N extends Needs> = Extract<
  NonNullable<N['transitions']>[number] | NonNullable<N['anyTransition']>[number],
  TransitionName
>;

type EveryIn<N extends Needs> = N['every'] extends readonly string[] ? 'every' : never;

/** What a handler is called with, by its name. */
type HandlerArguments<N extends Needs, Name> = Name extends TransitionName
  ? [transition: Transitions[Name], model: KernelModel]
  : Name extends CanonicalName
    ? [event: EventView<N, Name>, row: number, model: KernelModel]
    : [event: BaseColumns & Threads<N>, row: number, model: KernelModel];

/** What is done with each event; `model` is the kernel of the host it is from, as it is after the event. */
export type Handlers<N extends Needs, State> = {
  readonly [Name in NamesIn<Tables<N>> | TransitionsIn<N> | EveryIn<N>]?: (
    state: State,
    ...rest: HandlerArguments<N, Name>
  ) => void;
};

/** What an analysis reads of the records of one class. */
export interface RecordNeeds {
  readonly fields: readonly FieldSelection[];
  /** Whether fields of packet headers and contexts are read. */
  readonly packets: boolean;
}

/** The records of one class as they were recorded; threads hold only where they are asked for. */
export interface RecordView extends BaseColumns, ThreadColumns {
  /** The columns of the selected fields, at the same rows. */
  readonly batch: ClassBatch;
  /** Packet header and context fields, if they were asked for, and the row there of the record at hand. */
  readonly packets: EventBatch['packets'];
  readonly packetRow: number;
}

/** Records of any class, with fields that only the options name. */
export interface Records<Options, State> {
  /** What is read of a class; undefined when its records are not looked at. Asked before the first event. */
  readonly of: (options: Options, eventClass: EventClass) => RecordNeeds | undefined;
  /** Whether `tid` and `pid` of records are read that do not have them themselves. */
  readonly usesThreads?: (options: Options) => boolean;
  readonly on: (state: State, event: RecordView, row: number, model: KernelModel) => void;
}

/** One way to see the answers: the word after `--as`. */
export interface View {
  /** One sentence. */
  readonly meaning: string;
}

/** How many records there were, where the single ones are not asked for. */
export interface CountedRecords<Options, State> {
  /** Whether that is enough for these views: then `every` is not called, unless something restricts what is answered. */
  readonly isEnough: (options: Options, views: ReadonlySet<string>) => boolean;
  /**
   * Called for records of one class and stream at a time, in no order.
   * @param firstNs the time of the first of them
   */
  readonly on: (state: State, eventClass: EventClass, stream: number, count: number, firstNs: number) => void;
}

/** System calls, where neither their order among CPUs nor who made them is asked for: most records of a kernel trace need not be put in one order then. */
export interface CallsAlone<Options, State> {
  /**
   * Whether that is enough for these views: then most calls come here unless something restricts what is answered, and the others come as
   * `syscall-completed` in any order, without process and name; the model may have seen later records.
   */
  readonly isEnough: (options: Options, views: ReadonlySet<string>) => boolean;
  readonly on: (state: State, calls: CallsOfOneName, model: KernelModel) => void;
}

export interface BeginContext<Options> {
  readonly options: Options;
  /** The views that are wanted. */
  readonly views: ReadonlySet<string>;
  readonly traces: readonly TraceAbout[];
  readonly classes: readonly EventClass[];
  /** Texts by number, of all hosts. */
  readonly names: Names;
  /** Nanoseconds since the epoch at `timeNs` 0. */
  readonly originNs: bigint;
  /** From when on is answered, relative to the origin; NaN when no event has a time. */
  readonly rangeBeginNs: number;
  /** One a host, before the first event. */
  readonly models: readonly KernelModel[];
}

export interface EndContext<Options> extends BeginContext<Options> {
  /** The span that the answers are about, relative to the origin; undefined when no event has a time. */
  readonly range: { readonly beginNs: number; readonly endNs: number } | undefined;
  /** The CPUs that a host's records are of, as far as its streams tell. */
  readonly cpusOf: (model: KernelModel) => readonly number[];
  /** Whether nothing restricted what was answered: then what is left open at the end is worth a note. */
  readonly isWhole: boolean;
  /** Whether it is about all times, though maybe not about all threads: then what is open at its end is open at the trace's. */
  readonly reachesEnd: boolean;
  /** Whether threads, or records by their fields, were chosen: what the others did was not told. */
  readonly isFiltered: boolean;
  /** Whether something on a CPU and of a thread is asked for: of what had not ended, and was not told for that. */
  readonly accepts: (model: KernelModel, cpu: number, tid: number) => boolean;
  /**
   * Something to know about this answer, shown with the health of the trace.
   * @param first the first one, or where it is
   * @param detail one sentence
   */
  note(kind: HealthKind, first: string, detail: string, count?: number): void;
}

export interface AnalysisDefinition<
  N extends Needs,
  Options extends OptionSpecs,
  State,
  Views extends Readonly<Record<string, View>>,
> {
  /** Kebab-case: folder, word on the command line, id in JSON, address of the page. */
  readonly id: string;
  readonly family: string;
  readonly title: string;
  /** One sentence that ends with a question mark. */
  readonly question: string;
  readonly needs: N;
  readonly options: Options;
  /** By the word after `--as`; the first is shown by default. */
  readonly views: Views;
  /** Whether events must come in time order among streams: `global`, unless it is said. */
  readonly order?: 'global' | 'per-stream';
  /** For analyses of `syscall-completed`. */
  readonly callsAlone?: CallsAlone<OptionValues<Options>, State>;
  /** What its answers look like, known before any trace is read. */
  readonly describe: (
    options: OptionValues<Options>,
    view: keyof Views & string,
  ) => readonly ShapeDescription[];
  readonly begin: (context: BeginContext<OptionValues<Options>>) => State;
  readonly on: Handlers<N, State>;
  /** For what the language of an option names: see `Records`. */
  readonly records?: Records<OptionValues<Options>, State>;
  /** For analyses of `every` record. */
  readonly counted?: CountedRecords<OptionValues<Options>, State>;
  readonly end: (state: State, context: EndContext<OptionValues<Options>>) => readonly Shape[];
}

/** An analysis, whatever it needs and keeps: what lists, help, and the run work with. */
export interface Analysis {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly question: string;
  readonly needs: Needs;
  readonly options: OptionSpecs;
  readonly views: Readonly<Record<string, View>>;
  readonly order?: 'global' | 'per-stream';
  readonly callsAlone?: CallsAlone<never, never>;
  readonly describe: (options: never, view: string) => readonly ShapeDescription[];
  readonly begin: (context: BeginContext<never>) => unknown;
  readonly on: Readonly<Record<string, unknown>>;
  readonly records?: Records<never, never>;
  readonly counted?: CountedRecords<never, never>;
  readonly end: (state: never, context: EndContext<never>) => readonly Shape[];
}

/** Checks an analysis's types against what it declares, and forgets them. */
export function defineAnalysis<
  const N extends Needs,
  const Options extends OptionSpecs,
  State,
  const Views extends Readonly<Record<string, View>>,
>(definition: AnalysisDefinition<N, Options, State, Views>): Analysis {
  if (Object.keys(definition.views).length === 0) throw new Error(`Analysis ${definition.id} has no view.`);
  return definition as unknown as Analysis;
}

/** The view that is shown when none is asked for. */
export function defaultView(analysis: Analysis): string {
  return Object.keys(analysis.views)[0] as string;
}
