/**
 * What V8 optimises while a small trace is analysed. Its best code costs more there than it saves: compiling it takes a third of all processor
 * time, and garbage collections and the end of the process wait for it.
 */
import type { TraceSet } from '../events/trace-set.ts';

/** Of a trace twice as large the main thread takes as long with its best code as without. */
const smallMaxBytes = 16 * 1024 * 1024;

/** That of Node 24. Others have other compilers, and V8 says so on stderr when it does not know a flag. */
const knownV8 = '13.';
const sparing = '--no-turbofan --no-maglev-inlining --invocation-count-for-maglev=2000';
/** As they are by default: code is kept with the flags that it was made with. */
const usual = '--turbofan --maglev-inlining --invocation-count-for-maglev=400';

/** Has V8 do without its best code if the trace is small. What is returned sets it right again. */
export function spareOptimisations(set: TraceSet): () => void {
  const sizeBytes = set.traces.reduce((sum, trace) => sum + trace.sizeBytes, 0);
  if (sizeBytes > smallMaxBytes || !process.versions.v8.startsWith(knownV8)) return () => {};
  // Loading it takes two milliseconds.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString(sparing);
  return () => setFlagsFromString(usual);
}
