// Wrong or damaged traces at the command line: wrong metadata ends with exit 1 and names file, place and reason; a wrong packet is a
// note with its place, and everything before it and all other packets are read.
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryInput } from '../src/bytes/source.ts';
import { format } from '../src/formats/ctf/format.ts';
import { readJson } from '../src/results/json-text.ts';
import { corpusPath, describeCorpus, listCases, skipUnless } from './corpus.ts';
import { diatrace, exampleTrace } from './run-cli.ts';

/** The bundled trace's second stream is one packet; in the copy its records are in packets of this many. */
const recordsPerPacket = 200;
const streamName = 'perf_stream_1';

/** As perf writes them: magic, UUID, stream id; then times, sizes, discarded events, CPU. All are whole bytes. */
const uuidOffset = 4;
const beginTimeOffset = 24;
const endTimeOffset = 32;
const contentSizeOffset = 40;
const packetSizeOffset = 48;
const headSizeBytes = 68;

interface Packet {
  readonly offsetBytes: number;
  /** Where its records begin, from the file's beginning. */
  readonly records: readonly number[];
}

interface Whole {
  readonly bytes: Uint8Array;
  readonly packets: readonly Packet[];
}

let folder = '';
let whole: Whole;
/** Records of the other stream, which is never damaged. */
let otherCount = 0;
let wholeCount = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diatrace-damaged-'));
  whole = inPackets(new Uint8Array(readFileSync(join(exampleTrace, streamName))));
  const { eventCount, streams } = infoOf(traceWith('whole', whole.bytes));
  wholeCount = eventCount;
  otherCount = streams.find(({ name }) => name !== streamName)?.eventCount ?? 0;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Where the records of a stream of one packet begin, in bytes. */
function recordOffsets(bytes: Uint8Array): number[] {
  const metadata = new Uint8Array(readFileSync(join(exampleTrace, 'metadata')));
  const offsets: number[] = [];
  for (const { lines } of format.inspection?.elements(memoryInput('', { metadata, stream: bytes })) ?? []) {
    for (const line of lines) {
      const bits = /^ *(\d+) {5}ER \{$/.exec(line)?.[1];
      if (bits !== undefined) offsets.push(Number(bits) / 8);
    }
  }
  return offsets;
}

function inPackets(bytes: Uint8Array): Whole {
  const source = new DataView(bytes.buffer, bytes.byteOffset);
  const begins = recordOffsets(bytes);
  const contentEnd = Number(source.getBigUint64(contentSizeOffset, true) / 8n);
  const pieces: Uint8Array[] = [];
  const packets: Packet[] = [];
  let offsetBytes = 0;
  for (let first = 0; first < begins.length; first += recordsPerPacket) {
    const own = begins.slice(first, first + recordsPerPacket);
    const begin = own[0]!;
    const end = begins[first + recordsPerPacket] ?? contentEnd;
    const packet = new Uint8Array(headSizeBytes + end - begin);
    packet.set(bytes.subarray(0, headSizeBytes));
    packet.set(bytes.subarray(begin, end), headSizeBytes);
    const head = new DataView(packet.buffer);
    const idSizeBytes = 4;
    head.setBigUint64(beginTimeOffset, source.getBigUint64(begin + idSizeBytes, true), true);
    head.setBigUint64(endTimeOffset, source.getBigUint64(own.at(-1)! + idSizeBytes, true), true);
    head.setBigUint64(contentSizeOffset, BigInt(packet.length * 8), true);
    head.setBigUint64(packetSizeOffset, BigInt(packet.length * 8), true);
    const shift = offsetBytes + headSizeBytes - begin;
    packets.push({ offsetBytes, records: own.map((offset) => offset + shift) });
    pieces.push(packet);
    offsetBytes += packet.length;
  }
  return { bytes: Uint8Array.from(Buffer.concat(pieces)), packets };
}

/** A copy of the bundled trace with another second stream. */
function traceWith(name: string, stream: Uint8Array): string {
  const path = join(folder, name);
  cpSync(exampleTrace, path, { recursive: true });
  writeFileSync(join(path, streamName), stream);
  return path;
}

function damaged(change: (bytes: Uint8Array, view: DataView) => void): Uint8Array {
  const bytes = Uint8Array.from(whole.bytes);
  change(bytes, new DataView(bytes.buffer));
  return bytes;
}

interface Info {
  readonly eventCount: number;
  readonly streams: readonly { readonly name: string; readonly eventCount: number }[];
  readonly health: readonly {
    readonly code: string;
    readonly count: number;
    readonly where: string;
    readonly first: string;
  }[];
}

function infoOf(path: string): Info {
  const { code, out, err } = diatrace(['info', '--json', path]);
  expect([code, err]).toEqual([0, '']);
  return readJson(out) as unknown as Info;
}

/** The records of the second stream: times and fields, without what says which trace or packet they are of. */
function recordsOf(path: string): string[] {
  const { code, out } = diatrace(['cat', '--json', '--cpu', '1', path]);
  expect(code).toBe(0);
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/,"trace":"[^"]*"/, '').replace(/,"packetContext":.*$/, ''));
}

