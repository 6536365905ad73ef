// Pages that known-pages.c has the kernel give it: 503 small ones and 5 huge ones, beside what perf script prints of the same events.
import { expect, test } from 'vitest';
import { analysis as pages } from '../src/catalogue/memory/page-allocations/analysis.ts';
import { analysis as syscalls } from '../src/catalogue/syscalls/syscalls/analysis.ts';
import type { AnalysisScope } from '../src/pipeline/run.ts';
import { skipUnless } from './corpus.ts';
import { perfText, rowsIn } from './known-recordings.ts';

const recording = 'perf-pages';

/** From the end of one call to the beginning of another, each of the last two of its kind. */
function between(from: string, fromAt: number, to: string, toAt: number): AnalysisScope {
  const log = rowsIn(recording, syscalls, { view: 'log', options: { limit: '0' } });
  const call = (wanted: string, at: number) => log.filter(({ name }) => name === wanted).slice(-2)[at]!;
  const first = call(from, fromAt);
  return {
    beginNs: (first['begin'] as bigint) + BigInt(first['duration'] as number),
    endNs: call(to, toAt)['begin'] as bigint,
  };
}

function byOrder(scope: AnalysisScope) {
  const rows = rowsIn(recording, pages, { options: { by: 'order' }, scope });
  return Object.fromEntries(rows.map(({ order, allocations, frees }) => [`${order}`, [allocations, frees]]));
}

test('503 pages and the table that points to them', () => {
  expect(byOrder(between('madvise', 1, 'munmap', 0))).toEqual({ 0: [504, 0] });
});

test('5 huge pages, each with a table for the day when it is split, and one above them', () => {
  expect(byOrder(between('munmap', 0, 'munmap', 1))['9']).toEqual([5, 0]);
});

test('perf script counts the same', (context) => {
  const text = perfText(recording, 'script', '-F', 'event,trace');
  skipUnless(context, text !== undefined, 'perf is not installed');
  const countOf = (event: string, order: number) =>
    [...text!.matchAll(new RegExp(`kmem:mm_page_${event}: .*\\border=${order}\\b`, 'g'))].length;
  expect(byOrder({})).toEqual({
    0: [countOf('alloc', 0), countOf('free', 0)],
    9: [countOf('alloc', 9), countOf('free', 9)],
  });
  const [total] = rowsIn(recording, pages, { options: { by: 'process' } });
  expect(total).toMatchObject({
    allocated: countOf('alloc', 0) + 512 * countOf('alloc', 9),
    freed: countOf('free', 0) + 512 * countOf('free', 9),
  });
});
