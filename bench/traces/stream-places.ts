/**
 * Where a data stream file has what must change when it is repeated later in time, found by walking its elements:
 *
 *   672 ER {
 *   712   FLUI:timestamp:2357617208766     64 bits of the clock: shifted
 *   776   DCV:2357617208766
 *   976 ER {
 *   981   FLUI:timestamp:120               27 bits: right as it is after any shift by a multiple of 2^27
 *  1008   DCV:2357617208888
 */

export interface StreamPlaces {
  readonly file: string;
  /** Byte offsets of whole 64-bit clock values. */
  readonly times: readonly number[];
  /** Byte offsets of the packets' 64-bit numbers. */
  readonly sequenceNumbers: readonly number[];
  /** Byte offsets of the running count of discarded events, its size, and by how much it grows over the file. */
  readonly discardedCounts: readonly number[];
  readonly discardedBits: number;
  readonly discarded: bigint;
  readonly packets: number;
  readonly events: number;
  readonly firstCycles: bigint;
  readonly lastCycles: bigint;
  /** The widest clock value that is not whole: shifts are multiples of 2 to its power. */
  readonly partialBits: number;
}

interface Integer {
  readonly atBits: number;
  readonly name: string;
  readonly value: bigint;
}

const integerLine = /^\s*\d+\s+FLUI:(?:(\w+):)?(\d+)$/;
const clockLine = /^\s*\d+\s+DCV:(\d+)$/;
const scopeLine = /^\s*\d+\s+SC:(\d) \{$/;
const recordLine = /^\s*\d+\s+ER \{$/;

/** @throws Error where a value that must change does not begin on a byte */
export function findPlaces(file: string, lines: Iterable<string>): StreamPlaces {
  const search = new Search();
  for (const line of lines) search.take(line);
  const { times, sequenceNumbers, discardedCounts, discardedBits, discardedValues } = search;
  const { packets, events, lastCycles, partialBits } = search;
  return {
    ...{ file, times, sequenceNumbers, discardedCounts, discardedBits, packets, events, partialBits },
    discarded: (discardedValues.at(-1) ?? 0n) - (discardedValues[0] ?? 0n),
    firstCycles: search.firstCycles ?? 0n,
    lastCycles,
  };
}

class Search {
  readonly times: number[] = [];
  readonly sequenceNumbers: number[] = [];
  readonly discardedCounts: number[] = [];
  readonly discardedValues: bigint[] = [];
  discardedBits = 64;
  packets = 0;
  events = 0;
  firstCycles: bigint | undefined;
  lastCycles = 0n;
  partialBits = 0;
  #scope = 0;
  #integer: Integer | undefined;

  take(line: string): void {
    const atBits = Number.parseInt(line, 10);
    if (this.#integer !== undefined) {
      this.#note(this.#integer, atBits - this.#integer.atBits, clockLine.exec(line)?.[1]);
      this.#integer = undefined;
    }
    const integer = integerLine.exec(line);
    if (integer !== null) {
      this.#integer = { atBits, name: integer[1] ?? '', value: BigInt(integer[2]!) };
      return;
    }
    if (recordLine.test(line)) this.events++;
    const scope = scopeLine.exec(line);
    if (scope === null) return;
    this.#scope = Number(scope[1]);
    if (this.#scope === 1) this.packets++;
  }

  #note({ atBits, name, value }: Integer, sizeBits: number, cycles: string | undefined): void {
    const isInPacket = this.#scope === 1;
    if (cycles !== undefined || (isInPacket && name === 'timestamp_end')) {
      this.#noteTime(BigInt(cycles ?? value));
      if (sizeBits === 64) this.times.push(byteOf(atBits));
      else this.partialBits = Math.max(this.partialBits, sizeBits);
    } else if (isInPacket && name === 'packet_seq_num') {
      this.sequenceNumbers.push(byteOf(atBits));
    } else if (isInPacket && name === 'events_discarded') {
      this.discardedCounts.push(byteOf(atBits));
      this.discardedValues.push(value);
      this.discardedBits = sizeBits;
    }
  }

  #noteTime(cycles: bigint): void {
    if (this.firstCycles === undefined || cycles < this.firstCycles) this.firstCycles = cycles;
    if (cycles > this.lastCycles) this.lastCycles = cycles;
  }
}

function byteOf(atBits: number): number {
  if (atBits % 8 !== 0) throw new Error(`a value that must change begins at bit ${atBits}, within a byte`);
  return atBits / 8;
}
