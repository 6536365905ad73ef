/** A whole answer: what was asked, of which traces, what is wrong with them, and the shapes that answer it. */
import { type HealthNote, notesByKind } from './health.ts';
import type { Shape } from './shapes.ts';

/** The name and version of the form that results have in JSON; unknown keys are ignored by readers. */
export const resultSchema = 'diatrace.result/1';

/** What was asked. */
export interface AnalysisIdentity {
  readonly id: string;
  readonly title: string;
  readonly question: string;
}

/** The span that the answers are about. */
export interface ResultTimeRange {
  /** Nanoseconds since the epoch of the trace's clock; `undefined` when no event has a time. */
  readonly beginNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  /** Whether that epoch is 1970 (times print as dates) or unknown, such as a boot (they print as seconds). */
  readonly isWallClock: boolean;
}

/** The answer of one analysis. */
export interface AnalysisResult {
  readonly schema: typeof resultSchema;
  readonly analysis: AnalysisIdentity;
  /** The host that it is about, of several; absent when it is about all. */
  readonly host?: string;
  /** The names of the traces, as the user gave them. */
  readonly traces: readonly string[];
  readonly timeRange: ResultTimeRange;
  readonly health: readonly HealthNote[];
  /** Whether counts and sums are lower bounds, because events were lost or could not be read. */
  readonly isLowerBound: boolean;
  /** Why, in one sentence; absent when they are exact. */
  readonly lowerBoundReason?: string;
  readonly answers: readonly Shape[];
}

/** A result from its parts: the lower bound follows from the health. */
export function analysisResult(
  parts: Omit<AnalysisResult, 'schema' | 'isLowerBound' | 'lowerBoundReason'>,
): AnalysisResult {
  const reason = lowerBoundReason(parts.health);
  const { analysis, host, traces, timeRange, health, answers } = parts;
  const ofHost = host === undefined ? {} : { host };
  const common = { schema: resultSchema, analysis, ...ofHost, traces, timeRange, health } as const;
  return reason === undefined
    ? { ...common, isLowerBound: false, answers }
    : { ...common, isLowerBound: true, lowerBoundReason: reason, answers };
}

/** Why counts are lower bounds: what was lost or damaged, each kind once; `undefined` when nothing was. */
export function lowerBoundReason(notes: readonly HealthNote[]): string | undefined {
  const reasons = notes.filter(({ kind }) => kind.severity === 'loss' || kind.severity === 'damage');
  if (reasons.length === 0) return undefined;
  return notesByKind(reasons)
    .map(({ first, count }) => healthSentence(first.kind.sentence, count))
    .join('; ');
}

/** A health sentence with its number: `1,204 events were discarded`. */
export function healthSentence(sentence: string, count: number): string {
  return sentence
    .replaceAll('{count}', grouped(count))
    .replace(/\{([^{|}]*)\|([^{|}]*)\}/g, (_both, one: string, many: string) => (count === 1 ? one : many));
}

/** `1,234,567`. Not by the platform's own means, whose first use takes 5 ms. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:[0-9]{3})+$)/g, ',');
}
