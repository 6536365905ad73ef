/**
 * What an analysis needs: which events with which fields. From this one table follow what is decoded, what is recorded,
 * what the documentation lists and what is said when a trace does not have it.
 */
import { compileGlob, textMatchesGlob } from '../events/filter/glob.ts';
import type { CanonicalMeaning, EventClass } from '../events/reader.ts';
import { type TransitionName, transitionSources } from '../kernel/transitions.ts';
import type { EventNeeds } from '../vocabulary/events.ts';
import { meaningsOf } from '../vocabulary/meanings.ts';
import type { Lack } from './incompatible-error.ts';

export type { EventNeeds } from '../vocabulary/events.ts';

export interface OptionalNeed {
  readonly events: EventNeeds;
  /** What the answer lacks without them, one sentence. */
  readonly without: string;
}

export interface Needs {
  readonly events?: EventNeeds;
  /** Alternatives: the first whose events are all there is used. */
  readonly oneOf?: readonly EventNeeds[];
  readonly optional?: readonly OptionalNeed[];
  /** Globs of the tracers' own event names, for analyses of anything: handler `every`. */
  readonly every?: readonly string[];
  readonly transitions?: readonly TransitionName[];
  /** Of these at least one must be possible. */
  readonly anyTransition?: readonly TransitionName[];
  /** Whether `tid` and `pid` of each event are used, and names of threads. */
  readonly threads?: boolean;
}

/** Without thread ids in the events themselves, switches say which thread ran on a CPU. */
const threadEvent = 'sched_switch';

/**
 * What of the needs a trace lacks; undefined when the analysis can be answered.
 * @param tracers who made the trace (`lttng-modules 2.8.0`), so that the hint names that tracer's command first
 */
export function missing(
  needs: Needs,
  classes: readonly EventClass[],
  tracers: readonly (string | undefined)[] = [],
): Lack | undefined {
  const lacking = new Set<string>();
  const has = presence(classes);
  for (const events of [needs.events ?? {}, ...transitionsOf(needs)]) {
    for (const name of lackingOf(events, has)) lacking.add(name);
  }
  for (const alternatives of [needs.oneOf ?? [], ...alternativesOf(needs)]) {
    if (alternatives.length === 0 || firstThere(alternatives, has) !== undefined) continue;
    for (const name of lackingOf(alternatives[0] ?? {}, has)) lacking.add(name);
  }
  for (const name of lackingOfAny(needs.anyTransition ?? [], has)) lacking.add(name);
  if (lacking.size === 0 && usesThreads(needs) && !hasThreads(classes)) lacking.add(threadEvent);
  if (lacking.size > 0) return lackOf([...lacking], classes.length === 0, tracers);
  // Nothing at all is an answer for an analysis of anything.
  if (needs.every === undefined || needs.every.includes('*')) return undefined;
  if (classes.some((candidate) => matchesAny(needs, candidate))) return undefined;
  return {
    events: needs.every,
    sentence: `No event of this trace is named ${needs.every.join(' or ')}`,
    hint: '',
  };
}

/** Nothing where one of the transitions is possible, else what any of them would need. */
function lackingOfAny(names: readonly TransitionName[], has: Presence): readonly string[] {
  const lists = names.map((name) => {
    const { needs, oneOf = [], isOfArchitecture = false } = transitionSources[name];
    const alternative = oneOf.length === 0 || firstThere(oneOf, has) !== undefined ? {} : (oneOf[0] ?? {});
    return { isOfArchitecture, lacking: [...lackingOf(needs, has), ...lackingOf(alternative, has)] };
  });
  if (lists.some(({ lacking }) => lacking.length === 0)) return [];
  // What is named is to be recorded by the command that follows, on any machine.
  return lists.flatMap(({ isOfArchitecture, lacking }) => (isOfArchitecture ? [] : lacking));
}

/** The alternative in use. */
export function chosenAlternative(needs: Needs, classes: readonly EventClass[]): EventNeeds | undefined {
  return firstThere(needs.oneOf ?? [], presence(classes));
}

function firstThere(alternatives: readonly EventNeeds[], has: Presence): EventNeeds | undefined {
  return alternatives.find((events) => lackingOf(events, has).length === 0);
}

/** Optional needs that a trace does not meet. */
export function absentOptions(needs: Needs, classes: readonly EventClass[]): readonly OptionalNeed[] {
  const has = presence(classes);
  return (needs.optional ?? []).filter(({ events }) => lackingOf(events, has).length > 0);
}

