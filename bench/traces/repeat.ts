/** A little-endian CTF trace repeated in time: the same records again and again, each time later. */
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { format } from '../../src/formats/ctf/format.ts';
import { openNodeInput } from '../../src/platform/node/input.ts';
import { findPlaces, type StreamPlaces } from './stream-places.ts';

export interface Repeated {
  readonly events: number;
  readonly sizeBytes: number;
  readonly streams: number;
}

/** Writes `count` repetitions of the trace in `from` to the folder `to`. */
export function repeatTrace(from: string, to: string, count: number): Repeated {
  const streams: StreamPlaces[] = [];
  const inspection = format.inspection;
  if (inspection === undefined) throw new Error('CTF has an inspection');
  for (const { file, lines } of inspection.elements(openNodeInput(from)))
    streams.push(findPlaces(file, lines));
  const shiftCycles = shiftOf(streams);
  copyFileSync(join(from, 'metadata'), join(to, 'metadata'));
  let sizeBytes = 0;
  for (const places of streams) {
    sizeBytes += repeatStream(join(from, places.file), join(to, places.file), places, count, shiftCycles);
    repeatIndex(from, to, places, count, shiftCycles);
  }
  const events = streams.reduce((sum, places) => sum + places.events, 0) * count;
  return { events, sizeBytes, streams: streams.length };
}

/** More than the trace is long, and a multiple of what the narrowest recorded clock values count to. */
function shiftOf(streams: readonly StreamPlaces[]): bigint {
  const firsts = streams.map(({ firstCycles }) => firstCycles);
  const lasts = streams.map(({ lastCycles }) => lastCycles);
  const first = firsts.reduce((least, value) => (value < least ? value : least));
  const last = lasts.reduce((most, value) => (value > most ? value : most));
  const unit = 1n << BigInt(Math.max(...streams.map(({ partialBits }) => partialBits)));
  return ((last - first) / unit + 1n) * unit;
}

function repeatStream(
  from: string,
  to: string,
  places: StreamPlaces,
  count: number,
  shiftCycles: bigint,
): number {
  const original = readFileSync(from);
  const bytes = Buffer.from(original);
  const file = openSync(to, 'w');
  try {
    for (let turn = 0; turn < count; turn++) {
      if (turn > 0) {
        addTo64(bytes, places.times, shiftCycles);
        addTo64(bytes, places.sequenceNumbers, BigInt(places.packets));
        if (places.discardedBits === 64) addTo64(bytes, places.discardedCounts, places.discarded);
        else addTo32(bytes, places.discardedCounts, places.discarded);
      }
      writeAll(file, bytes);
    }
  } finally {
    closeSync(file);
  }
  return original.length * count;
}

export function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

/** In two halves: 240,000 places in each of 160 repetitions would be slow as bigint. */
function addTo64(bytes: Buffer, places: readonly number[], value: bigint): void {
  if (value === 0n) return;
  const low = Number(value & 0xffff_ffffn);
  const high = Number(value >> 32n);
  for (const place of places) {
    const sum = bytes.readUInt32LE(place) + low;
    const carry = sum > 0xffff_ffff ? 1 : 0;
    bytes.writeUInt32LE(sum >>> 0, place);
    bytes.writeUInt32LE((bytes.readUInt32LE(place + 4) + high + carry) >>> 0, place + 4);
  }
}

function addTo32(bytes: Buffer, places: readonly number[], value: bigint): void {
  for (const place of places) bytes.writeUInt32LE((bytes.readUInt32LE(place) + Number(value)) >>> 0, place);
}

/**
 * LTTng's index of a stream, big-endian (lttng-tools, `ctf-index.h`): 16 bytes of head, the last four the size of an entry;
 * an entry is 64-bit words: offset, packet size, content size, begin, end, discarded events, stream class, and from
 * version 1.1 stream instance and packet number.
 */
function repeatIndex(
  from: string,
  to: string,
  places: StreamPlaces,
  count: number,
  shiftCycles: bigint,
): void {
  const below = join(dirname(places.file), 'index', `${basename(places.file)}.idx`);
  const path = join(from, below);
  if (!existsSync(path)) return;
  const original = readFileSync(path);
  const entrySize = original.readUInt32BE(12);
  const bytes = Buffer.from(original);
  mkdirSync(dirname(join(to, below)), { recursive: true });
  const fileSize = BigInt(readFileSync(join(from, places.file)).length);
  const growth: readonly [number, bigint][] = [
    [0, fileSize],
    [24, shiftCycles],
    [32, shiftCycles],
    [40, places.discarded],
    [64, BigInt(places.packets)],
  ];
  const file = openSync(join(to, below), 'w');
  try {
    writeAll(file, bytes.subarray(0, 16));
    for (let turn = 0; turn < count; turn++) {
      writeAll(file, bytes.subarray(16));
      for (let entry = 16; entry + entrySize <= bytes.length; entry += entrySize) {
        for (const [place, value] of growth) {
          if (place + 8 > entrySize) continue;
          bytes.writeBigUInt64BE(bytes.readBigUInt64BE(entry + place) + value, entry + place);
        }
      }
    }
  } finally {
    closeSync(file);
  }
}
