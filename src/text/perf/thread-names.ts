/** Names of threads as a recording tells them: by its records of names and forks, in their order. */

import type { KernelText } from '../../events/reader.ts';

/** The idle threads, which no record names. */
const idleName = 'swapper';
/** Threads whose names are kept; a thread beyond them has none. */
const threadCountMax = 1 << 20;

export class ThreadNames {
  readonly #names = new Map<number, string>();

  name(tid: number, comm: string): void {
    if (this.#names.size < threadCountMax || this.#names.has(tid)) this.#names.set(tid, comm);
  }

  /** A new thread is called as the one that made it. */
  fork(tid: number, parentTid: number): void {
    const parent = this.#names.get(parentTid);
    if (parent !== undefined) this.name(tid, parent);
    else this.#names.delete(tid);
  }

  /** The name that was saved with the recording, or `:71`, where no record named the thread. */
  nameOf(tid: number, kernel?: KernelText): string {
    const known = this.#names.get(tid);
    if (known !== undefined) return known;
    return tid === 0 ? idleName : (kernel?.commandLine(tid) ?? `:${tid}`);
  }
}
