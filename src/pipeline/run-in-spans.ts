/** Answers for spans of time that may overlap, such as periods: the trace is read once for each layer of those that do not. */
import type { TraceSet } from '../events/trace-set.ts';
import type { AnalysisResult } from '../results/result.ts';
import { layersOf } from './intervals.ts';
import {
  type AnalysisRequest,
  type AnalysisScope,
  type RunParts,
  type RunProgress,
  runInParts,
} from './run.ts';
import type { Span } from './run-scope.ts';

/**
 * Answers all requests for each span.
 * @param spans relative to the origin; `onResults` is called for each in this order
 * @throws OptionError where there are too many, at all or at a time; what `runAnalyses` throws
 */
export function runInSpans(
  set: TraceSet,
  requests: readonly AnalysisRequest[],
  scope: AnalysisScope,
  spans: readonly Span[],
  { perHost = false, onResults }: Pick<RunParts, 'perHost' | 'onResults'>,
  progress?: RunProgress,
): void {
  const results: (readonly AnalysisResult[] | undefined)[] = [];
  for (const layer of layersOf(spans)) {
    let next = 0;
    const keep = (all: readonly AnalysisResult[]): void => {
      results[layer[next++] as number] = all;
    };
    const inLayer = layer.map((index) => spans[index] as Span);
    // What comes after the last one tells nothing of it.
    const endNs = set.originNs + BigInt(inLayer.at(-1)?.endNs ?? 0);
    runInParts(set, requests, { ...scope, endNs }, { perHost, spans: inLayer, onResults: keep }, progress);
  }
  for (const all of results) if (all !== undefined) onResults(all);
}
