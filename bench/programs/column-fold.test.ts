import { expect, test } from 'vitest';
import type { ClassBatch } from '../../src/events/batch.ts';
import { type Column, makeColumn, type NumberColumn, type TextColumn } from '../../src/events/columns.ts';
import { ClassFold } from './column-fold.ts';
import { placeIn, type SumPlace } from './value-sums.ts';

const numberType = { kind: 'integer', sizeBits: 32, alignmentBits: 8, isSigned: false } as never;

function numbers(values: Uint32Array): NumberColumn {
  return { kind: 'number', type: numberType, count: values.length, values };
}

function texts(list: readonly string[], filler: number): TextColumn {
  const encoded = list.map((text) => new TextEncoder().encode(text));
  const starts: number[] = [];
  const bytes: number[] = [];
  for (const each of encoded) {
    bytes.push(filler);
    starts.push(bytes.length);
    bytes.push(...each);
  }
  return {
    ...(makeColumn({ kind: 'string', alignmentBits: 8 }) as TextColumn),
    count: list.length,
    starts: Uint32Array.from(starts),
    lengths: Uint32Array.from(encoded, ({ length }) => length),
    bytes: Uint8Array.from([...bytes, ...new Array<number>(40).fill(filler)]),
    used: bytes.length,
  };
}

function batchOf(members: readonly Column[], count: number): ClassBatch {
  const struct = { kind: 'struct', count, names: members.map((_, index) => `f${index}`), members } as const;
  const timeNs = Float64Array.from({ length: count }, (_, row) => row * 1000);
  return {
    eventClass: {} as never,
    count,
    timeNs,
    cpu: new Int32Array(count),
    scopes: new Map([['payload', struct]]),
  };
}

function totalOf(columns: readonly Column[], count: number, place?: SumPlace): number {
  const fold = new ClassFold();
  fold.fold(place, batchOf(columns, count));
  return fold.total;
}

test('a sum does not depend on where batches end', () => {
  const values = Uint32Array.from({ length: 37 }, (_, index) => index * 0x01000193);
  const words = Array.from({ length: 37 }, (_, index) => 'abcdefghij'.repeat(4).slice(0, index));
  const sums = [37, 1, 5, 36].map((first) => {
    const fold = new ClassFold();
    for (const [from, to] of [
      [0, first],
      [first, 37],
    ] as const) {
      const batch = batchOf([numbers(values.slice(from, to)), texts(words.slice(from, to), 1)], to - from);
      batch.timeNs = batch.timeNs.map((timeNs) => timeNs + from * 1000);
      fold.fold(undefined, batch);
    }
    return fold.total;
  });
  expect(new Set(sums).size).toBe(1);
});

test('every bit of every value counts, and where it is', () => {
  const values = Uint32Array.of(3, 1, 4, 1, 5);
  const sum = totalOf([numbers(values)], 5);
  for (let row = 0; row < 5; row++) {
    for (let bit = 0; bit < 32; bit++) {
      const other = values.slice();
      other[row] = (other[row] as number) ^ (1 << bit);
      expect(totalOf([numbers(other)], 5)).not.toBe(sum);
    }
  }
  expect(totalOf([numbers(Uint32Array.of(1, 3, 4, 1, 5))], 5)).not.toBe(sum);
});

test('a text counts with its length and every byte, whatever lies around it', () => {
  for (let length = 0; length <= 70; length++) {
    const text = 'abcdefghij'.repeat(7).slice(0, length);
    const sum = totalOf([texts([text, 'x'], 0)], 2);
    expect(totalOf([texts([text, 'x'], 0x7a)], 2)).toBe(sum);
    expect(totalOf([texts([`${text}y`, 'x'], 0)], 2)).not.toBe(sum);
    for (let index = 0; index < length; index++) {
      const flipped = String.fromCharCode(text.charCodeAt(index) ^ 1);
      const other = text.slice(0, index) + flipped + text.slice(index + 1);
      expect(totalOf([texts([other, 'x'], 0)], 2)).not.toBe(sum);
    }
  }
});

test('columns in the memory of generated code give the same sum as columns elsewhere', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const outside = texts(['a', 'lttng-consumerd', 'longer than sixteen bytes', ''], 7);
  const inside: TextColumn = {
    ...outside,
    starts: new Uint32Array(memory.buffer, 1024, 4),
    lengths: new Uint32Array(memory.buffer, 2048, 4),
    bytes: new Uint8Array(memory.buffer),
  };
  inside.starts.set(outside.starts.map((start) => start + 4096));
  inside.lengths.set(outside.lengths);
  inside.bytes.set(outside.bytes, 4096);
  expect(totalOf([inside], 4, placeIn(memory))).toBe(totalOf([outside], 4));
});
