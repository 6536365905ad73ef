/** What is said when there is nothing to show. */
import { nearestWord } from '../bytes/edit-distance.ts';
import { TraceError } from '../bytes/trace-error.ts';
import type { FilterExpression } from '../events/filter/expression.ts';
import { visitOperands } from '../events/filter/visit.ts';
import type { FieldType } from '../events/layout.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { AnalysisScope } from '../pipeline/run.ts';
import { isWallClock, streamIntersection } from '../pipeline/timeline.ts';
import { printTime } from '../print/format-value.ts';
import { type AnalysisResult, healthSentence } from '../results/result.ts';
import { isEmpty } from '../results/shapes.ts';
import type { ScopeOptions, TimeOptions } from './context.ts';
import { whatIsNotThere } from './not-there.ts';

/**
 * Damage is a note as long as anything remains.
 * @throws TraceError `nothing-readable` when there are data streams and no packet of any can be read
 */
export function checkReadable(set: TraceSet, paths: readonly string[]): void {
  const damage = set.health().notes.find(({ kind }) => kind.severity === 'damage');
  if (damage === undefined) return;
  if (set.extents().some(({ packets }) => packets > 0)) return;
  const sentence = healthSentence(damage.kind.sentence, damage.count).replace(/\.$/, '');
  set.close();
  throw new TraceError({
    code: 'nothing-readable',
    file: paths.join(', '),
    message: `Nothing of it can be read: ${sentence} (${damage.where}, ${damage.first}): ${damage.detail}`,
    hint: damage.kind.advice === '' ? undefined : damage.kind.advice,
  });
}

/** Whether no trace has a time at which all of its streams were recorded. */
function hasNoIntersection(set: TraceSet): boolean {
  return streamIntersection(set).every(({ beginNs, endNs }) => endNs < beginNs);
}

const noIntersection = 'there is no time at which all streams were recorded (--stream-intersection)';

const noPacket =
  'the trace has no packet, so nothing was recorded in it: was it copied before the tracer was stopped?';

/** Why no event was printed, with what would help. */
export function whyNone(set: TraceSet, scope: AnalysisScope, options: ScopeOptions & TimeOptions): string {
  if (scope.streamIntersection === true && hasNoIntersection(set)) return noIntersection;
  if (set.extents().every(({ packets }) => packets === 0)) return noPacket;
  const outside = whyOutside(set, scope, options);
  if (outside !== undefined) return outside;
  const typo = scope.filter === undefined ? undefined : unknownField(set, scope.filter);
  if (typo !== undefined) return typo;
  const absent = whatIsNotThere(set, options);
  if (absent !== undefined) return absent;
  const span = spanOf(set);
  if (span === undefined) return 'there is nothing in the trace that matches';
  return `there is nothing between ${seconds(span.beginNs)} s and ${seconds(span.endNs)} s that matches`;
}

/** Said where `--begin` and `--end` miss the trace. */
function whyOutside(
  set: TraceSet,
  { beginNs, endNs }: AnalysisScope,
  options: ScopeOptions & TimeOptions,
): string | undefined {
  const span = spanOf(set);
  if (span === undefined) return undefined;
  const isOutside = (beginNs ?? span.beginNs) > span.endNs || (endNs ?? span.endNs) < span.beginNs;
  if (!isOutside) return undefined;
  const hasDates = set.traces.every(({ clocks }) => clocks.every(isWallClock));
  const zone = options.clockGmt === true ? 'utc' : 'local';
  const from = hasDates ? dateOf(span.beginNs, zone) : `${seconds(span.beginNs)} s`;
  const to = hasDates ? dateOf(span.endNs, zone) : `${seconds(span.endNs)} s`;
  const outside = `the trace is from ${from} to ${to}, all of it outside of what was asked for`;
  const typed = [options.begin, options.end, options.timerange];
  if (hasDates || !typed.some((text) => text !== undefined && dateParts.test(text))) return outside;
  return `${outside}: its clock does not count from 1970, so that it has no dates and no times of day (write seconds as these, or +1s)`;
}

/** What only dates and times of day have between two digits. */
const dateParts = /\d[-:]\d/;

function dateOf(ns: bigint, times: 'utc' | 'local'): string {
  return printTime(ns, { times, hasDates: true, unicode: true });
}

/** Nanoseconds since the epoch, as packets say it. */
function spanOf(set: TraceSet): { readonly beginNs: bigint; readonly endNs: bigint } | undefined {
  const extents = set.extents();
  const begins = extents.flatMap(({ beginNs }) => (beginNs === undefined ? [] : [beginNs]));
  const ends = extents.flatMap(({ endNs }) => (endNs === undefined ? [] : [endNs]));
  if (begins.length === 0 || ends.length === 0) return undefined;
  return {
    beginNs: begins.reduce((a, b) => (a < b ? a : b)),
    endNs: ends.reduce((a, b) => (a > b ? a : b)),
  };
}

/** Why an answer is empty, where that is likely to be a mistake. */
export function whyEmpty(
  set: TraceSet,
  scope: AnalysisScope,
  options: ScopeOptions & TimeOptions,
  result: AnalysisResult,
): string | undefined {
  if (scope.streamIntersection === true && hasNoIntersection(set)) return noIntersection;
  if (!result.answers.every(isEmpty)) return undefined;
  if (set.extents().every(({ packets }) => packets === 0)) return noPacket;
  return (
    whyOutside(set, scope, options) ??
    (scope.filter === undefined ? undefined : unknownField(set, scope.filter)) ??
    whatIsNotThere(set, options)
  );
}

/** The first field of a filter that no event has. What packets have is not looked at: it is said only where nothing was found. */
function unknownField(set: TraceSet, filter: FilterExpression): string | undefined {
  const known = new Set<string>(['name', 'cpu', 'tid', 'pid', 'time']);
  const types: FieldType[] = set.classes.flatMap(({ scopes }) => [...scopes.values()]);
  for (let type = types.pop(); type !== undefined; type = types.pop()) {
    if (type.kind === 'array') types.push(type.element);
    const parts = type.kind === 'struct' ? type.members : type.kind === 'variant' ? type.options : [];
    for (const part of parts) {
      known.add(part.name);
      types.push(part.type);
    }
  }
  let found: string | undefined;
  visitOperands(filter, (operand) => {
    if (operand.kind !== 'field' || found !== undefined) return;
    found = operand.path.find((step) => typeof step === 'string' && !known.has(step)) as string | undefined;
  });
  if (found === undefined) return undefined;
  const nearest = nearestWord(found, known);
  const hint =
    nearest === undefined ? 'diatrace inspect --layouts TRACE lists them' : `did you mean ${nearest}?`;
  return `no event of this trace has a field "${found}" (${hint})`;
}

function seconds(ns: bigint): string {
  const digits = String(ns < 0n ? -ns : ns).padStart(10, '0');
  return `${ns < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
