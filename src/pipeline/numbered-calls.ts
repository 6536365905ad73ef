/**
 * Entries and exits of system calls whose records say the call's number and their own thread, as perf's and ftrace's do: most records
 * of such a trace. What is usual is matched in one loop that calls nothing, over the columns where they lie:
 *
 *   order     enter 7 │ enter 9 │ exit 7 │ exit 9 │ enter of a thread not met lately │ …
 *             └──────── matched ──────────────────┘ told: calls of 7 and 9           └ the model is told of this one alone
 *
 * What is not usual (a thread that its CPU was not known to run, an exit of another call or behind lost records) is left to the model, record by record.
 */
import type { EventBatch } from '../events/batch.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { CallsOfOneName } from '../kernel/syscalls.ts';
import type { NumberView } from '../vocabulary/view.ts';
import { CallsByName, placeInBlock } from './calls-by-name.ts';
import type { SyscallNumberText } from './columns-of-class.ts';

const noNumbers: NumberView = new Float64Array(0);
const noIds = new Int32Array(0);
/** Threads are found again by the low bits of their ids. */
const recentCount = 64;

/** What is read of the records of one class, by row. */
export interface NumberedColumns {
  classIndex: number;
  tid: Int32Array;
  cpu: Int32Array;
  numbers: NumberView;
  /** Of exits. */
  returns: NumberView;
  /** The calls' names by their numbers; the model's numbers of names, 0 not looked up yet. */
  readonly name: Pick<SyscallNumberText, 'ids' | 'idAt'>;
}

/** Empty columns, which are filled with each batch. */
export function makeNumberedColumns(name: NumberedColumns['name']): NumberedColumns {
  return { classIndex: -1, tid: noIds, cpu: noIds, numbers: noNumbers, returns: noNumbers, name };
}

const noColumns = makeNumberedColumns({ ids: noIds, idAt: () => 0 });

/** The calls of one stream. */
export class NumberedCalls {
  #entries = noColumns;
  #exits = noColumns;
  readonly #cpus: KernelModel['cpus'];
  readonly #syscalls: KernelModel['syscalls'];
  readonly #deliver: (exitClass: number, row: number) => void;
  /** Threads met lately, whose slots stay theirs. At first each place has an id that belongs into the next one, and is not found. */
  readonly #recentTids = new Int32Array(recentCount).map((_, place) => place + 1);
  readonly #recentSlots = new Int32Array(recentCount);
  /** Calls that are complete and not told yet: none, where the model may not see later records before it is told. */
  readonly #calls: CallsByName;
  readonly #isTogether: boolean;
  /** The name of the call that ends with the record at hand, where there is no room for it; else 0. */
  #nameWithoutRoom = 0;

  /**
   * @param onCalls is told of most calls, when the model has seen later records; without it, of none
   * @param deliver is told of any other call when it is complete, by its exit
   */
  constructor(
    { cpus, syscalls }: KernelModel,
    onCalls: ((calls: CallsOfOneName) => void) | undefined,
    deliver: (exitClass: number, row: number) => void,
  ) {
    this.#cpus = cpus;
    this.#syscalls = syscalls;
    this.#deliver = deliver;
    this.#isTogether = onCalls !== undefined;
    this.#calls = new CallsByName(onCalls ?? (() => {}));
  }

