/** What one pass over a trace set has to decode, and who gets what: worked out once, before the first event. */
import type { Analysis, RecordNeeds } from '../analysis/define.ts';
import type { EventNeeds, Needs } from '../analysis/needs.ts';
import { allTransitions, chosenAlternative, matchesAny } from '../analysis/needs.ts';
import type { Representation } from '../events/columns.ts';
import type { FilterExpression } from '../events/filter/expression.ts';
import { fieldsOf, readsPackets } from '../events/filter/locate.ts';
import type { CanonicalMeaning, EventClass, FieldSource } from '../events/reader.ts';
import type { FieldSelection } from '../events/selection.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { ModelInput } from '../kernel/feed.ts';
import { lossInputs } from '../kernel/loss-feed.ts';
import { runningThreadInputs, threadInputs } from '../kernel/thread-feed.ts';
import { isTransitionName, type TransitionName, transitionSources } from '../kernel/transitions.ts';
import { processNameSource } from '../vocabulary/describe.ts';
import type { CanonicalName } from '../vocabulary/events.ts';
import { fieldKind } from '../vocabulary/events.ts';
import { meaningsOf } from '../vocabulary/meanings.ts';

/** What is done with the records of one class. */
export interface ClassPlan {
  readonly eventClass: EventClass;
  /** The canonical event, undefined when it is only looked at as what it is. */
  readonly meaning: CanonicalName | undefined;
  /** Canonical fields that handlers or the model read. */
  readonly fields: ReadonlyMap<string, FieldSource | undefined>;
  /** What its records do to the model. */
  readonly inputs: readonly ModelInput[];
  /** Index of the request and the name of its handler. */
  readonly handlers: readonly { readonly request: number; readonly handler: string }[];
  readonly processName: FieldSource | undefined;
  /** Fields that analyses read as they were recorded. */
  readonly recorded: readonly FieldSelection[];
}

export interface Plan {
  /** By class, worked out when a class is first asked for: most of those that a trace describes have no records. */
  readonly classes: { get(eventClass: number): ClassPlan | undefined };
  readonly selections: { get(eventClass: number): readonly FieldSelection[] | undefined };
  /** Whether threads of events are followed: by an analysis or by a filter on them. */
  readonly usesThreads: boolean;
  readonly usesModel: boolean;
  /** Whether what threads do is followed: a switch that was not recorded matters. */
  readonly followsScheduling: boolean;
  readonly readsPackets: boolean;
  /** What the model is to tell. */
  readonly transitions: ReadonlySet<TransitionName>;
}

export interface PlanOptions {
  /** Values of the options of each analysis, for those that choose records by them. */
  readonly values?: readonly unknown[];
  readonly usesThreads: boolean;
  /** Requests that records are counted for, instead of being handed over. */
  readonly counted?: ReadonlySet<number>;
  /** Names and processes of threads are not asked for. */
  readonly withoutNames?: boolean;
  readonly filter: FilterExpression | undefined;
}

