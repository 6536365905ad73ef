// Damage to bytes: streams, metadata in packets, index files.
import type { Random } from './random.ts';

/** Damaged bytes, the first byte that differs, and what was done in words. */
export interface Damaged {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly what: string;
}

const interesting: readonly bigint[] = [
  0n,
  1n,
  7n,
  8n,
  127n,
  255n,
  256n,
  65535n,
  1n << 31n,
  (1n << 31n) - 1n,
  (1n << 32n) - 1n,
  1n << 53n,
  1n << 63n,
  (1n << 63n) - 1n,
  (1n << 64n) - 1n,
  (1n << 64n) - 8n,
  0xc1fc1fc1n,
];

type Damage = (bytes: Uint8Array, at: number, random: Random) => Damaged;

const damages: readonly Damage[] = [
  flipBit,
  flipBit,
  setByte,
  setInteger,
  setInteger,
  cut,
  remove,
  repeat,
  insert,
  swap,
];

/**
 * Damages a copy once. Half of the places are near the beginning of a packet, where sizes, times and ids are.
 * @param begins where packets begin
 */
export function damageBytes(bytes: Uint8Array, begins: readonly number[], random: Random): Damaged {
  if (bytes.length === 0) return insert(bytes, 0, random);
  const isAtHead = begins.length > 0 && random.oneIn(2);
  const at = isAtHead ? random.pick(begins) + random.below(96) : random.below(bytes.length);
  return random.pick(damages)(bytes, Math.min(at, bytes.length - 1), random);
}

function flipBit(bytes: Uint8Array, at: number, random: Random): Damaged {
  const copy = Uint8Array.from(bytes);
  const bit = random.below(8);
  copy[at] = copy[at]! ^ (1 << bit);
  return { bytes: copy, from: at, what: `bit ${bit} of byte ${at} flipped` };
}

function setByte(bytes: Uint8Array, at: number, random: Random): Damaged {
  const copy = Uint8Array.from(bytes);
  copy[at] = random.below(256);
  return { bytes: copy, from: at, what: `byte ${at} set to ${copy[at]}` };
}

function setInteger(bytes: Uint8Array, at: number, random: Random): Damaged {
  const sizeBytes = random.pick([2, 4, 8]);
  const copy = Uint8Array.from(bytes);
  const value = random.pick(interesting);
  const whole = new DataView(new ArrayBuffer(8));
  const isLittle = random.oneIn(2);
  whole.setBigUint64(0, value, isLittle);
  const begin = at - (random.oneIn(2) ? 0 : at % sizeBytes);
  for (let index = 0; index < sizeBytes && begin + index < copy.length; index++)
    copy[begin + index] = whole.getUint8(isLittle ? index : 8 - sizeBytes + index);
  return { bytes: copy, from: begin, what: `${sizeBytes} bytes at ${begin} set to ${value}` };
}

function cut(bytes: Uint8Array, at: number): Damaged {
  return { bytes: bytes.slice(0, at), from: at, what: `cut at byte ${at}` };
}

function remove(bytes: Uint8Array, at: number, random: Random): Damaged {
  const count = 1 + random.below(random.oneIn(2) ? 8 : 4096);
  const copy = joined(bytes.subarray(0, at), bytes.subarray(at + count));
  return { bytes: copy, from: at, what: `${count} bytes removed at ${at}` };
}

function repeat(bytes: Uint8Array, at: number, random: Random): Damaged {
  const count = 1 + random.below(random.oneIn(2) ? 16 : 4096);
  const copy = joined(bytes.subarray(0, at + count), bytes.subarray(at));
  return { bytes: copy, from: Math.min(bytes.length, at + count), what: `${count} bytes at ${at} repeated` };
}

function insert(bytes: Uint8Array, at: number, random: Random): Damaged {
  const value = random.pick([0, 255, random.below(256)]);
  const count = 1 + random.below(random.oneIn(2) ? 8 : 4096);
  const copy = joined(bytes.subarray(0, at), new Uint8Array(count).fill(value), bytes.subarray(at));
  return { bytes: copy, from: at, what: `${count} bytes of ${value} inserted at ${at}` };
}

function swap(bytes: Uint8Array, at: number, random: Random): Damaged {
  const other = random.below(bytes.length);
  const [first, second] = at < other ? [at, other] : [other, at];
  const count = Math.min(1 + random.below(4096), second - first, bytes.length - second);
  const copy = Uint8Array.from(bytes);
  copy.set(bytes.subarray(second, second + count), first);
  copy.set(bytes.subarray(first, first + count), second);
  return { bytes: copy, from: first, what: `${count} bytes at ${first} and ${second} swapped` };
}

/** Packets in another order, left out or said twice; the first stays, as it says what the stream is. */
export function shufflePackets(bytes: Uint8Array, ends: readonly number[], random: Random): Damaged {
  const packets = ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
  const victim = 1 + random.below(packets.length - 1);
  const from = ends[victim - 1]!;
  const other = 1 + random.below(packets.length - 1);
  const kind = random.below(3);
  if (kind === 0) {
    const [a, b] = [packets[victim]!, packets[other]!];
    packets[victim] = b;
    packets[other] = a;
    const begin = Math.min(from, ends[other - 1]!);
    return { bytes: joined(...packets), from: begin, what: `packets ${victim} and ${other} swapped` };
  }
  if (kind === 1) {
    packets.splice(victim, 1);
    return { bytes: joined(...packets), from, what: `packet ${victim} removed` };
  }
  packets.splice(victim, 0, packets[other]!);
  return { bytes: joined(...packets), from, what: `packet ${other} repeated before ${victim}` };
}

export function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
