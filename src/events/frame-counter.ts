/** Counts records in frames by class, and makes nothing of them: a decoder for those who ask no more. */
import { timeMaxNs } from '../bytes/limits.ts';
import { clearBatch, type MutableEventBatch } from './batch-builder.ts';
import { FrameInterpreter } from './frame-interpreter.ts';
import type { FrameDecoder, FrameDecoderParts, FrameList, FrameStop } from './frames.ts';

/** After so many it says that the batch is full, which is empty: somebody may want to tell how far it is. */
const pauseCount = 1 << 20;
/** Classes with smaller ids are found by them. */
const usualIdCount = 1 << 16;

/** Counts the records of one stream. */
export class FrameCounter implements FrameDecoder {
  readonly #parts: FrameDecoderParts;
  /** By class id. */
  readonly #isUsual: Uint8Array;
  readonly #counts: Float64Array;
  readonly #unusualCounts = new Map<number, number>();
  /** Looks at what is not usual, and tells what is wrong with it. */
  #interpreter: FrameInterpreter | undefined;
  #leftCount = pauseCount;
  count = 0;
  /** The earliest and the latest time; infinite before the first. */
  beginNs = Number.POSITIVE_INFINITY;
  endNs = Number.NEGATIVE_INFINITY;

  /** @param parts no field is selected in them */
  constructor(parts: FrameDecoderParts) {
    this.#parts = parts;
    const ids = [...parts.eventClasses.keys()].filter((id) => id < usualIdCount).map(Number);
    const length = Math.max(0, ...ids) + 1;
    this.#isUsual = new Uint8Array(length);
    for (const id of ids) this.#isUsual[id] = 1;
    this.#counts = new Float64Array(length);
  }

  /** By class id; classes without records are left out. */
  get counts(): ReadonlyMap<number, number> {
    const counts = new Map(this.#unusualCounts);
    this.#counts.forEach((count, id) => {
      if (count > 0) counts.set(id, count);
    });
    return counts;
  }

  decode(bytes: Uint8Array, frames: FrameList, from: number, batch: MutableEventBatch): FrameStop {
    let at = from;
    while (at < frames.count) {
      at = this.#countUsual(frames, at);
      if (at === frames.count) break;
      if (this.#leftCount === 0) return { kind: 'full', at };
      const fault = this.#countUnusual(bytes, frames, at, batch);
      if (fault !== undefined) return fault;
      at++;
    }
    return { kind: 'end' };
  }

  /** @returns the first frame that is not usual, or that it pauses before */
  #countUsual({ classId, timeNs, count }: FrameList, from: number): number {
    const isUsual = this.#isUsual;
    const counts = this.#counts;
    let { beginNs, endNs } = this;
    const to = Math.min(count, from + this.#leftCount);
    let at = from;
    for (; at < to; at++) {
      const id = classId[at] as number;
      const time = timeNs[at] as number;
      if (isUsual[id] !== 1 || Math.abs(time) >= timeMaxNs) break;
      counts[id] = (counts[id] as number) + 1;
      // Comparisons with NaN, which stands for no time, are false.
      if (time < beginNs) beginNs = time;
      if (time > endNs) endNs = time;
    }
    this.beginNs = beginNs;
    this.endNs = endNs;
    this.#leftCount -= at - from;
    this.count += at - from;
    return at;
  }

  #countUnusual(bytes: Uint8Array, frames: FrameList, at: number, batch: MutableEventBatch) {
    this.#interpreter ??= new FrameInterpreter(this.#parts);
    const fault = this.#interpreter.decodeOne(bytes, frames, at, batch, 0);
    if (typeof fault !== 'number') return fault;
    clearBatch(batch);
    this.#interpreter.clear();
    const id = frames.classId[at] as number;
    this.#unusualCounts.set(id, (this.#unusualCounts.get(id) ?? 0) + 1);
    this.count++;
    const time = frames.timeNs[at] as number;
    if (time < this.beginNs) this.beginNs = time;
    if (time > this.endNs) this.endNs = time;
    return undefined;
  }

  clear(): void {
    this.#leftCount = pauseCount;
  }

  publish(): void {}

  release(): void {}
}
