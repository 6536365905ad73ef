/** Streams that open what they read when their first batch is asked for: a trace has many, and most answers read few. */
import type { EventBatch } from './batch.ts';
import type { EventStream } from './reader.ts';

/** A stream while it is read. */
export interface LateReading {
  /** As in `EventStream`. */
  readonly lastNs: number;
  next(): EventBatch | undefined;
  close(): void;
}

/** A stream that its reader closes when another reading begins. */
export type ClosableStream = EventStream & { close(): void };

/** @param begin is called once, unless the stream is closed before */
export function makeLateStream(
  about: Omit<EventStream, 'next' | 'lastNs'>,
  begin: (stream: EventStream) => LateReading,
): ClosableStream {
  let reading: LateReading | undefined;
  let isClosed = false;
  const stream: ClosableStream = {
    ...about,
    get lastNs() {
      return reading?.lastNs ?? Number.NaN;
    },
    next() {
      if (isClosed) return undefined;
      reading ??= begin(stream);
      return reading.next();
    },
    close() {
      isClosed = true;
      reading?.close();
    },
  };
  return stream;
}
