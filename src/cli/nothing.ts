/** What is said when there is nothing to show. */
import { TraceError } from '../bytes/trace-error.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { AnalysisScope } from '../pipeline/run.ts';
import { streamIntersection } from '../pipeline/timeline.ts';
import { healthSentence } from '../results/result.ts';

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
export function hasNoIntersection(set: TraceSet): boolean {
  return streamIntersection(set).every(({ beginNs, endNs }) => endNs < beginNs);
}

export const noIntersection = 'there is no time at which all streams were recorded (--stream-intersection)';

/** Why no event was printed, with what would help. */
export function whyNone(set: TraceSet, scope: AnalysisScope): string {
  if (scope.streamIntersection === true && hasNoIntersection(set)) return noIntersection;
  const extents = set.extents();
  const begins = extents.flatMap(({ beginNs }) => (beginNs === undefined ? [] : [beginNs]));
  const ends = extents.flatMap(({ endNs }) => (endNs === undefined ? [] : [endNs]));
  if (extents.every(({ packets }) => packets === 0))
    return 'the trace has no packet, so nothing was recorded in it';
  if (begins.length === 0 || ends.length === 0) return 'none is in the trace, or none matches';
  const least = begins.reduce((a, b) => (a < b ? a : b));
  const most = ends.reduce((a, b) => (a > b ? a : b));
  return `none of those from ${seconds(least)} s to ${seconds(most)} s matches, or there are none`;
}

function seconds(ns: bigint): string {
  const digits = String(ns < 0n ? -ns : ns).padStart(10, '0');
  return `${ns < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
