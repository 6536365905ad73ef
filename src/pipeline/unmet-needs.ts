/**
 * Events that an analysis is made of, that a trace describes, and of which it has none: LTTng describes all events that could be
 * enabled with a pattern, so that a class says little about records. An empty answer then says why it is empty.
 */
import { alternativesOf, type EventNeeds, type Needs, transitionsOf } from '../analysis/needs.ts';
import { transitionSources } from '../kernel/transitions.ts';
import type { HealthKind } from '../results/health.ts';

/** @param met canonical events of which there were records */
export function unmetNeeds(needs: Needs, met: ReadonlySet<string>): readonly string[] {
  const unmetOf = (events: EventNeeds) => Object.keys(events).filter((name) => !met.has(name));
  const unmet = [needs.events ?? {}, ...transitionsOf(needs)].flatMap(unmetOf);
  for (const alternatives of [needs.oneOf ?? [], ...alternativesOf(needs)]) {
    if (alternatives.every((events) => unmetOf(events).length > 0))
      unmet.push(...unmetOf(alternatives[0] ?? {}));
  }
  const possible = (needs.anyTransition ?? []).map((name) => unmetOf(transitionSources[name].needs));
  if (possible.every((names) => names.length > 0)) unmet.push(...possible.flat());
  return [...new Set(unmet)];
}

/** What is said of them. */
export function unmetKind(names: readonly string[]): HealthKind {
  return {
    code: 'needed-events-none',
    severity: 'note',
    sentence: `The trace knows ${names.join(' and ')}, but has no such event`,
    effect: 'the answer is about what can be told without, which may be nothing',
    advice: 'record longer, while it happens, or see whether the events were enabled',
  };
}

/** Of a trace that has nothing at all there is something to say too. */
export const noEvents: HealthKind = {
  code: 'no-events',
  severity: 'note',
  sentence: 'Nothing was recorded in the trace',
  effect: 'the answer is about nothing',
  advice: 'stop the tracer before the trace is copied, and see whether events were enabled',
};
