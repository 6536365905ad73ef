/**
 * What V8 optimises while a small trace is analysed. Its best code costs more there than it saves: compiling it takes a third of all processor
 * time, and garbage collections and the end of the process wait for it.
 */
import type { TraceSet } from '../events/trace-set.ts';
import { type InputOptions, openTraceSet } from './context.ts';

/** Of a trace twice as large the main thread takes as long with V8's best code as without. */
const smallMaxBytes = 16 * 1024 * 1024;

/** That of Node 24. Others have other compilers, and V8 says so on stderr when it does not know a flag. */
const knownV8 = '13.';
const sparing = '--no-turbofan --no-maglev-inlining --invocation-count-for-maglev=2000';
/** As they are by default: code is kept with the flags that it was made with. */
const usual = '--turbofan --maglev-inlining --invocation-count-for-maglev=400';

export interface OpenedTraces {
  readonly set: TraceSet;
  /** Closes the set, and has V8 optimise as ever. */
  close(): void;
}

/** Opens what the user named, with V8 doing without its best code from then on if all files are small. @throws TraceError, UsageError */
export async function openForAnalysis(
  paths: readonly string[],
  options: InputOptions,
): Promise<OpenedTraces> {
  let optimiseAgain = () => {};
  const onListed = (sizeBytes: number) => {
    if (sizeBytes <= smallMaxBytes) optimiseAgain = spareOptimisations();
  };
  try {
    const set = await openTraceSet(paths, options, true, onListed);
    const close = () => {
      set.close();
      optimiseAgain();
    };
    return { set, close };
  } catch (error) {
    optimiseAgain();
    throw error;
  }
}

/** What is returned sets it right again. */
function spareOptimisations(): () => void {
  if (!process.versions.v8.startsWith(knownV8)) return () => {};
  // Loading it takes two milliseconds.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString(sparing);
  return () => setFlagsFromString(usual);
}
