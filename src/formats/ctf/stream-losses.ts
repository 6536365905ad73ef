/**
 * What the tracer says it lost, from the counters in packet contexts (CTF 1.8 §5.2): the difference between one packet's
 * snapshot and the next one's, modulo the counter's size.
 *
 *   packet        0      1      2      4
 *   discarded     0     12     12     12     12 events were discarded between the ends of packets 0 and 1
 *   sequence      0      1      2      4     packet 3 is missing
 *
 * Wrong where a short record still found room in a packet behind a longer one that was discarded: it seems to be before the loss.
 */
import type { Health } from '../../results/health.ts';
import { discardedEvents, lostPackets } from './health-kinds.ts';
import type { PacketHead } from './packets.ts';

/** Where records are missing around a packet. */
export interface PacketLosses {
  /** Packets before it. */
  readonly isAfterLoss: boolean;
  /** Behind its last record: a tracer discards what finds no room, and the packet that is full stays open meanwhile. */
  readonly hasLoss: boolean;
}

export class StreamLosses {
  readonly #health: Health;
  readonly #where: string;
  #discarded: bigint | undefined;
  #sequence: bigint | undefined;
  #discardedTotal = 0n;
  #isFirst = true;

  constructor(health: Health, where: string) {
    this.#health = health;
    this.#where = where;
  }

  /** Events discarded so far. */
  get discardedTotal(): bigint {
    return this.#discardedTotal;
  }

  /** Takes the next packet's counters into account. @returns what is missing */
  note(head: PacketHead): PacketLosses {
    const discardedBefore = this.#discardedTotal;
    let isAfterLoss = false;
    if (head.discardedEvents !== undefined) {
      const { snapshot, sizeBits } = head.discardedEvents;
      // Before the first packet the counter was 0: what it shows there was lost while that packet was filled.
      const before = this.#discarded ?? (this.#isFirst ? 0n : snapshot);
      const count = BigInt.asUintN(sizeBits, snapshot - before);
      if (count > 0n) {
        this.#discardedTotal += count;
        this.#health.add(
          discardedEvents,
          this.#where,
          placeOf(head),
          `the counter went from ${before} to ${snapshot}`,
          Number(count),
        );
      }
      this.#discarded = snapshot;
    }
    if (head.sequenceNumber !== undefined) {
      const { value, sizeBits } = head.sequenceNumber;
      if (this.#sequence !== undefined) {
        const missing = BigInt.asUintN(sizeBits, value - this.#sequence) - 1n;
        if (missing > 0n && missing < 1n << BigInt(sizeBits - 1)) {
          isAfterLoss = true;
          this.#health.add(
            lostPackets,
            this.#where,
            placeOf(head),
            `sequence number ${value} follows ${this.#sequence}`,
            Number(missing),
          );
        }
      }
      this.#sequence = value;
    }
    this.#isFirst = false;
    return { isAfterLoss, hasLoss: this.#discardedTotal > discardedBefore };
  }

  /** Forgets the counters: packets were skipped on purpose. */
  forget(): void {
    this.#discarded = undefined;
    this.#sequence = undefined;
    this.#isFirst = false;
  }
}

function placeOf({ index, offsetBytes }: PacketHead): string {
  return `packet ${index} at byte ${offsetBytes}`;
}