/** The same, and every way through the trace ends with the exit code that it should. */
function linesOf(path: string, strictCode: number): string[] {
  expect(diatrace(['report', 'events', path]).code).toBe(0);
  for (const args of [['info'], ['report', 'syscalls'], ['cat', '--limit', '0']])
    expect([args, diatrace([...args, '--strict', path]).code]).toEqual([args, strictCode]);
  return recordsOf(path);
}

/** The records of the damaged stream: those before `from` and those from `to` on must be there, and no others. */
function expectRead(path: string, from: number, to: number): void {
  const all = recordsOf(join(folder, 'whole'));
  const wanted = [...all.slice(0, from), ...all.slice(to)];
  const found = linesOf(path, 3);
  // Not the lists as a whole: what differs would be shown as hundreds of lines.
  expect(found.length).toBe(wanted.length);
  expect(found.findIndex((line, index) => line !== wanted[index])).toBe(-1);
}

describe('a wrong packet is a note with its place, and all else is read', () => {
  test('the copy in packets has the records of the bundled trace', () => {
    expect(whole.packets.length).toBeGreaterThan(3);
    expect(recordsOf(join(folder, 'whole')).join('\n') === recordsOf(exampleTrace).join('\n')).toBe(true);
    expect(infoOf(join(folder, 'whole')).health).toEqual([]);
  });

  test('a magic number broken in the middle', () => {
    const [, packet] = whole.packets as [Packet, Packet];
    const path = traceWith(
      'magic',
      damaged((bytes) => bytes.fill(0, packet.offsetBytes, packet.offsetBytes + 1)),
    );
    expectRead(path, recordsPerPacket, 2 * recordsPerPacket);
    const { eventCount, health } = infoOf(path);
    expect(eventCount).toBe(wholeCount - recordsPerPacket);
    const first = `packet 1 at byte ${packet.offsetBytes}, bit 0`;
    expect(health).toMatchObject([{ code: 'damaged-packet', count: 1, where: streamName, first }]);
    const { out } = diatrace(['info', path]);
    expect(out.replace(/\s+/g, ' ')).toContain(
      `(${streamName}, ${first}): packet magic is 0xc1fc1f00, not 0xc1fc1fc1`,
    );
  });

  test('an unknown event id in the middle of a packet', () => {
    const [, , packet] = whole.packets as [Packet, Packet, Packet];
    const at = packet.records[50]!;
    const path = traceWith(
      'id',
      damaged((_, view) => view.setUint32(at, 4_000_000_000, true)),
    );
    expectRead(path, 2 * recordsPerPacket + 50, 3 * recordsPerPacket);
    const { health } = infoOf(path);
    expect(health).toMatchObject([
      {
        code: 'unknown-event-class',
        count: 1,
        where: streamName,
        first: expect.stringContaining(`packet 2 at byte ${packet.offsetBytes}, bit `),
      },
    ]);
  });

  test('a file cut in the middle of a packet', () => {
    const [, packet] = whole.packets as [Packet, Packet];
    const path = traceWith('cut', whole.bytes.slice(0, packet.records[71]! - 1));
    expectRead(path, recordsPerPacket + 70, wholeCount);
    expect(infoOf(path).health).toMatchObject([
      { code: 'truncated-packet', count: 1, first: `packet 1 at byte ${packet.offsetBytes}` },
    ]);
  });

  test('a content size that is larger than the packet', () => {
    const [, packet] = whole.packets as [Packet, Packet];
    const contentAt = packet.offsetBytes + contentSizeOffset;
    const path = traceWith(
      'sizes',
      damaged((_, view) => view.setBigUint64(contentAt, 1n << 63n, true)),
    );
    expectRead(path, recordsPerPacket, 2 * recordsPerPacket);
    expect(infoOf(path).health).toMatchObject([{ code: 'damaged-packet', count: 1 }]);
  });

  test('a packet of another trace', () => {
    const [, packet] = whole.packets as [Packet, Packet];
    const path = traceWith(
      'uuid',
      damaged((bytes) =>
        bytes.fill(7, packet.offsetBytes + uuidOffset, packet.offsetBytes + uuidOffset + 16),
      ),
    );
    expectRead(path, recordsPerPacket, 2 * recordsPerPacket);
    const { out } = diatrace(['info', path]);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /the packet belongs to trace 07070707-.*, the metadata to f8e392d7-/,
    );
  });

  test('a last packet that is nothing but noise', () => {
    const last = whole.packets.at(-1)!;
    const path = traceWith(
      'noise',
      damaged((bytes) => bytes.fill(0xa5, last.offsetBytes)),
    );
    expectRead(path, recordsPerPacket * (whole.packets.length - 1), wholeCount);
    expect(infoOf(path).health).toMatchObject([
      { code: 'unreadable-stream', count: 1, first: expect.stringContaining(`at byte ${last.offsetBytes}`) },
    ]);
  });

  test('an empty stream file beside a whole one', () => {
    const path = traceWith('empty', new Uint8Array(0));
    expect(linesOf(path, 0)).toEqual([]);
    expect(infoOf(path)).toMatchObject({ eventCount: otherCount, health: [] });
  });

  test('a stream file that may not be read', (context) => {
    skipUnless(context, process.getuid?.() !== 0, 'root may read every file');
    const path = traceWith('closed', whole.bytes);
    chmodSync(join(path, streamName), 0);
    expect(linesOf(path, 3)).toEqual([]);
    expect(infoOf(path)).toMatchObject({
      eventCount: otherCount,
      health: [{ code: 'unreadable-file', count: 1, where: streamName }],
    });
  });
});

