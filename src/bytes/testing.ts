/** For tests. */
import { TraceError } from './trace-error.ts';

/** The error that something ends with. @throws when it ends with none, or with one that is not about a trace */
export function traceErrorOf(run: () => unknown): TraceError {
  try {
    run();
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
