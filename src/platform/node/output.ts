/**
 * Where answers and messages go under Node: written at once and in order, so that a slow reader holds us back instead of
 * filling our memory, and a reader that went away ends the reading.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { TraceError } from '../../bytes/trace-error.ts';
import { codeOf, reasonOf } from './descriptor-pool.ts';

/** The reader of our output is gone (`diatrace cat … | head`): nothing more is to be done, and nothing is wrong. */
export class OutputClosed extends Error {
  constructor() {
    super('The output was closed by its reader');
    this.name = 'OutputClosed';
  }
}

/** Text and bytes for one descriptor, gathered into larger writes. */
export interface Output {
  write(text: string | Uint8Array): void;
  /** Writes what was gathered. @throws OutputClosed */
  flush(): void;
  close(): void;
}

const gatheredSizeMaxBytes = 64 * 1024;
/** Text is encoded when there is so much of it: each piece by itself would cost more than it is long. */
const pendingLength = 8 * 1024;
const retryPauseMs = 5;

/** @param name what an error message calls it */
export function openOutput(descriptor: number, name: string, onClose: () => void = () => {}): Output {
  const encoder = new TextEncoder();
  const gathered = new Uint8Array(gatheredSizeMaxBytes);
  let used = 0;
  let pending = '';
  const writeGathered = (): void => {
    const sizeBytes = used;
    used = 0;
    writeAll(descriptor, gathered.subarray(0, sizeBytes), name);
  };
  const gather = (bytes: Uint8Array): void => {
    if (used + bytes.length > gathered.length) writeGathered();
    if (bytes.length > gathered.length) {
      writeAll(descriptor, bytes, name);
      return;
    }
    gathered.set(bytes, used);
    used += bytes.length;
  };
  const encodePending = (): void => {
    const text = pending;
    pending = '';
    if (text !== '') gather(encoder.encode(text));
  };
  const flush = (): void => {
    encodePending();
    writeGathered();
  };
  const write = (piece: string | Uint8Array): void => {
    if (typeof piece === 'string') {
      pending += piece;
      if (pending.length >= pendingLength) encodePending();
      return;
    }
    encodePending();
    gather(piece);
  };
  return {
    write,
    flush,
    close() {
      flush();
      onClose();
    },
  };
}

/** @throws TraceError `unwritable` */
export function openOutputFile(path: string): Output {
  try {
    const descriptor = openSync(path, 'w');
    return openOutput(descriptor, path, () => closeSync(descriptor));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** @throws OutputClosed when the reader is gone, TraceError `unwritable` */
function writeAll(descriptor: number, bytes: Uint8Array, name: string): void {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(descriptor, bytes, done, bytes.length - done);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EPIPE' || code === 'ECONNRESET') throw new OutputClosed();
      if (code !== 'EAGAIN') throw unwritable(name, error);
      // A pipe that others made non-blocking, and that is full.
      pause(retryPauseMs);
    }
  }
}

function unwritable(name: string, error: unknown): TraceError {
  const isFull = codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
  return new TraceError({
    code: 'unwritable',
    file: name,
    message: `The output cannot be written: ${isFull ? 'no space is left' : reasonOf(error)}`,
  });
}

const pauseCell = new Int32Array(new SharedArrayBuffer(4));

function pause(durationMs: number): void {
  Atomics.wait(pauseCell, 0, 0, durationMs);
}
