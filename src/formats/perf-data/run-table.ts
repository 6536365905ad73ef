/** The runs of a file in the memory of generated code, and the code that finds and merges them. */
import type { FrameList } from '../../events/frames.ts';
import type { WasmMemory } from '../../events/wasm/memory.ts';
import { encodeModule } from '../../events/wasm/module.ts';
import { emitMerge, type MergeRuns } from './merge-code.ts';
import type { Rounds } from './rounds.ts';
import { heapBytes, heapParts, runBytes, runCountMax, runParts, runState, stateBytes } from './run-state.ts';
import type { SampleTable } from './sample-table.ts';
import { emitScan, type ScanSamples } from './scan-code.ts';

/** What is read, and where. */
export interface RunTableParts {
  readonly memory: WasmMemory;
  readonly table: SampleTable;
  readonly frames: FrameList;
  readonly hasCycles: boolean;
  readonly originCycles: bigint;
  readonly beginNs: number;
  /** Address that places in frames count from. */
  readonly window: number;
}

/** Runs, by address. */
export class RunTable {
  readonly #memory: WasmMemory;
  readonly #table: SampleTable;
  readonly #address: number;
  readonly #runs: number;
  readonly #heap: number;
  readonly #scan: ScanSamples;
  readonly merge: MergeRuns;
  #epoch = -1;
  #doubles = new Float64Array(0);
  #words = new Int32Array(0);

