/** From options such as `--begin` and `--cpu` to what is answered. */
import type { FilterExpression } from '../events/filter/expression.ts';
import { parseFilter } from '../events/filter/parse.ts';
import { baseFieldsOf } from '../events/filter/visit.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { AnalysisScope } from '../pipeline/run.ts';
import { firstEventNs } from '../pipeline/timeline.ts';
import type { ScopeOptions, TimeOptions } from './context.ts';
import { zoneOf } from './context.ts';
import { UsageError } from './failure.ts';
import { parseNumbers, parseWords } from './numbers.ts';
import { parseTime, parseTimeRange, resolveTime, type TypedTime } from './times.ts';

/** What can be said before a trace is opened, so that a mistyped option is told at once. */
export interface TypedScope {
  readonly begin: TypedTime | undefined;
  readonly end: TypedTime | undefined;
  readonly rest: Omit<AnalysisScope, 'beginNs' | 'endNs'>;
  readonly intersectsWhereKnown: boolean;
}

/** @throws UsageError, ExpressionError */
export function readScope(options: ScopeOptions & TimeOptions): TypedScope {
  const zone = zoneOf(options);
  if (options.timerange !== undefined && (options.begin ?? options.end) !== undefined) {
    throw new UsageError('--timerange says both --begin and --end', 'give one or the other');
  }
  const range =
    options.timerange === undefined ? undefined : parseTimeRange(options.timerange, '--timerange', zone);
  const time = (text: string | undefined, option: string) =>
    text === undefined ? undefined : parseTime(text, option, zone);
  const numbers = (texts: readonly string[] | undefined, option: string) =>
    texts === undefined ? {} : { [option.replace('--', '').concat('s')]: [...parseNumbers(texts, option)] };
  const filter = filterOf(options);
  return {
    begin: range?.[0] ?? time(options.begin, '--begin'),
    end: range?.[1] ?? time(options.end, '--end'),
    rest: {
      ...numbers(options.cpu, '--cpu'),
      ...numbers(options.tid, '--tid'),
      ...numbers(options.pid, '--pid'),
      ...(options.comm === undefined ? {} : { comms: parseWords(options.comm) }),
      ...(filter === undefined ? {} : { filter }),
      ...(options.streamIntersection === true ? { streamIntersection: true } : {}),
    },
    intersectsWhereKnown: options.streamIntersection === 'where-known',
  };
}

/** @throws UsageError when the end is before the beginning */
export function resolveScope(typed: TypedScope, set: TraceSet, options: TimeOptions): AnalysisScope {
  const zone = zoneOf(options);
  checkThreadsInFilter(typed, set);
  const isAfterBegin = [typed.begin, typed.end].some((time) => time?.kind === 'after-begin');
  const firstNs = isAfterBegin ? firstEventNs(set) : set.originNs;
  const resolve = (time: TypedTime | undefined) =>
    time === undefined ? undefined : resolveTime(time, firstNs, zone);
  const beginNs = resolve(typed.begin);
  const endNs = resolve(typed.end);
  if (beginNs !== undefined && endNs !== undefined && endNs < beginNs) {
    throw new UsageError(
      '--end is before --begin',
      'both are since the clock began, unless they start with +',
    );
  }
  return {
    ...typed.rest,
    ...(typed.intersectsWhereKnown && knowsStreams(set) ? { streamIntersection: true } : {}),
    ...(beginNs === undefined ? {} : { beginNs }),
    ...(endNs === undefined ? {} : { endNs }),
  };
}

/** Whether packets say from when to when each stream was recorded. */
function knowsStreams(set: TraceSet): boolean {
  return set
    .extents()
    .every(({ packets, beginNs, endNs }) => packets === 0 || (beginNs !== undefined && endNs !== undefined));
}

/** Fields of an event are what was recorded with it; who ran on a CPU is followed for `--tid` and `--pid`. */
function checkThreadsInFilter({ rest: { filter } }: TypedScope, set: TraceSet): void {
  if (filter === undefined) return;
  const bases = baseFieldsOf(filter);
  for (const base of ['tid', 'pid'] as const) {
    if (!bases.has(base) || set.classes.some((eventClass) => eventClass[base] !== undefined)) continue;
    throw new UsageError(
      `--filter: no event of this trace has its $${base} recorded`,
      `--${base} finds it from the switches of threads`,
    );
  }
}

/** Names and expressions together: any of the names, and every expression. */
function filterOf(options: ScopeOptions): FilterExpression | undefined {
  const terms = (options.filter ?? []).map(parseFilter);
  if (options.event !== undefined) {
    const names = parseWords(options.event).map(
      (pattern): FilterExpression => ({
        kind: 'compare',
        comparator: '=*',
        left: { kind: 'base', base: 'name' },
        right: { kind: 'text', value: pattern, pattern },
      }),
    );
    terms.push({ kind: 'any', terms: names });
  }
  if (terms.length < 2) return terms[0];
  return { kind: 'all', terms };
}
