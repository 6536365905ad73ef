/**
 * Entries, or exits, of system calls whose records say the call's number and their own thread, as perf's and ftrace's do: all that the model
 * is told of them is read from their columns here, in one call for each.
 */
import type { KernelModel } from '../kernel/model.ts';
import type { NumberView } from '../vocabulary/view.ts';
import type { SyscallNumberText } from './columns-of-class.ts';

const noNumbers: NumberView = new Float64Array(0);
const noIds = new Int32Array(0);
/** Threads are found again by the low bits of their ids. */
const recentCount = 64;

export class NumberedCalls {
  readonly isEntry: boolean;
  /** By row. */
  tid: Int32Array = noIds;
  cpu: Int32Array = noIds;
  numbers: NumberView = noNumbers;
  /** Of exits. */
  returns: NumberView = noNumbers;
  readonly #cpus: KernelModel['cpus'];
  readonly #syscalls: KernelModel['syscalls'];
  readonly #name: SyscallNumberText;
  /** Names' ids by number, 0 not looked up yet. */
  readonly #ids: Int32Array;
  /** Threads met lately, whose slots stay theirs. */
  readonly #recentTids = new Int32Array(recentCount).fill(-1);
  readonly #recentSlots = new Int32Array(recentCount);

  constructor(isEntry: boolean, name: SyscallNumberText, { cpus, syscalls }: KernelModel) {
    this.isEntry = isEntry;
    this.#name = name;
    this.#ids = name.ids;
    this.#cpus = cpus;
    this.#syscalls = syscalls;
  }

  /**
   * Tells the model who runs, and of the call.
   * @returns whether a call is complete now
   */
  feed(row: number, timeNs: number): boolean {
    const tid = this.tid[row] as number;
    const cpu = this.cpu[row] as number;
    if (tid >= 0) this.#cpus.seen(cpu, tid, timeNs);
    const place = tid & (recentCount - 1);
    const slot =
      tid > 0 && this.#recentTids[place] === tid ? (this.#recentSlots[place] as number) : this.#slotOf(tid);
    const number = this.numbers[row] as number;
    const id = number >= 0 && number < this.#ids.length ? (this.#ids[number] as number) : 0;
    const name = id === 0 ? this.#name.idAt(row) : id;
    if (!this.isEntry) return this.#syscalls.exitAt(slot, name, this.returns[row] as number, timeNs, cpu);
    this.#syscalls.enterAt(slot, name, timeNs);
    return false;
  }

  #slotOf(tid: number): number {
    const slot = this.#syscalls.slotFor(tid);
    this.#recentTids[tid & (recentCount - 1)] = tid;
    this.#recentSlots[tid & (recentCount - 1)] = slot;
    return slot;
  }
}