  constructor(parts: RunTableParts) {
    const { memory, table, frames, hasCycles, originCycles, beginNs, window } = parts;
    this.#memory = memory;
    this.#table = table;
    this.#address = memory.allocate(sizeBytes);
    new Uint8Array(memory.buffer, this.#address, stateBytes).fill(0);
    this.#heap = this.#address + stateBytes;
    this.#runs = this.#heap + runCountMax * heapBytes;
    const code = { table, originCycles, state: this.#address };
    const functions = [
      emitScan(code, this.#heap, this.#runs),
      emitMerge({ ...code, heap: this.#heap, window, beginNs, frames: addressesOf(frames, hasCycles) }),
    ];
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(encodeModule(functions, [])), {
      env: { memory: memory.memory },
    });
    this.#scan = exports['scan'] as ScanSamples;
    this.merge = exports['merge'] as MergeRuns;
  }

  /** Finds runs from an address on, with what is known of the order there; returns the address of the first record that is not taken. */
  scan(at: number, end: number, placeDelta: number, rounds: Rounds): number {
    const { double } = this;
    double(runState.limit, rounds.limit);
    double(runState.roundMax, rounds.roundMax);
    double(runState.latest, rounds.latest);
    double(runState.delta, placeDelta);
    const stoppedAt = this.#scan(at, end);
    rounds.limit = double(runState.limit);
    rounds.roundMax = double(runState.roundMax);
    rounds.latest = double(runState.latest);
    return stoppedAt;
  }

  /** The next record begins another run. */
  endRun(): void {
    this.double(runState.lastKey, Number.POSITIVE_INFINITY);
    this.word(runState.openRun, 0);
  }

  get isFull(): boolean {
    return this.word(runState.runCount) === runCountMax;
  }

  /** A number of the state, which is `value` from now on. */
  double = (offset: number, value?: number): number => this.doubleAt(this.#address + offset, value);
  word = (offset: number, value?: number): number => this.wordAt(this.#address + offset, value);

  doubleAt(address: number, value?: number): number {
    this.#fit();
    if (value !== undefined) this.#doubles[address >> 3] = value;
    return this.#doubles[address >> 3] as number;
  }

  wordAt(address: number, value?: number): number {
    this.#fit();
    if (value !== undefined) this.#words[address >> 2] = value;
    return this.#words[address >> 2] as number;
  }

  #fit(): void {
    if (this.#epoch === this.#memory.epoch) return;
    this.#epoch = this.#memory.epoch;
    this.#doubles = new Float64Array(this.#memory.buffer);
    this.#words = new Int32Array(this.#memory.buffer);
  }

  /** Where in the file the next record of a run is. */
  placeOf(run: number): number {
    const at = this.wordAt(run + runParts.at);
    return at === 0 ? this.doubleAt(run + runParts.place) : at + this.doubleAt(run + runParts.delta);
  }

  /** In the file, of all that is left. */
  get leastPlace(): number {
    return this.#sequences().reduce(
      (least, { run }) => Math.min(least, this.placeOf(run)),
      Number.POSITIVE_INFINITY,
    );
  }

  /** Gives up runs that have no records left; none of the others is in memory any more. */
  keep(): void {
    const sequences = this.#sequences();
    const end = this.#runs + this.word(runState.runCount) * runBytes;
    const first = sequences.reduce((least, { run }) => Math.min(least, run), end);
    for (const { run } of sequences) {
      this.doubleAt(run + runParts.place, this.placeOf(run));
      this.wordAt(run + runParts.at, 0);
    }
    const by = first - this.#runs;
    this.#words.copyWithin(this.#runs >> 2, first >> 2, end >> 2);
    for (const [index, { key, run, last }] of sequences.entries()) this.#set(index, key, run - by, last - by);
    this.word(runState.runCount, (end - first) / runBytes);
    this.endRun();
  }

  /** Puts the sequences in the order of a heap: those that were found last are behind the others. */
  order(): void {
    for (const [index, { key, run, last }] of this.#sequences().entries())
      this.#insert(index, key, run, last);
  }

  #sequences() {
    const count = this.word(runState.heapCount);
    return Array.from({ length: count }, (_, index) => {
      const at = this.#heap + index * heapBytes;
      const [run, last] = [this.wordAt(at + heapParts.run), this.wordAt(at + heapParts.last)];
      return { key: this.doubleAt(at + heapParts.key), run, last };
    });
  }

  /** The run that is at the top of the heap. */
  get first(): number {
    return this.wordAt(this.#heap + heapParts.run);
  }

  /** One of those in the heap that come late. */
  get last(): number {
    return this.wordAt(this.#heap + (this.word(runState.heapCount) - 1) * heapBytes + heapParts.run);
  }

  /** Adds a sequence to a heap of `count`. */
  #insert(count: number, key: number, run: number, last: number): void {
    let node = count;
    for (; node > 0; ) {
      const parent = (node - 1) >> 1;
      const at = this.#heap + parent * heapBytes;
      const before = this.doubleAt(at + heapParts.key);
      const beforeRun = this.wordAt(at + heapParts.run);
      if (before < key || (before === key && beforeRun < run)) break;
      this.#set(node, before, beforeRun, this.wordAt(at + heapParts.last));
      node = parent;
    }
    this.#set(node, key, run, last);
  }

  #set(node: number, key: number, run: number, last: number): void {
    const at = this.#heap + node * heapBytes;
    this.doubleAt(at + heapParts.key, key);
    this.wordAt(at + heapParts.run, run);
    this.wordAt(at + heapParts.last, last);
  }

  release(): void {
    this.#table.release();
    this.#memory.release(this.#address, sizeBytes);
  }
}

const sizeBytes = stateBytes + runCountMax * (heapBytes + runBytes);

function addressesOf(frames: FrameList, hasCycles: boolean) {
  return {
    capacity: frames.capacity,
    classId: frames.classId.byteOffset,
    timeNs: frames.timeNs.byteOffset,
    cycles: hasCycles ? frames.cycles.byteOffset : undefined,
    cpu: frames.cpu.byteOffset,
    contextAt: frames.contextAt.byteOffset,
    contextEnd: frames.contextEnd.byteOffset,
    bodyAt: frames.bodyAt.byteOffset,
    bodyEnd: frames.bodyEnd.byteOffset,
  };
}
