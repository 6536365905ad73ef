/** Absolute times of events as text, from nanoseconds since an origin, without a bigint per event. */
import type { ByteWriter } from './byte-writer.ts';

const encoder = new TextEncoder();
const nsPerSecond = 1e9;
const dot = 0x2e;
const minus = 0x2d;

export interface TimeForm {
  readonly clock: 'time' | 'seconds';
  readonly gmt: boolean;
  readonly date: boolean;
}

/** Splits into whole seconds and nanoseconds below a second. Division may round up to the next second near 2^53. */
export function splitSeconds(timeNs: number): { seconds: number; nanoseconds: number } {
  let seconds = Math.floor(timeNs / nsPerSecond);
  let nanoseconds = timeNs - seconds * nsPerSecond;
  if (nanoseconds < 0) {
    seconds--;
    nanoseconds += nsPerSecond;
  }
  return { seconds, nanoseconds };
}

export class TimeWriter {
  readonly #form: TimeForm;
  readonly #originSeconds: number;
  readonly #originNanoseconds: number;
  /** Hours, minutes and seconds of the last event: most events are in the same second as the one before. */
  #prefix: Uint8Array = new Uint8Array(0);
  #prefixSeconds = Number.NaN;

  constructor(originNs: bigint, form: TimeForm) {
    const rest = ((originNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    this.#form = form;
    this.#originNanoseconds = Number(rest);
    this.#originSeconds = Number((originNs - rest) / 1_000_000_000n);
  }

  /** `21:20:03.923426858`, `2019-06-28 21:20:03.923426858`, `1561756803.923426858`. Before the epoch always in seconds. */
  write(timeNs: number, out: ByteWriter): void {
    const relative = splitSeconds(timeNs);
    let seconds = relative.seconds + this.#originSeconds;
    let nanoseconds = relative.nanoseconds + this.#originNanoseconds;
    if (nanoseconds >= nsPerSecond) {
      seconds++;
      nanoseconds -= nsPerSecond;
    }
    if (seconds < 0 || this.#form.clock === 'seconds') writeSeconds(seconds, nanoseconds, out);
    else {
      if (seconds !== this.#prefixSeconds) this.#setPrefix(seconds);
      out.bytes(this.#prefix);
      out.byte(dot);
      out.padded(nanoseconds, 9);
    }
  }

  /**
   * What `write` puts before the nanoseconds for a time and all others in its second, which begins at `beginNs`; undefined
   * before the epoch.
   */
  second(timeNs: number): { readonly text: Uint8Array; readonly beginNs: number } | undefined {
    const seconds = Math.floor((timeNs + this.#originNanoseconds) / nsPerSecond) + this.#originSeconds;
    if (!(seconds >= 0)) return undefined;
    const beginNs = (seconds - this.#originSeconds) * nsPerSecond - this.#originNanoseconds;
    if (this.#form.clock === 'seconds') return { text: encoder.encode(`${seconds}.`), beginNs };
    if (seconds !== this.#prefixSeconds) this.#setPrefix(seconds);
    return { text: Uint8Array.of(...this.#prefix, dot), beginNs };
  }

  #setPrefix(seconds: number): void {
    const text = timeOfDay(seconds, this.#form) ?? String(seconds);
    this.#prefix = encoder.encode(text);
    this.#prefixSeconds = seconds;
  }
}

/** Undefined beyond the dates that the platform knows (year 275760). */
function timeOfDay(seconds: number, form: TimeForm): string | undefined {
  const local = new Date(seconds * 1000);
  if (Number.isNaN(local.getTime())) return undefined;
  const date = form.gmt ? local : new Date(seconds * 1000 - offsetMs(local));
  const iso = date.toISOString();
  const time = iso.slice(iso.indexOf('T') + 1, iso.indexOf('T') + 9);
  return form.date ? `${iso.slice(iso.startsWith('+') ? 1 : 0, iso.indexOf('T'))} ${time}` : time;
}

/** How far the zone is behind UTC, to the second: zones before standard time had odd offsets. */
function offsetMs(local: Date): number {
  const shown = Date.UTC(
    local.getFullYear(),
    local.getMonth(),
    local.getDate(),
    local.getHours(),
    local.getMinutes(),
    local.getSeconds(),
  );
  return local.getTime() - shown;
}

/** `seconds` is rounded down: -1 s and 999999999 ns are -0.000000001. */
function writeSeconds(seconds: number, nanoseconds: number, out: ByteWriter): void {
  const isNegative = seconds < 0;
  if (isNegative) out.byte(minus);
  const borrow = isNegative && nanoseconds > 0;
  out.decimal(isNegative ? -(seconds + (borrow ? 1 : 0)) : seconds);
  out.byte(dot);
  out.padded(borrow ? nsPerSecond - nanoseconds : nanoseconds, 9);
}

/** A difference of times as `0.000014700`. */
export function writeDelta(deltaNs: number, out: ByteWriter): void {
  const { seconds, nanoseconds } = splitSeconds(deltaNs);
  out.decimal(seconds);
  out.byte(dot);
  out.padded(nanoseconds, 9);
}
