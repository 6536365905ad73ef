/** Metadata with characters flipped, cut out, repeated and mixed gives a trace class or a TraceError, soon. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TraceError } from '../../../bytes/trace-error.ts';
import { metadataText } from '../metadata-packets.ts';
import { parseTsdl } from './parse-tsdl.ts';

const folder = join(import.meta.dirname, 'cases');
const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));

/** The same numbers in every run: a linear congruential generator, the constants of Numerical Recipes. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function damage(text: string, random: (below: number) => number): string {
  const at = random(text.length);
  const length = random(random(2) === 0 ? 4 : 80);
  const piece = text.slice(at, at + length);
  const other = texts[random(texts.length)]!;
  const from = random(other.length);
  switch (random(5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + piece.repeat(1 + random(50)) + text.slice(at);
    case 2:
      return text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
    case 3:
      return text.slice(0, at) + other.slice(from, from + length) + text.slice(at + length);
    default:
      return text.slice(0, at);
  }
}

test('damaged text', () => {
  const random = numbersFrom(1);
  let refused = 0;
  const rounds = 6000;
  for (let round = 0; round < rounds; round++) {
    let text = texts[round % texts.length]!;
    for (let times = random(4); times >= 0; times--) text = damage(text, random);
    try {
      parseTsdl(text, 'metadata');
    } catch (error) {
      if (!(error instanceof TraceError)) throw new Error(`round ${round}: ${text}`, { cause: error });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(rounds / 4);
  expect(refused).toBeLessThan(rounds);
});

test('damaged packets', () => {
  const random = numbersFrom(2);
  const header = [
    0x57,
    0x1d,
    0xd1,
    0x75,
    ...new Array(20).fill(7),
    0x38,
    1,
    0,
    0,
    0x40,
    1,
    0,
    0,
    0,
    0,
    0,
    1,
    8,
  ];
  const packet = [...header, 0x61, 0x62, 0];
  for (let round = 0; round < 5000; round++) {
    const bytes = Uint8Array.from([...packet, ...packet, ...packet]);
    for (let times = random(3); times >= 0; times--) bytes[random(bytes.length)] = random(256);
    try {
      metadataText(bytes.subarray(0, random(bytes.length + 1)), 'metadata');
    } catch (error) {
      expect(error).toBeInstanceOf(TraceError);
    }
  }
});
