/** Names of threads as trace-cmd knows them: those saved with the recording, then those that its sched plugin met. */
import type { KernelText } from '../../events/reader.ts';

const encoder = new TextEncoder();
const unknown = '<...>';
/** Threads whose part of the line is kept. */
const rememberedMax = 1 << 16;

export class CommandNames {
  /** Threads that no saved name is known of. */
  readonly #met = new Map<number, string>();
  readonly #tasks = new Map<number, Uint8Array>();

  /** A name in an event, which counts for threads without a saved one; the first one stays. */
  meet(tid: number, name: string, kernel: KernelText): void {
    if (tid === 0 || this.#met.has(tid) || kernel.commandLine(tid) !== undefined) return;
    if (this.#met.size >= rememberedMax) return;
    this.#met.set(tid, name);
    this.#tasks.delete(tid);
  }

  /** `            bash-3949  `. */
  taskOf(tid: number | undefined, kernel: KernelText | undefined): Uint8Array {
    const key = tid ?? -1;
    let task = this.#tasks.get(key);
    if (task === undefined) {
      task = encoder.encode(`${this.#nameOf(key, kernel).padStart(16)}-${String(key).padEnd(5)} `);
      if (this.#tasks.size < rememberedMax) this.#tasks.set(key, task);
    }
    return task;
  }

  #nameOf(tid: number, kernel: KernelText | undefined): string {
    if (tid === 0) return '<idle>';
    return kernel?.commandLine(tid) ?? this.#met.get(tid) ?? unknown;
  }
}
