/** `--begin` and `--end` as LAMI has them, bare nanoseconds since the epoch; all else as the other commands read it. */
import type { TraceSet } from '../events/trace-set.ts';
import type { AnalysisScope } from '../pipeline/run.ts';
import type { ScopeOptions } from './context.ts';
import { readScope, resolveScope } from './scope.ts';

const bareNumber = /^\s*-?\d+\s*$/;

/** @throws UsageError */
export function resolveLamiScope(options: ScopeOptions, set: TraceSet): AnalysisScope {
  const { begin, end, ...rest } = options;
  const scope = readScope({
    ...rest,
    ...(begin === undefined ? {} : { begin: inNanoseconds(begin) }),
    ...(end === undefined ? {} : { end: inNanoseconds(end) }),
  });
  return resolveScope(scope, set, {});
}

function inNanoseconds(time: string): string {
  return bareNumber.test(time) ? `${time.trim()}ns` : time;
}
