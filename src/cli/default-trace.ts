/** Which trace is meant where none is named: what `perf record` and `trace-cmd record` leave in the working directory. */
import { existsSync } from 'node:fs';
import { UsageError } from './failure.ts';

const defaultTraces = ['perf.data', 'trace.dat'];

/** The traces that were named, else `perf.data` or `trace.dat`. @throws UsageError when neither is there */
export function namedTraces(paths: readonly string[]): readonly string[] {
  return paths.length > 0 ? paths : [defaultTrace()];
}

/** `perf.data`, else `trace.dat`. @throws UsageError when neither is there */
export function defaultTrace(): string {
  const found = defaultTraces.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new UsageError(
    `no trace was named, and there is no ${defaultTraces.join(' and no ')} here`,
    'name the folder or file of a trace',
  );
}
