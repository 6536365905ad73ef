/**
 * Where records were lost, and what is not to be believed behind it.
 *
 *     cpu 0  ──┤enter read 7├─ … lost … ─┤enter 9├──┤exit read 7├──      another read of 7's, for all that is known
 *     cpu 1  ──────┤enter read 8├──────────────────────┤exit read 8├──   8 never left its CPU: one read
 *                              untilNs ↑
 *
 * Wrong where a tracer tells of a loss only with the record behind it (perf): what other CPUs recorded meanwhile has been put together by then.
 */
import type { CanonicalName } from '../vocabulary/events.ts';
import type { Cpus } from './cpus.ts';

/** The losses that matter to one part of the model. */
export class Gap {
  readonly #cpus: Cpus;
  /** Streams whose records are missing at this moment. */
  readonly #open = new Set<number>();
  /** What began before may have ended, and begun again: -Infinity nothing, Infinity all as long as records are missing. */
  untilNs = Number.NEGATIVE_INFINITY;

  constructor(cpus: Cpus) {
    this.#cpus = cpus;
  }

  /** Whether what a thread began, and ends on a CPU, may be two things of which an end and a beginning were lost. */
  isBetween(beginNs: number, cpu: number): boolean {
    return beginNs < this.untilNs && !this.#cpus.stayed(cpu, beginNs);
  }

  begin(stream: number): void {
    this.#open.add(stream);
    this.untilNs = Number.POSITIVE_INFINITY;
  }

  end(stream: number, timeNs: number): void {
    this.#open.delete(stream);
    if (this.#open.size === 0) this.untilNs = timeNs;
  }
}

/** The losses of a host, for each part of its model. */
export class Gaps {
  readonly #cpus: Cpus;
  readonly #parts: { readonly events: readonly CanonicalName[]; readonly gap: Gap }[] = [];

  constructor(cpus: Cpus) {
    this.#cpus = cpus;
  }

  /** For a part that is made from these events. */
  of(events: readonly CanonicalName[]): Gap {
    const gap = new Gap(this.#cpus);
    this.#parts.push({ events, gap });
    return gap;
  }

  /** @param events those of which there may have been some */
  begin(stream: number, events: ReadonlySet<string>): void {
    for (const part of this.#parts)
      if (part.events.some((event) => events.has(event))) part.gap.begin(stream);
  }

  /** The stream has records again. */
  end(stream: number, events: ReadonlySet<string>, timeNs: number): void {
    for (const part of this.#parts)
      if (part.events.some((event) => events.has(event))) part.gap.end(stream, timeNs);
  }
}