/** Whether an analysis of anything wants a class. */
export function matchesAny(needs: Needs, eventClass: EventClass): boolean {
  return (needs.every ?? []).some(
    (glob) => glob === '*' || textMatchesGlob(compileGlob(glob), eventClass.name),
  );
}

/** The events of everything that must be there. */
export function transitionsOf(needs: Needs): readonly EventNeeds[] {
  return (needs.transitions ?? []).map((name) => transitionSources[name].needs);
}

/** Of each transition the alternatives of which one must be there. */
export function alternativesOf(needs: Needs): readonly (readonly EventNeeds[])[] {
  return (needs.transitions ?? []).flatMap((name) => {
    const { oneOf } = transitionSources[name];
    return oneOf === undefined ? [] : [oneOf];
  });
}

/** All transitions that an analysis may be told. */
export function allTransitions(needs: Needs): readonly TransitionName[] {
  return [...(needs.transitions ?? []), ...(needs.anyTransition ?? [])];
}

/** Whether a transition cannot be told without knowing which thread an event is of. */
export function usesThreads(needs: Needs): boolean {
  return (needs.transitions ?? []).some((name) => transitionSources[name].needsThreads);
}

/** By canonical event, what stands for it. */
type Presence = ReadonlyMap<string, readonly CanonicalMeaning[]>;

/** By what `meaningsOf` says, which is the same for the same classes. */
const presences = new WeakMap<ReadonlyMap<number, CanonicalMeaning>, Presence>();

function presence(classes: readonly EventClass[]): Presence {
  const meanings = meaningsOf(classes);
  let found = presences.get(meanings);
  if (found === undefined) {
    found = findPresence(meanings);
    presences.set(meanings, found);
  }
  return found;
}

function findPresence(meanings: ReadonlyMap<number, CanonicalMeaning>): Presence {
  const byName = new Map<string, CanonicalMeaning[]>();
  for (const meaning of meanings.values()) {
    const known = byName.get(meaning.name);
    if (known === undefined) byName.set(meaning.name, [meaning]);
    else known.push(meaning);
  }
  return byName;
}

function lackingOf(events: EventNeeds, has: Presence): readonly string[] {
  return Object.entries(events).flatMap(([name, fields]) => {
    const meanings = has.get(name) ?? [];
    return meanings.length > 0 && fields.every((field) => hasField(meanings, field)) ? [] : [name];
  });
}

/** Ends with the first class that has it: looking at a class's fields may cost the reading of its metadata. */
function hasField(meanings: readonly CanonicalMeaning[], field: string): boolean {
  return meanings.some(
    ({ name, fields }) =>
      // A number is as good as a name: tables translate it.
      fields.get(field) !== undefined ||
      (field === 'name' && name.startsWith('syscall_') && fields.get('nr') !== undefined),
  );
}

/** Names first, which are known without looking at fields. */
function hasThreads(classes: readonly EventClass[]): boolean {
  return (
    classes.some(({ canonical }) => canonical?.name === threadEvent) ||
    classes.some(({ tid }) => tid !== undefined)
  );
}

function lackOf(events: readonly string[], isEmpty: boolean, tracers: readonly (string | undefined)[]): Lack {
  const plural = events.length > 1;
  return {
    events,
    sentence: isEmpty
      ? 'The trace has no events at all'
      : `The trace has no ${events.join(' and no ')} event${plural ? 's' : ''}`,
    hint: `record ${plural ? 'them' : 'it'} with: ${recordingCommands(events, tracers).join(', or: ')}`,
  };
}

