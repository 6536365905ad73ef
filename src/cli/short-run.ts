/**
 * What V8 optimises while a small trace is read. Its best code costs more there than it saves: compiling it takes a third of all processor
 * time, and garbage collections and the end of the process wait for it. For the first few events even the code that it makes fast does.
 * The young generation grows in one step: there is nothing old to collect before the process ends.
 */
import type { TraceSet } from '../events/trace-set.ts';
import { type InputOptions, openTraceSet } from './context.ts';

/** Of a trace twice as large the main thread takes as long with V8's best code as without. */
const smallMaxBytes = 16 * 1024 * 1024;

/** That of Node 24. Others have other compilers, and V8 says so on stderr when it does not know a flag. */
const knownV8 = '13.';

/** `usual` is as it is by default: code is kept with the flags that it was made with. */
const flags = {
  analysis: {
    sparing:
      '--no-turbofan --no-maglev-inlining --invocation-count-for-maglev=2000 --semi-space-growth-factor=16',
    usual: '--turbofan --maglev-inlining --invocation-count-for-maglev=400 --semi-space-growth-factor=2',
  },
  'first-events': {
    sparing: '--no-turbofan --no-maglev --semi-space-growth-factor=4',
    usual: '--turbofan --maglev --semi-space-growth-factor=2',
  },
} as const;

export type ShortRun = keyof typeof flags;

export interface OpenedTraces {
  readonly set: TraceSet;
  /** Closes the set, and has V8 optimise as ever. */
  close(): void;
}

/**
 * Opens what the user named, with V8 optimising less from then on if all files are small.
 * @param run undefined: as ever
 * @throws TraceError, UsageError
 */
export async function openForShortRun(
  run: ShortRun | undefined,
  paths: readonly string[],
  options: InputOptions,
): Promise<OpenedTraces> {
  let optimiseAgain = () => {};
  const onListed = (sizeBytes: number) => {
    if (run !== undefined && sizeBytes <= smallMaxBytes) optimiseAgain = spareOptimisations(run);
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
function spareOptimisations(run: ShortRun): () => void {
  if (!process.versions.v8.startsWith(knownV8)) return () => {};
  // Loading it takes two milliseconds.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  const { sparing, usual } = flags[run];
  setFlagsFromString(sparing);
  return () => setFlagsFromString(usual);
}
