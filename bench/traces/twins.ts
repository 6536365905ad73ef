/**
 * Traces that differ in one thing alone: the metadata's language, or how integers are written.
 *
 *   record   timestamp u64 │ four numbers, each u64 or LEB128
 */
import { closeSync, linkSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findTraces } from '../../src/formats/ctf/find-traces.ts';
import { metadataText } from '../../src/formats/ctf/metadata-packets.ts';
import { parseTsdl } from '../../src/formats/ctf/tsdl/parse-tsdl.ts';
import { openNodeInput } from '../../src/platform/node/input.ts';
import { ctf2Metadata } from '../../test/ctf2-metadata.ts';
import { type BenchTrace, cached } from '../cache.ts';
import { writeAll } from './repeat.ts';

/** The same data streams, with the metadata in CTF 2. */
export function ctf2Twin(name: string, original: BenchTrace): Promise<BenchTrace> {
  return cached(`${name}-ctf2`, `${original.description}, ${original.sizeBytes}, recipe 1`, (folder) => {
    for (const { metadata, streams } of findTraces(openNodeInput(original.folder))) {
      const bytes = readFileSync(join(original.folder, metadata.path));
      const traceClass = parseTsdl(metadataText(bytes, metadata.path).text, metadata.path);
      mkdirSync(dirname(join(folder, metadata.path)), { recursive: true });
      writeFileSync(join(folder, metadata.path), ctf2Metadata(traceClass));
      for (const { path } of streams) linkSync(join(original.folder, path), join(folder, path));
    }
    return { ...original, folder, description: `${original.description}, with metadata in CTF 2` };
  });
}

export type NumberForm = 'fixed' | 'variable';

const numbersPerRecord = 4;
const recordsPerPacket = 4096;
const timestampBytes = 8;
const packetHeadBytes = 16;

/** Numbers of one to five bytes in LEB128, most of them small, as counts, sizes and identifiers are. */
export function numbersTrace(form: NumberForm, events: number): Promise<BenchTrace> {
  return cached(`numbers-${form}-${events}`, 'recipe 1', (folder) => {
    writeFileSync(join(folder, 'metadata'), numbersMetadata(form));
    const file = openSync(join(folder, 'stream'), 'w');
    const next = randomNumbers();
    let sizeBytes = 0;
    try {
      for (let first = 0; first < events; first += recordsPerPacket) {
        const packet = numbersPacket(form, first, Math.min(recordsPerPacket, events - first), next);
        writeAll(file, packet);
        sizeBytes += packet.length;
      }
    } finally {
      closeSync(file);
    }
    return { folder, events, sizeBytes, description: `${numbersPerRecord} ${form} numbers a record` };
  });
}

function numbersMetadata(form: NumberForm): string {
  const fixed = (more: object) => ({
    type: 'fixed-length-unsigned-integer',
    length: 64,
    'byte-order': 'little-endian',
    alignment: 8,
    ...more,
  });
  const structure = (members: Readonly<Record<string, object>>) => ({
    type: 'structure',
    'member-classes': Object.entries(members).map(([name, type]) => ({ name, 'field-class': type })),
  });
  const number = form === 'fixed' ? fixed({}) : { type: 'variable-length-unsigned-integer' };
  const numbers = Array.from(
    { length: numbersPerRecord },
    (_, index) => [`number_${index}`, number] as const,
  );
  const fragments = [
    { type: 'preamble', version: 2 },
    { type: 'clock-class', id: 'c', frequency: 1_000_000_000 },
    {
      type: 'data-stream-class',
      'default-clock-class-id': 'c',
      'packet-context-field-class': structure({
        total: fixed({ roles: ['packet-total-length'] }),
        content: fixed({ roles: ['packet-content-length'] }),
      }),
      'event-record-header-field-class': structure({ time: fixed({ roles: ['default-clock-timestamp'] }) }),
    },
    {
      type: 'event-record-class',
      name: 'numbers',
      'payload-field-class': structure(Object.fromEntries(numbers)),
    },
  ];
  return fragments.map((fragment) => `\x1e${JSON.stringify(fragment)}\n`).join('');
}

function numbersPacket(form: NumberForm, first: number, count: number, next: () => number): Uint8Array {
  const packet = Buffer.alloc(packetHeadBytes + count * (timestampBytes + numbersPerRecord * 8));
  let at = packetHeadBytes;
  for (let record = first; record < first + count; record++) {
    packet.writeBigUInt64LE(BigInt(record) * 1000n, at);
    at += timestampBytes;
    for (let index = 0; index < numbersPerRecord; index++) {
      const number = next();
      at = form === 'fixed' ? packet.writeBigUInt64LE(BigInt(number), at) : writeVariable(packet, at, number);
    }
  }
  packet.writeBigUInt64LE(BigInt(at * 8), 0);
  packet.writeBigUInt64LE(BigInt(at * 8), 8);
  return packet.subarray(0, at);
}

function writeVariable(packet: Uint8Array, begin: number, number: number): number {
  let at = begin;
  let rest = number;
  for (; rest >= 128; rest = Math.floor(rest / 128)) packet[at++] = 128 + (rest % 128);
  packet[at++] = rest;
  return at;
}

/** The largest number of each length in bytes, and how many of ten have it. */
const lengthsOfTen = [2 ** 7, 2 ** 7, 2 ** 7, 2 ** 7, 2 ** 14, 2 ** 14, 2 ** 14, 2 ** 21, 2 ** 28, 2 ** 35];

function randomNumbers(): () => number {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Math.floor(next() * (lengthsOfTen[Math.floor(next() * lengthsOfTen.length)] as number));
}
