/**
 * Tells the models where records of a stream are missing: at once behind the last record before the gap, since what other streams record
 * from then on is to be read with that in mind, and again before the first record behind it.
 *
 *     cpu 0   ──┤a├──┤b├─ … lost … ──────────────┤c├──      told after b, over at c
 *     cpu 1   ─────────────┤d├──┤e├──────┤f├──────────      d, e, f do not believe what a and b made of the model
 */
import type { EventBatch } from '../events/batch.ts';
import type { BatchSource } from '../events/merge.ts';
import type { EventClass, EventStream } from '../events/reader.ts';
import { type LossyStream, recordsLost, recordsResumed } from '../kernel/losses.ts';
import type { KernelModel } from '../kernel/model.ts';

export interface LossWatchParts {
  readonly classes: readonly EventClass[];
  readonly modelOf: (stream: EventStream) => KernelModel;
  /** Whether the model is told what happens then; NaN before the first record. */
  readonly isSeen: (stream: EventStream, timeNs: number) => boolean;
  /** Takes records between which none are missing. */
  readonly give: (batch: EventBatch, from: number, to: number) => void;
  /** Told of transitions that a loss completes, and when the last record before it was. */
  readonly onTransitions: (stream: EventStream, transitions: number, lastNs: number) => void;
}

export class LossWatch {
  readonly #parts: LossWatchParts;
  /** By stream. */
  readonly #lossy: (LossyStream | undefined)[] = [];
  /** Streams whose records are missing at this moment. */
  readonly #open = new Set<number>();

  constructor(parts: LossWatchParts) {
    this.#parts = parts;
  }

  /** A stream's batches, whose gaps before the first record are told when they come: then the record before has just been consumed. */
  watched(stream: EventStream, source: BatchSource): BatchSource {
    let before: EventBatch | undefined;
    return {
      next: () => {
        const lastNs = before === undefined ? Number.NaN : (before.timeNs[before.count - 1] as number);
        before = source.next();
        if (before?.gaps[0] === 0) this.#begin(stream, lastNs);
        return before;
      },
    };
  }

  /** Whether `consume` has anything to do. */
  concerns({ gaps }: EventBatch): boolean {
    return gaps.length > 0 || this.#open.size > 0;
  }

  /** Gives records `from` to `to` (excluded) on in pieces, between which records are missing. */
  consume(batch: EventBatch, from: number, to: number): void {
    const { give } = this.#parts;
    let at = from;
    for (const gap of batch.gaps) {
      if (gap <= from || gap > to) continue;
      this.#resume(batch, at);
      give(batch, at, gap);
      this.#begin(batch.stream, batch.timeNs[gap - 1] as number);
      at = gap;
    }
    if (at === to) return;
    this.#resume(batch, at);
    give(batch, at, to);
  }

  #begin(stream: EventStream, lastNs: number): void {
    const { isSeen, modelOf, onTransitions } = this.#parts;
    if (!isSeen(stream, lastNs)) return;
    this.#open.add(stream.index);
    const transitions = recordsLost(modelOf(stream), this.#lossyOf(stream), lastNs);
    if (transitions !== 0) onTransitions(stream, transitions, lastNs);
  }

  #resume({ stream, timeNs }: EventBatch, at: number): void {
    if (!this.#open.delete(stream.index)) return;
    recordsResumed(this.#parts.modelOf(stream), this.#lossyOf(stream), timeNs[at] as number);
  }

  #lossyOf(stream: EventStream): LossyStream {
    let lossy = this.#lossy[stream.index];
    if (lossy === undefined) {
      const { index, trace, classId, cpu = -1 } = stream;
      const recorded = this.#parts.classes.filter(
        (each) => each.trace === trace && each.streamClassId === classId,
      );
      const events = new Set(recorded.flatMap(({ canonical }) => canonical?.name ?? []));
      lossy = { index, cpu, events };
      this.#lossy[stream.index] = lossy;
    }
    return lossy;
  }
}