  /** Tells of a class's columns in the next batch. @returns false for a second class of entries, or of exits: it takes one of each */
  take(columns: NumberedColumns, isEntry: boolean): boolean {
    const known = (isEntry ? this.#entries : this.#exits).classIndex;
    if (known !== -1 && known !== columns.classIndex) return false;
    if (isEntry) this.#entries = columns;
    else this.#exits = columns;
    return true;
  }

  /**
   * Tells the model of the records from `from` on, as long as they are of its classes, and who runs.
   * @returns the first one that is of another class, or `to`
   */
  feed(batch: EventBatch, from: number, to: number): number {
    let at = from;
    while (at < to) {
      at = this.#match(batch, at, to);
      const name = this.#nameWithoutRoom;
      this.#nameWithoutRoom = 0;
      if (name > 0 && this.#isTogether) {
        this.#calls.makeRoom(name);
        continue;
      }
      if (name > 0) this.#complete(batch, at, name);
      else if (at === to || !this.#feedOne(batch, at)) break;
      at++;
    }
    return at;
  }

  /** Tells of what was not told yet: no record follows. */
  finish(): void {
    this.#calls.tell();
  }

  /** @returns the first record that is not usual, or for whose call there is no room */
  #match({ timeNs, classIndex, row: rows }: EventBatch, from: number, to: number): number {
    const { tid: entryTids, cpu: entryCpus, numbers: entryNumbers, classIndex: entryClass } = this.#entries;
    const { tid: exitTids, cpu: exitCpus, numbers: exitNumbers, classIndex: exitClass } = this.#exits;
    const entryIds = this.#entries.name.ids;
    const exitIds = this.#exits.name.ids;
    const { open, enterNs, doubtfulUntilNs } = this.#syscalls;
    const { running } = this.#cpus;
    const [recentTids, recentSlots] = [this.#recentTids, this.#recentSlots];
    const { returns } = this.#exits;
    const { places, durationNs, exitNs, ret } = this.#calls;
    let at = from;
    for (; at < to; at++) {
      const ofClass = classIndex[at] as number;
      const row = rows[at] as number;
      if (ofClass === entryClass) {
        const tid = entryTids[row] as number;
        const place = tid & (recentCount - 1);
        const cpu = entryCpus[row] as number;
        if (recentTids[place] !== tid || cpu < 0 || cpu >= running.length || running[cpu] !== tid) break;
        const slot = recentSlots[place] as number;
        const number = (entryNumbers[row] as number) | 0;
        if (number !== entryNumbers[row] || number < 0 || number >= entryIds.length) break;
        const name = entryIds[number] as number;
        if (name === 0 || (open[slot] as number) > 0) break;
        open[slot] = name;
        enterNs[slot] = timeNs[at] as number;
      } else if (ofClass === exitClass) {
        const tid = exitTids[row] as number;
        const place = tid & (recentCount - 1);
        const cpu = exitCpus[row] as number;
        if (recentTids[place] !== tid || cpu < 0 || cpu >= running.length || running[cpu] !== tid) break;
        const slot = recentSlots[place] as number;
        const number = (exitNumbers[row] as number) | 0;
        if (number !== exitNumbers[row] || number < 0 || number >= exitIds.length) break;
        const name = exitIds[number] as number;
        const beginNs = enterNs[slot] as number;
        if (name === 0 || open[slot] !== name || beginNs < doubtfulUntilNs) break;
        const keptAt = name < places.length ? (places[name] as number) : 0;
        if ((keptAt & placeInBlock) === 0) {
          this.#nameWithoutRoom = name;
          break;
        }
        open[slot] = 0;
        const endNs = timeNs[at] as number;
        durationNs[keptAt] = endNs - beginNs;
        exitNs[keptAt] = endNs;
        ret[keptAt] = returns[row] as number;
        places[name] = keptAt + 1;
      } else break;
    }
    return at;
  }

  /** Tells of the call that ends with a record. */
  #complete({ timeNs, row: rows }: EventBatch, at: number, name: number): void {
    const { classIndex, tid, cpu, returns } = this.#exits;
    const row = rows[at] as number;
    const slot = this.#recentSlots[(tid[row] as number) & (recentCount - 1)] as number;
    const { open, enterNs } = this.#syscalls;
    open[slot] = 0;
    const [beginNs, endNs] = [enterNs[slot] as number, timeNs[at] as number];
    this.#syscalls.complete(slot, name, beginNs, endNs, returns[row] as number, cpu[row] as number);
    this.#deliver(classIndex, row);
  }

  /** @returns false where the record is of another class */
  #feedOne({ timeNs, classIndex, row: rows }: EventBatch, at: number): boolean {
    const ofClass = classIndex[at] as number;
    const isEntry = ofClass === this.#entries.classIndex;
    if (!isEntry && ofClass !== this.#exits.classIndex) return false;
    const columns = isEntry ? this.#entries : this.#exits;
    const row = rows[at] as number;
    const time = timeNs[at] as number;
    const tid = columns.tid[row] as number;
    const cpu = columns.cpu[row] as number;
    if (tid >= 0) this.#cpus.seen(cpu, tid, time);
    const slot = this.#syscalls.slotFor(tid);
    if (slot >= 0) {
      this.#recentTids[tid & (recentCount - 1)] = tid;
      this.#recentSlots[tid & (recentCount - 1)] = slot;
    }
    const name = columns.name.idAt(row);
    if (isEntry) this.#syscalls.enterAt(slot, name, time);
    else if (this.#syscalls.exitAt(slot, name, columns.returns[row] as number, time, cpu))
      this.#deliver(ofClass, row);
    return true;
  }
}
