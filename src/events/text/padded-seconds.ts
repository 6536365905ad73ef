/** Times as `  1643.195584572`: seconds in a width of their own, and nanoseconds. */
import type { ByteWriter } from './byte-writer.ts';
import { splitSeconds } from './time-writer.ts';

const encoder = new TextEncoder();
const nsPerSecond = 1e9;

export class PaddedSeconds {
  readonly #width: number;
  readonly #originSeconds: number;
  readonly #originNanoseconds: number;
  /** `  1643.` of the last event: most events are in the same second as the one before. */
  #prefix: Uint8Array = new Uint8Array(0);
  /** When that second begins, relative to the origin. */
  #beginNs = Number.NaN;

  /** @param width of the seconds, padded with spaces */
  constructor(originNs: bigint, width: number) {
    const rest = ((originNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    this.#width = width;
    this.#originNanoseconds = Number(rest);
    this.#originSeconds = Number((originNs - rest) / 1_000_000_000n);
  }

  /** Below zero the nanoseconds count forwards from the second before. */
  write(timeNs: number, out: ByteWriter): void {
    let nanoseconds = timeNs - this.#beginNs;
    if (!(nanoseconds >= 0 && nanoseconds < nsPerSecond)) {
      this.#enterSecond(timeNs);
      nanoseconds = timeNs - this.#beginNs;
    }
    out.bytes(this.#prefix);
    out.padded(nanoseconds, 9);
  }

  #enterSecond(timeNs: number): void {
    const relative = splitSeconds(timeNs);
    const isCarried = relative.nanoseconds + this.#originNanoseconds >= nsPerSecond;
    const seconds = relative.seconds + (isCarried ? 1 : 0);
    this.#beginNs = seconds * nsPerSecond - this.#originNanoseconds;
    this.#prefix = encoder.encode(`${String(seconds + this.#originSeconds).padStart(this.#width)}.`);
  }
}
