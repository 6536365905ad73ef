/** What one pass over a trace set has to decode, and who gets what: worked out once, before the first event. */
import type { Analysis } from '../analysis/define.ts';
import type { EventNeeds, Needs } from '../analysis/needs.ts';
import { chosenAlternative, matchesAny } from '../analysis/needs.ts';
import type { Representation } from '../events/columns.ts';
import type { FilterExpression } from '../events/filter/expression.ts';
import { fieldsOf, readsPackets } from '../events/filter/locate.ts';
import type { EventClass, FieldSource } from '../events/reader.ts';
import type { FieldSelection } from '../events/selection.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { ModelInput } from '../kernel/feed.ts';
import { syscallInputs, threadInputs } from '../kernel/feed.ts';
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
  readonly input: ModelInput | undefined;
  /** Index of the request and the name of its handler. */
  readonly handlers: readonly { readonly request: number; readonly handler: string }[];
  readonly processName: FieldSource | undefined;
}

export interface Plan {
  /** By class, worked out when a class is first asked for: most of those that a trace describes have no records. */
  readonly classes: { get(eventClass: number): ClassPlan | undefined };
  readonly selections: { get(eventClass: number): readonly FieldSelection[] | undefined };
  /** Whether threads of events are followed: by an analysis or by a filter on them. */
  readonly usesThreads: boolean;
  readonly usesModel: boolean;
  readonly readsPackets: boolean;
}

export interface PlanOptions {
  readonly usesThreads: boolean;
  readonly filter: FilterExpression | undefined;
}

/** The plan for all analyses together. */
export function makePlan(set: TraceSet, analyses: readonly Analysis[], options: PlanOptions): Plan {
  const usesSyscalls = analyses.some(
    ({ needs }) => needs.transitions?.includes('syscall-completed') === true,
  );
  const usesThreads =
    options.usesThreads || usesSyscalls || analyses.some(({ needs }) => needs.threads === true);
  const inputs = { ...(usesThreads ? threadInputs : {}), ...(usesSyscalls ? syscallInputs : {}) };
  const meanings = meaningsOf(set.classes);
  const wanted = analyses.map(({ needs }) => eventsOf(needs, set.classes));
  const planOf = (eventClass: EventClass): ClassPlan | undefined => {
    const canonical = meanings.get(eventClass.index);
    const meaning = canonical?.name as CanonicalName | undefined;
    const input = meaning === undefined ? undefined : inputs[meaning];
    const names = new Set(input?.fields);
    const handlers = handlersOf(analyses, wanted, eventClass, meaning, names);
    if (handlers.length === 0 && input === undefined) return undefined;
    const processName = usesThreads ? processNameSource(eventClass.scopes) : undefined;
    const fields = new Map([...names].map((name) => [name, canonical?.fields.get(name)]));
    // A call's number stands for its name.
    if (names.has('name') && !fields.has('nr')) fields.set('nr', canonical?.fields.get('nr'));
    return { eventClass, meaning, fields, input, handlers, processName };
  };
  const classes = madeLater((index) => {
    const eventClass = set.classes[index];
    return eventClass && planOf(eventClass);
  });
  const selections = madeLater((index) => {
    const plan = classes.get(index);
    return plan && selectionOf(plan, usesThreads, options.filter);
  });
  const { filter } = options;
  const packets =
    filter !== undefined &&
    set.classes.some(
      (eventClass) => classes.get(eventClass.index) !== undefined && readsPackets(filter, eventClass),
    );
  return { classes, selections, usesThreads, usesModel: usesThreads, readsPackets: packets };
}

function madeLater<V>(make: (key: number) => V | undefined): { get(key: number): V | undefined } {
  const made = new Map<number, V | undefined>();
  return {
    get(key) {
      if (!made.has(key)) made.set(key, make(key));
      return made.get(key);
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

function handlersOf(
  analyses: readonly Analysis[],
  wanted: readonly (readonly EventNeeds[])[],
  eventClass: EventClass,
  meaning: CanonicalName | undefined,
  fields: Set<string>,
): ClassPlan['handlers'] {
  const handlers: { request: number; handler: string }[] = [];
  analyses.forEach((analysis, request) => {
    const lists = (wanted[request] ?? []).map((events) =>
      meaning === undefined ? undefined : events[meaning],
    );
    const isWanted = lists.some((list) => list !== undefined);
    for (const list of lists) for (const field of list ?? []) fields.add(field);
    if (isWanted && meaning !== undefined && analysis.on[meaning] !== undefined) {
      handlers.push({ request, handler: meaning });
    }
    if (analysis.on['every'] !== undefined && matchesAny(analysis.needs, eventClass)) {
      handlers.push({ request, handler: 'every' });
    }
    // Transitions are filtered by the fields of the record that completes them.
    if (meaning === 'syscall_exit' && analysis.on['syscall-completed'] !== undefined) {
      handlers.push({ request, handler: 'syscall-completed' });
    }
  });
  return handlers;
}

function selectionOf(
  plan: ClassPlan,
  usesThreads: boolean,
  filter: FilterExpression | undefined,
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
    // Recorded without a sign, a negative 64-bit value would lose its low digits as a double.
    const isExact = kind === 'signed' && source.type.kind === 'integer' && !source.type.isSigned;
    add({ ...source.field, as: (isExact ? 'natural' : 'number') satisfies Representation });
  }
  if (usesThreads) {
    for (const source of [plan.eventClass.tid, plan.eventClass.pid, plan.processName]) {
      if (source?.kind === 'field') add({ ...source.field, as: 'number' });
    }
  }
  if (filter !== undefined) for (const selection of fieldsOf(filter, plan.eventClass)) add(selection);
  return [...found.values()];
}
