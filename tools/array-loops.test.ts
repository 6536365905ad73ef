import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withCountedLoops } from './array-loops.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'array-loops-'));
  mkdirSync(join(folder, 'src'));
  const compilerOptions = { target: 'ES2023', strict: true, types: [] };
  writeFileSync(join(folder, 'tsconfig.build.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
});

afterEach(() => rmSync(folder, { recursive: true }));

function rewritten(source: string): string | undefined {
  const path = join(folder, 'src', 'source.ts');
  writeFileSync(path, source);
  return withCountedLoops(folder).get(path);
}

test('a loop over an array counts', () => {
  const source =
    'export function sum(list: readonly number[]) {\n  let sum = 0;\n  for (const each of list) {\n    sum += each;\n  }\n}';
  expect(rewritten(source)).toBe(
    source.replace(
      '(const each of list) {',
      '(let $list0 = (list), $at0 = 0; $at0 < $list0.length; $at0++) {const each = $list0[$at0];',
    ),
  );
});

test('loops within loops, of statements without blocks and of tuples', () => {
  const source = 'declare const pairs: [number, string[]][];\nexport const all: string[] = [];\n';
  const loops = 'for (const [, words] of pairs) for (const word of words) all.push(word);\n';
  expect(rewritten(source + loops)).toBe(
    `${source}for (let $list0 = (pairs), $at0 = 0; $at0 < $list0.length; $at0++) {const [, words] = $list0[$at0];for (let $list1 = (words), $at1 = 0; $at1 < $list1.length; $at1++) {const word = $list1[$at1];all.push(word);}}\n`,
  );
});

test('loops over what is no array, or not known to be one, stay', () => {
  const given = 'declare const map: Map<number, number>, some: Iterable<number>, text: string, any: any;\n';
  const loops = ['map', 'map.values()', 'some', 'text', 'any', '[1].entries()'].map(
    (each) => `for (const each of ${each}) console.log(each);\n`,
  );
  expect(
    rewritten(`${given}declare const console: { log(what: unknown): void };\n${loops.join('')}export {};`),
  ).toBe(undefined);
});

test('what is rewritten does the same where the array grows, and where a loop is left early', () => {
  const source = rewritten(
    'export const run = (list: number[]) => {\n  const seen: number[] = [];\n  outer: for (const a of list) {\n    if (a === 1) list.push(4);\n    if (a === 2) continue;\n    for (const b of [a, 10, 11]) if (b === 10) continue outer; else seen.push(b);\n  }\n  return seen;\n};',
  );
  const script = (source as string)
    .replace('export const run = (list: number[])', '(list)')
    .replaceAll(': number[]', '');
  const run = new Script(script).runInThisContext() as (list: number[]) => number[];
  expect(run([1, 2, 3])).toEqual([1, 3, 4]);
});
