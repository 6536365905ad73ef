/**
 * Traces of shapes that no recorder makes on its own: their records are numbered in the order of time, so that any answer
 * can be checked.
 *
 *   record   id u32 │ timestamp u64 │ number u64 │ weight u32 │ text, 7 bytes and NUL     32 bytes
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchTrace, cached } from '../cache.ts';
import { writeAll } from './repeat.ts';

const recordSize = 32;
const headSize = 4 + 4 + 8 + 8 + 8 + 8 + 8 + 4;
const nsBetween = 1000;

const metadata = `/* CTF 1.8 */
typealias integer { size = 32; align = 8; signed = false; } := u32;
typealias integer { size = 64; align = 8; signed = false; } := u64;
trace {
	major = 1; minor = 8; byte_order = le;
	packet.header := struct { u32 magic; u32 stream_id; u64 stream_instance_id; };
};
clock { name = monotonic; freq = 1000000000; };
typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } := u64_time;
stream {
	id = 0;
	packet.context := struct { u64_time timestamp_begin; u64_time timestamp_end; u64 content_size; u64 packet_size; u32 cpu_id; };
	event.header := struct { u32 id; u64_time timestamp; };
};
event { name = tick; id = 0; stream_id = 0; fields := struct { u64 number; u32 weight; string text; }; };
`;

/** One stream with one packet. */
export function onePacketTrace(sizeBytes: number): Promise<BenchTrace> {
  const events = Math.floor(sizeBytes / recordSize);
  return cached(`one-packet-${events}`, 'recipe 1', (folder) => {
    writeFileSync(join(folder, 'metadata'), metadata);
    const numbers = { first: 0, step: 1, count: events };
    writeStream(join(folder, 'stream'), 0, [numbers]);
    return madeTrace(folder, events, 'one stream with one packet');
  });
}

/** Streams whose records follow each other in turn, two packets each. */
export function manyStreamsTrace(streams: number, eventsEach: number): Promise<BenchTrace> {
  return cached(`streams-${streams}-${eventsEach}`, 'recipe 1', (folder) => {
    writeFileSync(join(folder, 'metadata'), metadata);
    const half = eventsEach >> 1;
    for (let stream = 0; stream < streams; stream++) {
      const first = { first: stream, step: streams, count: half };
      const second = { first: stream + half * streams, step: streams, count: eventsEach - half };
      writeStream(join(folder, `stream-${String(stream).padStart(5, '0')}`), stream, [first, second]);
    }
    return madeTrace(folder, streams * eventsEach, `${streams} streams`);
  });
}

/** A metadata of at least `sizeBytes` with many classes, of which the stream has records of the first and the last one. */
export function largeMetadataTrace(sizeBytes: number): Promise<BenchTrace> {
  return cached(`metadata-${sizeBytes}`, 'recipe 2', (folder) => {
    const classes: string[] = [];
    let size = metadata.length;
    while (size < sizeBytes) {
      const text = classText(classes.length + 1);
      classes.push(text);
      size += text.length;
    }
    writeFileSync(join(folder, 'metadata'), metadata + classes.join(''));
    const events = 1000;
    writeStream(join(folder, 'stream'), 0, [{ first: 0, step: 1, count: events }], classes.length);
    return madeTrace(folder, events, `${classes.length} event record classes`);
  });
}

/** The first three fields are those of `tick`, so that records of both have one size. */
function classText(id: number): string {
  const comment = '\t/* What this field is for, as generators of metadata like to say in so many words. */\n';
  const lists = Array.from({ length: 16 }, (_, index) => `${comment}\t\tu32 none_${id}_${index}[0];\n`);
  return (
    `event {\n\tname = "made:event_${id}";\n\tid = ${id};\n\tstream_id = 0;\n\tfields := struct {\n` +
    `\t\tu64 number;\n\t\tu32 weight;\n\t\tstring text;\n${lists.join('')}\t};\n};\n`
  );
}

function madeTrace(folder: string, events: number, description: string): BenchTrace {
  return { folder, events, sizeBytes: events * recordSize, description };
}

interface Numbers {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

function writeStream(path: string, instance: number, packets: readonly Numbers[], lastId = 0): void {
  const file = openSync(path, 'w');
  try {
    for (const numbers of packets) {
      writeAll(file, packetHead(instance, numbers));
      writeRecords(file, numbers, lastId);
    }
  } finally {
    closeSync(file);
  }
}

function packetHead(instance: number, { first, step, count }: Numbers): Uint8Array {
  const head = Buffer.alloc(headSize);
  const sizeBits = BigInt(headSize + count * recordSize) * 8n;
  head.writeUInt32LE(0xc1fc1fc1, 0);
  head.writeBigUInt64LE(BigInt(instance), 8);
  head.writeBigUInt64LE(BigInt(first * nsBetween), 16);
  head.writeBigUInt64LE(BigInt((first + step * (count - 1)) * nsBetween), 24);
  head.writeBigUInt64LE(sizeBits, 32);
  head.writeBigUInt64LE(sizeBits, 40);
  head.writeUInt32LE(instance % 2 ** 16, 48);
  return head;
}

/** In pieces; the last record is of class `lastId`. */
function writeRecords(file: number, { first, step, count }: Numbers, lastId: number): void {
  const piece = Buffer.alloc(Math.min(count, 1 << 16) * recordSize);
  for (let at = 0; at < piece.length; at += recordSize) piece.write('numbers\0', at + 24, 'latin1');
  for (let done = 0; done < count; ) {
    const here = Math.min(count - done, piece.length / recordSize);
    for (let index = 0; index < here; index++, done++) {
      const at = index * recordSize;
      const number = first + done * step;
      const timeNs = number * nsBetween;
      piece.writeUInt32LE(done === count - 1 ? lastId : 0, at);
      piece.writeUInt32LE(timeNs % 2 ** 32, at + 4);
      piece.writeUInt32LE(Math.floor(timeNs / 2 ** 32), at + 8);
      piece.writeUInt32LE(number, at + 12);
      piece.writeUInt32LE(number % 1000, at + 20);
    }
    writeAll(file, piece.subarray(0, here * recordSize));
  }
}
