/** A stream whose records are counted by class when their batch comes, for analyses that need no more of them than that. */
import type { EventBatch } from '../events/batch.ts';
import type { BatchSource } from '../events/merge.ts';
import type { EventClass } from '../events/reader.ts';

/** @param firstNs the time of the first of them, relative to the origin */
export type RecordCounter = (eventClass: EventClass, count: number, firstNs: number) => void;

export class CountingSource implements BatchSource {
  readonly #source: BatchSource;
  readonly #tell: RecordCounter;

  constructor(source: BatchSource, tell: RecordCounter) {
    this.#source = source;
    this.#tell = tell;
  }

  next(): EventBatch | undefined {
    const batch = this.#source.next();
    if (batch === undefined) return undefined;
    for (const { eventClass, count, timeNs } of batch.classes.values())
      if (count > 0) this.#tell(eventClass, count, timeNs[0] as number);
    return batch;
  }
}