describe('where nothing can be read the exit code is 1, and the message names file, place and reason', () => {
  test('metadata that is cut in half', () => {
    const path = traceWith('half', whole.bytes);
    const metadata = readFileSync(join(path, 'metadata'));
    writeFileSync(join(path, 'metadata'), metadata.subarray(0, metadata.length / 2));
    const lineCount = metadata
      .subarray(0, metadata.length / 2)
      .toString()
      .split('\n').length;
    for (const args of [['info'], ['cat'], ['report', 'events'], ['inspect']]) {
      const { code, out, err } = diatrace([...args, path]);
      expect([args, code, out]).toEqual([args, 1, '']);
      expect(err).toMatch(new RegExp(`half/metadata:${lineCount}:\\d+: Expected `));
    }
  });

  test('metadata of another trace', () => {
    const path = traceWith('stranger', whole.bytes);
    const metadata = readFileSync(join(path, 'metadata'), 'latin1');
    writeFileSync(join(path, 'metadata'), metadata.replace('f8e392d7', '00000000'), 'latin1');
    const { code, out, err } = diatrace(['info', path]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/perf_stream_0, packet at byte 0, bit \d+/);
    expect(err).toMatch(/the packet belongs to trace f8e392d7-.*, the metadata to 00000000-/);
  });
});

describeCorpus('traces that are wrong on purpose', () => {
  /** The place in the metadata and what is wrong there. */
  const refused: Readonly<Record<string, RegExp>> = {
    'bt-fail1': /metadata:15:2: Expected CTF version 1\.8, found "major = 0"/,
    'bt-integer-range': /metadata:7:10: Integer "234523978563.* is larger than 64 bits/,
    'bt-invalid-sequence-length-field-class': /metadata:23:13, .*field x: The length .* "len" is struct/,
    'bt-metadata-syntax-error': /metadata:3:58: Expected .*, found "\]"/,
    'bt-smalltrace': /metadata:6:2: Expected CTF version 1\.8, found "major = 0"/,
  };

  test('each has its test', () => {
    expect(listCases('ctf-malformed')).toEqual([...Object.keys(refused), 'bt-invalid-packet-size'].sort());
  });

  test.each(Object.entries(refused))('%s is refused', (name, message) => {
    const path = corpusPath('ctf-malformed', name, 'trace');
    for (const args of [['info'], ['cat'], ['report', 'events'], ['inspect']]) {
      const { code, out, err } = diatrace([...args, path]);
      expect([args, code, out]).toEqual([args, 1, '']);
      expect(err).toContain(path);
      expect(err).toMatch(message);
    }
  });

  test('a packet of 4096 bytes in a file of 2533 is read up to there', () => {
    const path = corpusPath('ctf-malformed', 'bt-invalid-packet-size', 'trace');
    const info = infoOf(path);
    expect(info.eventCount).toBe(10);
    expect(info.health).toMatchObject([
      { code: 'unused-index', where: 'index/channel0_3.idx' },
      { code: 'truncated-packet', where: 'channel0_3', first: 'packet 0 at byte 0' },
    ]);
    expect(diatrace(['cat', '--json', path]).out.split('\n')).toHaveLength(11);
    expect(diatrace(['cat', '--strict', path]).code).toBe(3);
  });
});
