/**
 * Who was waiting for a request, and when it was woken.
 *
 *     device   ══════╡
 *     CPU 1       ┤irq├─┤softirq BLOCK: rq_complete ─ waking 7├─
 *     thread 7 ── waits ─────────────────────────────┤ can run
 *
 * A completion wakes who waits for it on its own CPU, before that CPU does anything else. Only the thread that wanted the request
 * counts: others that are woken there may have waited for something else. Nobody is woken where nobody waits (read ahead,
 * written back), and where a kernel worker takes up the end of a request first.
 */
import { type BlockCompleted, makeBlockCompleted } from './block.ts';

/** The thread that wanted a request was woken by its completion. The object is used again for the next one. */
export interface BlockWoken extends BlockCompleted {
  wokenNs: number;
}

export const blockWoken = 256;

export class BlockWakes {
  /** By CPU, the request that was completed there last, as long as it may still wake someone. */
  readonly #done: (BlockCompleted | undefined)[] = [];
  readonly woken: BlockWoken = { ...makeBlockCompleted(), wokenNs: 0 };

  completed(request: BlockCompleted): void {
    if (request.cpu >= 0) this.#done[request.cpu] = { ...request };
  }

  /** @returns which transitions there are */
  wakes(cpu: number, tid: number, timeNs: number): number {
    const request = this.#done[cpu];
    if (request === undefined || request.tid !== tid) return 0;
    this.#done[cpu] = undefined;
    Object.assign(this.woken, request);
    this.woken.wokenNs = timeNs;
    return blockWoken;
  }

  /** An interrupt is over, or another thread runs: what is woken from now on has another reason. */
  goneOn(cpu: number): void {
    this.#done[cpu] = undefined;
  }

  /** After lost events of a CPU: it may have gone on. @param cpu -1 any of them */
  forget(cpu: number): void {
    if (cpu < 0) this.#done.length = 0;
    else this.goneOn(cpu);
  }
}