/** A command for each tracer that can record the events, that of the tracer at hand first. */
function recordingCommands(
  events: readonly string[],
  tracers: readonly (string | undefined)[],
): readonly string[] {
  const isAtHand = (tracer: string) => tracers.some((name) => name?.startsWith(tracer) === true);
  const perf = distinct(events.flatMap((name) => perfEvents[name] ?? [])).map((name) => `-e ${name}`);
  const lttng = distinct(events.map((name) => lttngEvents[name] ?? name));
  const named = lttng.filter((name) => !name.startsWith('--')).join(',');
  const lists = [...lttng.filter((name) => name.startsWith('--')), ...(named === '' ? [] : [named])];
  const commands = [
    { tracer: 'perf', command: perf.length === 0 ? undefined : `perf record -a ${perf.join(' ')}` },
    {
      tracer: 'lttng',
      command: events.some((name) => notOfLttng.has(name))
        ? undefined
        : lists.map((list) => `lttng enable-event -k ${list}`).join(' && '),
    },
    {
      tracer: 'trace-cmd',
      // The same events as perf's, for who has it.
      command: perf.length === 0 || !isAtHand('trace-cmd') ? undefined : `trace-cmd record ${perf.join(' ')}`,
    },
  ];
  return commands
    .sort((a, b) => Number(isAtHand(b.tracer)) - Number(isAtHand(a.tracer)))
    .flatMap(({ command }) => command ?? []);
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

const perfEvents: Readonly<Record<string, string>> = {
  syscall_enter: 'raw_syscalls:sys_enter',
  syscall_exit: 'raw_syscalls:sys_exit',
  sched_switch: 'sched:sched_switch',
  sched_waking: 'sched:sched_waking',
  sched_wakeup: 'sched:sched_wakeup',
  sched_wakeup_new: 'sched:sched_wakeup_new',
  sched_migrate_task: 'sched:sched_migrate_task',
  sched_process_fork: 'sched:sched_process_fork',
  sched_process_exec: 'sched:sched_process_exec',
  sched_process_exit: 'sched:sched_process_exit',
  sched_process_free: 'sched:sched_process_free',
  irq_handler_entry: 'irq:irq_handler_entry',
  irq_handler_exit: 'irq:irq_handler_exit',
  softirq_raise: 'irq:softirq_raise',
  softirq_entry: 'irq:softirq_entry',
  softirq_exit: 'irq:softirq_exit',
  ipi_send_cpu: 'ipi:ipi_send_cpu',
  csd_queue_cpu: 'csd:csd_queue_cpu',
  csd_function_entry: 'csd:csd_function_entry',
  cpu_idle: 'power:cpu_idle',
  cpu_frequency: 'power:cpu_frequency',
  sched_pi_setprio: 'sched:sched_pi_setprio',
  block_bio_queue: 'block:block_bio_queue',
  block_rq_insert: 'block:block_rq_insert',
  block_rq_issue: 'block:block_rq_issue',
  block_rq_complete: 'block:block_rq_complete',
  net_dev_queue: 'net:net_dev_queue',
  net_dev_xmit: 'net:net_dev_xmit',
  netif_rx: 'net:netif_rx',
  netif_receive_skb: 'net:netif_receive_skb',
  contention_begin: 'lock:contention_begin',
  contention_end: 'lock:contention_end',
  timer_start: 'timer:timer_start',
  timer_expire_entry: 'timer:timer_expire_entry',
  timer_expire_exit: 'timer:timer_expire_exit',
  hrtimer_start: 'timer:hrtimer_start',
  hrtimer_expire_entry: 'timer:hrtimer_expire_entry',
  hrtimer_expire_exit: 'timer:hrtimer_expire_exit',
  workqueue_queue_work: 'workqueue:workqueue_queue_work',
  workqueue_execute_start: 'workqueue:workqueue_execute_start',
  workqueue_execute_end: 'workqueue:workqueue_execute_end',
  mm_page_alloc: 'kmem:mm_page_alloc',
  mm_page_free: 'kmem:mm_page_free',
  // No tracepoint, and with call chains.
  sample: 'cpu-clock -g',
};

/** lttng-modules has no tracepoints for locks: its instrumentation/events/lock.h has those of lockdep only. Samples are perf's. */
const notOfLttng: ReadonlySet<string> = new Set([
  'contention_begin',
  'contention_end',
  'sample',
  'ipi_send_cpu',
  'csd_queue_cpu',
  'csd_function_entry',
]);

const lttngEvents: Readonly<Record<string, string>> = {
  hrtimer_start: 'timer_hrtimer_start',
  hrtimer_expire_entry: 'timer_hrtimer_expire_entry',
  hrtimer_expire_exit: 'timer_hrtimer_expire_exit',
  syscall_enter: '--syscall --all',
  syscall_exit: '--syscall --all',
  process_state: 'lttng_statedump_process_state',
  file_descriptor_state: 'lttng_statedump_file_descriptor',
  block_device_state: 'lttng_statedump_block_device',
  interrupt_state: 'lttng_statedump_interrupt',
  mm_page_alloc: 'kmem_mm_page_alloc',
  mm_page_free: 'kmem_mm_page_free',
  cpu_idle: 'power_cpu_idle',
  cpu_frequency: 'power_cpu_frequency',
  softirq_raise: 'irq_softirq_raise',
  softirq_entry: 'irq_softirq_entry',
  softirq_exit: 'irq_softirq_exit',
};
