// A whole reading as one number a stream: every time, every value, every byte of text.
import type { EventBatch } from '../../src/events/batch.ts';
import type { Column } from '../../src/events/columns.ts';
import { mergeStreams } from '../../src/events/merge.ts';
import type { Selection } from '../../src/events/selection.ts';
import type { TraceSet } from '../../src/events/trace-set.ts';

/** FNV-1a over 32-bit words, with the high bits folded in. */
export class Hash {
  value = 0x811c9dc5 | 0;

  word(word: number): void {
    const mixed = Math.imul(this.value ^ word, 0x01000193);
    this.value = mixed ^ (mixed >>> 15);
  }

  double(value: number): void {
    // Which of the many NaNs it is may change with every copy.
    doubles[0] = Number.isNaN(value) ? Number.NaN : value;
    this.word(words[0]!);
    this.word(words[1]!);
  }

  long(value: bigint): void {
    longs[0] = BigInt.asUintN(64, value);
    this.word(words[0]!);
    this.word(words[1]!);
  }

  bytes(bytes: Uint8Array): void {
    this.word(bytes.length);
    for (const byte of bytes) this.word(byte);
  }

  text(text: string): void {
    for (let index = 0; index < text.length; index++) this.word(text.charCodeAt(index));
    this.word(-1);
  }
}

const shared = new ArrayBuffer(8);
const doubles = new Float64Array(shared);
const longs = new BigUint64Array(shared);
const words = new Int32Array(shared);

/** What was read of one stream: after each record, the hash of all up to it. */
export interface StreamDigest {
  readonly name: string;
  readonly trace: number;
  readonly hashes: readonly number[];
}

export interface Digest {
  readonly streams: readonly StreamDigest[];
  readonly count: number;
  /** Of the order between streams, and of the health. */
  readonly order: number;
  readonly health: string;
  /** Relative to the set's origin, of records that have a time. */
  readonly beginNs: number;
  readonly endNs: number;
}

export function selectionOfAll(set: TraceSet): Selection {
  return {
    classes: new Map(set.classes.map((eventClass) => [eventClass.index, 'all'])),
    cycles: true,
    packets: true,
  };
}

/** Reads everything: all fields of events and packets, in the order of time. */
export function readDigest(set: TraceSet, selection: Selection = selectionOfAll(set)): Digest {
  const streams = set.read(selection);
  const digests = new Map<number, StreamDigest & { hash: Hash; hashes: number[]; isAfterGap: boolean }>();
  for (const { index, name, trace } of streams)
    digests.set(index, { name, trace, hash: new Hash(), hashes: [], isAfterGap: false });
  const order = new Hash();
  let count = 0;
  let beginNs = Number.POSITIVE_INFINITY;
  let endNs = Number.NEGATIVE_INFINITY;
  mergeStreams(streams, (batch, from, to) => {
    const digest = digests.get(batch.stream.index);
    if (digest === undefined) throw new Error('a batch is of a stream that was opened');
    for (let position = from; position < to; position++) {
      const timeNs = batch.timeNs[position]!;
      if (timeNs < beginNs) beginNs = timeNs;
      if (timeNs > endNs) endNs = timeNs;
      if (digest.isAfterGap || batch.gaps.includes(position)) digest.hash.word(-3);
      digest.isAfterGap = false;
      hashRecord(digest.hash, set, batch, position);
      digest.hashes.push(digest.hash.value);
      order.word(batch.stream.index);
    }
    digest.isAfterGap = to === batch.count && batch.gaps.includes(to);
    count += to - from;
    return true;
  });
  return {
    streams: [...digests.values()].map(({ name, trace, hashes }) => ({ name, trace, hashes })),
    count,
    order: order.value,
    health: describeHealth(set),
    beginNs,
    endNs,
  };
}

export function describeHealth(set: TraceSet): string {
  const { notes } = set.health();
  return notes
    .map(({ kind, where, count, first, detail }) => `${kind.code} ${count} ${where} ${first} ${detail}`)
    .sort()
    .join('\n');
}

function hashRecord(hash: Hash, set: TraceSet, batch: EventBatch, position: number): void {
  const timeNs = batch.timeNs[position]!;
  // Times do not depend on the origin, which other streams decide.
  if (Number.isNaN(timeNs)) hash.word(-2);
  else hash.long(set.originNs + BigInt(timeNs));
  if (batch.cycles !== undefined) hash.long(batch.cycles[position]!);
  const classIndex = batch.classIndex[position]!;
  const classBatch = batch.classes.get(classIndex);
  if (classBatch === undefined) throw new Error('a record has a class batch');
  const row = batch.row[position]!;
  if (row >= classBatch.count) throw new Error(`row ${row} of ${classBatch.count}`);
  hash.text(classBatch.eventClass.name);
  hash.word(classBatch.cpu[row]!);
  for (const column of classBatch.scopes.values()) hashValue(hash, column, row);
  const packetRow = batch.packetRow[position]!;
  if (packetRow !== 0xffffffff)
    for (const column of batch.packets?.values() ?? []) hashValue(hash, column, packetRow);
}

function hashValue(hash: Hash, column: Column, row: number): void {
  if (row >= column.count) throw new Error(`row ${row} of a ${column.kind} column of ${column.count}`);
  switch (column.kind) {
    case 'number':
      hash.double(column.values[row]!);
      break;
    case 'bigint':
      hash.long(column.values[row]!);
      break;
    case 'text': {
      const start = column.starts[row]!;
      hash.bytes(column.bytes.subarray(start, start + column.lengths[row]!));
      break;
    }
    case 'struct':
      for (const member of column.members) hashValue(hash, member, row);
      break;
    case 'list': {
      const end = column.starts[row + 1]!;
      hash.word(end - column.starts[row]!);
      for (let index = column.starts[row]!; index < end; index++) hashValue(hash, column.element, index);
      break;
    }
    case 'variant':
      hash.word(column.option[row]!);
      hashValue(hash, column.options[column.option[row]!]!, column.row[row]!);
      break;
  }
}