/** The plan for all analyses together. */
export function makePlan(set: TraceSet, analyses: readonly Analysis[], options: PlanOptions): Plan {
  const { values = [], counted = new Set() } = options;
  const transitions = new Set(analyses.flatMap(({ needs }) => allTransitions(needs)));
  const sources = [...transitions].map((name) => transitionSources[name]);
  const usesThreads =
    options.usesThreads ||
    sources.some(({ needsThreads }) => needsThreads) ||
    analyses.some(({ needs }, request) => needs.threads === true && !counted.has(request)) ||
    analyses.some(({ records }, request) => records?.usesThreads?.(values[request] as never) === true);
  const fed = new Set([
    ...(usesThreads ? [options.withoutNames === true ? runningThreadInputs : threadInputs] : []),
    ...sources.map(({ inputs }) => inputs),
  ]);
  const usesModel = fed.size > 0;
  if (usesModel) fed.add(lossInputs);
  const follows = sources.some(({ isImpliedByThreads }) => isImpliedByThreads === true);
  const meanings = meaningsOf(set.classes);
  const wanted = analyses.map(({ needs }) => eventsOf(needs, set.classes));
  const hasRecords = analyses.some(({ records }) => records !== undefined);
  const shareOf = madeLater((meaning: CanonicalName | undefined) => ({
    inputs: [...fed].flatMap((inputs) => (meaning === undefined ? [] : (inputs[meaning] ?? []))),
    ...handlersOf(analyses, wanted, meaning),
  }));
  const planOf = (eventClass: EventClass): ClassPlan | undefined => {
    const canonical = meanings.get(eventClass.index);
    const meaning = canonical?.name as CanonicalName | undefined;
    const share = shareOf.get(meaning);
    const inputs = inputsFor(share.inputs, canonical);
    const needs = hasRecords ? recordNeedsOf(analyses, values, eventClass) : [];
    const isFor = (request: number) => matchesAny((analyses[request] as Analysis).needs, eventClass);
    const handlers = [
      ...share.handlers.filter(
        ({ request, handler }) => handler !== 'every' || (!counted.has(request) && isFor(request)),
      ),
      ...recordHandlers(needs),
    ];
    if (handlers.length === 0 && inputs.length === 0 && ![...counted].some(isFor)) return undefined;
    const allHandlers = follows
      ? [...handlers, ...impliedHandlers(analyses, eventClass, handlers)]
      : handlers;
    const processName =
      usesThreads && options.withoutNames !== true ? processNameSource(eventClass.scopes) : undefined;
    const fields = sourcesOf(canonical, inputs, share.fields);
    const recorded = needs.flatMap((each) => each?.fields ?? []);
    return { eventClass, meaning, fields, inputs, handlers: allHandlers, processName, recorded };
  };
  const classes = madeLater((index: number) => {
    const eventClass = set.classes[index];
    return eventClass && planOf(eventClass);
  });
  const selections = madeLater((index: number) => {
    const plan = classes.get(index);
    return plan && selectionOf(plan, usesThreads, options);
  });
  const { filter } = options;
  const packets =
    (filter !== undefined &&
      set.classes.some(
        (eventClass) => classes.get(eventClass.index) !== undefined && readsPackets(filter, eventClass),
      )) ||
    (analyses.some(({ records }) => records !== undefined) &&
      set.classes.some((eventClass) =>
        recordNeedsOf(analyses, values, eventClass).some((needs) => needs?.packets === true),
      ));
  return {
    classes,
    selections,
    usesThreads,
    usesModel,
    transitions,
    followsScheduling: follows,
    readsPackets: packets,
  };
}

/** Those of a meaning's inputs that want records of a class. */
function inputsFor(
  inputs: readonly ModelInput[],
  canonical: CanonicalMeaning | undefined,
): readonly ModelInput[] {
  if (inputs.every(({ isForCall }) => isForCall === undefined)) return inputs;
  // The call that all records of the class are of, if its name says so.
  const name = canonical?.fields.get('name');
  if (name?.kind !== 'constant') return inputs;
  return inputs.filter(({ isForCall }) => isForCall === undefined || isForCall(String(name.value)));
}

/** Where a class has what its inputs and handlers read. */
function sourcesOf(
  canonical: CanonicalMeaning | undefined,
  inputs: readonly ModelInput[],
  fields: readonly string[],
): ClassPlan['fields'] {
  const sources = new Map<string, FieldSource | undefined>();
  const add = (field: string): void => {
    if (!sources.has(field)) sources.set(field, canonical?.fields.get(field));
  };
  for (const input of inputs) input.fields.forEach(add);
  fields.forEach(add);
  // A call's number stands for its name.
  if (sources.has('name') && sources.get('name') === undefined) add('nr');
  return sources;
}

function madeLater<K, V>(make: (key: K) => V): { get(key: K): V } {
  const made = new Map<K, V>();
  return {
    get(key) {
      if (!made.has(key)) made.set(key, make(key));
      return made.get(key) as V;
    },
  };
}

/** All events that an analysis handles: needed, of the chosen alternative, and optional ones. */
function eventsOf(needs: Needs, classes: readonly EventClass[]): readonly EventNeeds[] {
  return [
    needs.events ?? {},
    chosenAlternative(needs, classes) ?? {},
    ...(needs.optional ?? []).map(({ events }) => events),
  ];
}

