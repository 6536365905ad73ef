import type { TraceAbout } from '../../events/reader.ts';

/**
 * How babeltrace2 calls a trace: the host's name and the trace's path below the folder that was opened (`lager/kernel`).
 * A trace's own name begins with that folder's.
 */
export function babeltraceName(trace: TraceAbout): string {
  const slash = trace.name.indexOf('/');
  const below = slash < 0 ? '' : trace.name.slice(slash + 1);
  const host = trace.environment.get('hostname');
  if (typeof host !== 'string') return below;
  return below === '' ? host : `${host}/${below}`;
}
