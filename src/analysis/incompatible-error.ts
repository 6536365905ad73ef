/** What is thrown where a trace cannot answer. */

/** The trace lacks what an analysis needs: exit code 1. */
export class IncompatibleError extends Error {
  readonly code = 'missing-events';
  readonly missing: readonly string[];
  readonly hint: string;

  constructor(analysis: string, lack: Lack) {
    super(`${lack.sentence} (needed by ${analysis})`);
    this.name = 'IncompatibleError';
    this.missing = lack.events;
    this.hint = lack.hint;
  }
}

/** What a trace does not have. */
export interface Lack {
  /** Canonical events. */
  readonly events: readonly string[];
  readonly sentence: string;
  /** How to record them. */
  readonly hint: string;
}
