/**
 * Buffers for runs that are read once more. What was handed out may still be looked at (text in a batch lies in them): a buffer that is used
 * up waits until `reuse` says that nobody does.
 */
import type { ByteSource } from '../../bytes/source.ts';
import type { Window } from '../../events/engine.ts';
import { recordSizeMaxBytes } from './record-walk.ts';
import { runParts, runState } from './run-state.ts';
import type { RunTable } from './run-table.ts';

/** Enough for most runs, and all that is merged at a time stays in the processor's cache. */
const bufferBytesMax = 256 * 1024;
/** A whole record has to have room. */
const bufferBytesMin = (recordSizeMaxBytes + 4096) & ~4095;

export class RunBuffers {
  readonly #source: ByteSource;
  readonly #runs: RunTable;
  readonly #window: Window;
  readonly #begin: number;
  readonly #sizeBytes: number;
  #bufferBytes = bufferBytesMax;
  /** By buffer: the run whose bytes it has, 0 for none; and what their places in the file are more than those in the region. */
  #runOf: number[] = [];
  #deltas: number[] = [];
  #free: number[] = [];
  /** Those that are used up. */
  #used: number[] = [];

  /** @param begin where in the region there is room for them */
  constructor(source: ByteSource, runs: RunTable, window: Window, begin: number, sizeBytes: number) {
    this.#source = source;
    this.#runs = runs;
    this.#window = window;
    this.#begin = begin;
    this.#sizeBytes = sizeBytes;
  }

  placeOf(at: number): number {
    const buffer = Math.floor((at - this.#begin) / this.#bufferBytes);
    return at + (this.#deltas[buffer] as number);
  }

  /** No buffer is in use any more. */
  clear(): void {
    this.#runOf = [];
    this.#free = [];
    this.#used = [];
  }

  /** Makes as many as so many runs may want at a time, if there is room for so many. */
  divide(runCount: number): void {
    const fair = Math.floor(this.#sizeBytes / (runCount + 2)) & ~4095;
    this.#bufferBytes = Math.max(bufferBytesMin, Math.min(bufferBytesMax, fair));
  }

  /** What was handed out is not looked at any more. */
  reuse(): void {
    this.#free.push(...this.#used);
    this.#used = [];
  }

  /** A run needs none for now. */
  leave(run: number): void {
    const buffer = this.#runOf.indexOf(run);
    if (buffer >= 0) this.#giveUp(buffer);
  }

  /** Reads what is next of a run; false where no buffer is free before `reuse` is called. */
  load(run: number): boolean {
    const runs = this.#runs;
    const region = this.#window.bytes();
    const before = this.#runOf.indexOf(run);
    const place = runs.placeOf(run);
    if (before >= 0) {
      // A record of which nothing more can be read: the file has changed since its runs were found.
      if (runs.wordAt(run + runParts.at) === region.byteOffset + this.#atOf(before)) {
        runs.doubleAt(run + runParts.endPlace, place);
        return true;
      }
      this.#giveUp(before);
    }
    const buffer = this.#take();
    if (buffer === undefined) {
      runs.doubleAt(run + runParts.place, place);
      runs.wordAt(run + runParts.at, 0);
      return false;
    }
    const at = this.#atOf(buffer);
    const wanted = Math.min(this.#bufferBytes, runs.doubleAt(run + runParts.endPlace) - place);
    const count = this.#source.read(place, region.subarray(at, at + wanted));
    this.#runOf[buffer] = run;
    this.#deltas[buffer] = place - at;
    runs.doubleAt(run + runParts.delta, place - at - region.byteOffset);
    runs.wordAt(run + runParts.at, region.byteOffset + at);
    runs.wordAt(run + runParts.end, region.byteOffset + at + count);
    return true;
  }

  #atOf(buffer: number): number {
    return this.#begin + buffer * this.#bufferBytes;
  }

  /** What is in the buffer is handed out. */
  #giveUp(buffer: number): void {
    this.#runOf[buffer] = 0;
    this.#used.push(buffer);
  }

  /** A free buffer, as few as possible in all. */
  #take(): number | undefined {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const made = this.#runOf.length;
    const room = Math.floor(this.#sizeBytes / this.#bufferBytes);
    const runCount = this.#runs.word(runState.heapCount);
    if (made < Math.min(room, 2 * runCount + 2)) {
      this.#runOf.push(0);
      return made;
    }
    for (const [buffer, run] of this.#runOf.entries())
      if (run !== 0 && this.#runs.wordAt(run + runParts.at) === 0) this.#giveUp(buffer);
    // More runs than buffers: another one's is taken from it.
    if (this.#used.length === 0) this.#evict();
    return undefined;
  }

  #evict(): void {
    const runs = this.#runs;
    const run = runs.last;
    const last = this.#runOf.indexOf(run);
    const buffer = last >= 0 ? last : this.#runOf.findIndex((other) => other !== 0);
    const evicted = this.#runOf[buffer] as number;
    runs.doubleAt(evicted + runParts.place, runs.placeOf(evicted));
    runs.wordAt(evicted + runParts.at, 0);
    this.#giveUp(buffer);
  }
}