/** The handlers of a meaning's classes, with those of all classes that an analysis may want, and the fields that they read. */
function handlersOf(
  analyses: readonly Analysis[],
  wanted: readonly (readonly EventNeeds[])[],
  meaning: CanonicalName | undefined,
): { readonly handlers: ClassPlan['handlers']; readonly fields: readonly string[] } {
  const handlers: { request: number; handler: string }[] = [];
  const fields: string[] = [];
  analyses.forEach((analysis, request) => {
    const lists = (wanted[request] ?? []).map((events) =>
      meaning === undefined ? undefined : events[meaning],
    );
    const isWanted = lists.some((list) => list !== undefined);
    if (isWanted && meaning !== undefined && analysis.on[meaning] !== undefined) {
      // What no handler reads is needed for the model, which says itself what it reads. A handler may read what any of the alternatives
      // declares, whichever was chosen.
      fields.push(...declaredFields(analysis.needs, meaning));
      handlers.push({ request, handler: meaning });
    }
    if (analysis.on['every'] !== undefined) handlers.push({ request, handler: 'every' });
    // Transitions are filtered by the fields of the record that completes them.
    for (const name of Object.keys(analysis.on)) {
      if (meaning === undefined || !isTransitionName(name)) continue;
      if (transitionSources[name].endedBy.includes(meaning)) handlers.push({ request, handler: name });
    }
  });
  return { handlers, fields };
}

function declaredFields(needs: Needs, event: CanonicalName): readonly string[] {
  const tables = [
    needs.events ?? {},
    ...(needs.oneOf ?? []),
    ...(needs.optional ?? []).map(({ events }) => events),
  ];
  return tables.flatMap((events) => events[event] ?? []);
}

/** By analysis what it reads of the records of a class. */
function recordNeedsOf(
  analyses: readonly Analysis[],
  values: readonly unknown[],
  eventClass: EventClass,
): readonly (RecordNeeds | undefined)[] {
  return analyses.map(({ records }, request) => records?.of(values[request] as never, eventClass));
}

function recordHandlers(needs: readonly (RecordNeeds | undefined)[]): ClassPlan['handlers'] {
  return needs.flatMap((each, request) => (each === undefined ? [] : [{ request, handler: recordHandler }]));
}

/** Stands for `records.on` among the names of handlers, none of which has a colon. */
export const recordHandler = ':record';

/**
 * Transitions that any record may tell which names its own thread, if it is read anyway: it shows that a switch was not
 * recorded.
 */
function impliedHandlers(
  analyses: readonly Analysis[],
  eventClass: EventClass,
  known: ClassPlan['handlers'],
): ClassPlan['handlers'] {
  if (eventClass.tid === undefined) return [];
  return analyses.flatMap((analysis, request) =>
    Object.keys(analysis.on)
      .filter((name) => isTransitionName(name) && transitionSources[name].isImpliedByThreads === true)
      .filter((name) => !known.some((other) => other.request === request && other.handler === name))
      .map((handler) => ({ request, handler })),
  );
}

function selectionOf(
  plan: ClassPlan,
  usesThreads: boolean,
  { filter, withoutNames }: Pick<PlanOptions, 'filter' | 'withoutNames'>,
): readonly FieldSelection[] {
  const found = new Map<string, FieldSelection>();
  const add = (selection: FieldSelection): void => {
    const key = JSON.stringify([selection.scope, selection.path]);
    // Exact wherever one of them needs it.
    if (found.get(key)?.as !== 'natural') found.set(key, selection);
  };
  for (const [name, source] of plan.fields) {
    if (source?.kind !== 'field') continue;
    const kind = fieldKind(plan.meaning as CanonicalName, name);
    // Recorded without a sign, a negative 64-bit value would lose its low digits as a double; so would an address.
    const isUnsigned = source.type.kind === 'integer' && !source.type.isSigned;
    const isExact = kind === 'address' || kind === 'exact' || (kind === 'signed' && isUnsigned);
    add({ ...source.field, as: (isExact ? 'natural' : 'number') satisfies Representation });
  }
  if (usesThreads) {
    const pid = withoutNames === true ? undefined : plan.eventClass.pid;
    for (const source of [plan.eventClass.tid, pid, plan.processName]) {
      if (source?.kind === 'field') add({ ...source.field, as: 'number' });
    }
  }
  for (const selection of plan.recorded) add(selection);
  if (filter !== undefined) for (const selection of fieldsOf(filter, plan.eventClass)) add(selection);
  return [...found.values()];
}
