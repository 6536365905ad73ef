import { expect, test } from 'vitest';
import { endOf, type Mapping, Mappings } from './mappings.ts';

function mapping(start: number, end: number, file: string): Mapping {
  return { start: BigInt(start), end: BigInt(end), shift: 0n, file };
}

/** Which file is at each address from 0 to 9. */
function filesOf(mappings: Mappings, pid = 1): string {
  return Array.from({ length: 10 }, (_, at) => mappings.find(pid, BigInt(at))?.file ?? '.').join('');
}

test('a mapping replaces what it covers', () => {
  const mappings = new Mappings();
  const steps: [Mapping, string][] = [
    [mapping(1, 5, 'a'), '.aaaa.....'],
    [mapping(6, 9, 'b'), '.aaaa.bbb.'],
    [mapping(4, 7, 'c'), '.aaacccbb.'],
    [mapping(5, 6, 'd'), '.aaacdcbb.'],
    [mapping(0, 10, 'e'), 'eeeeeeeeee'],
    [mapping(3, 3, 'f'), 'eeeeeeeeee'],
    [mapping(0, 2, 'g'), 'ggeeeeeeee'],
    [mapping(9, 10, 'h'), 'ggeeeeeeeh'],
  ];
  for (const [one, expected] of steps) {
    mappings.map(1, one);
    expect(filesOf(mappings)).toBe(expected);
  }
  expect(filesOf(mappings, 2)).toBe('..........');
});

test('a new process has its parent’s, and its own from then on', () => {
  const mappings = new Mappings();
  mappings.map(1, mapping(0, 4, 'a'));
  mappings.fork(2, 1);
  mappings.map(2, mapping(2, 6, 'b'));
  mappings.fork(1, 1);
  expect([filesOf(mappings, 1), filesOf(mappings, 2)]).toEqual(['aaaa......', 'aabbbb....']);
  mappings.fork(2, 3);
  expect(filesOf(mappings, 2)).toBe('..........');
});

test('what would end behind the last address ends there', () => {
  expect(endOf(0xffffffff81000000n, 0xffffffff81000000n)).toBe(0xffff_ffff_ffff_ffffn);
  expect(endOf(16n, 16n)).toBe(32n);
});
