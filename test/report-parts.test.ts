// `report --refresh`, and traces of several hosts: several answers, one after the other.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AnalysisResult, fromJson, type Table } from '../src/results/index.ts';
import { diatrace, exampleTrace } from './run-cli.ts';

function resultsOf(...args: readonly string[]): readonly AnalysisResult[] {
  const ran = diatrace(['report', ...args, '--json']);
  expect(ran.err).toBe('');
  expect(ran.code).toBe(0);
  return ran.out.trimEnd().split('\n').map(fromJson);
}

/** The sum of a column of the first answer. */
function sumOf({ answers }: AnalysisResult, id: string): number {
  const table = answers[0] as Table;
  const at = table.description.columns.findIndex((column) => column.id === id);
  return table.cells[at]!.reduce<number>((sum, cell) => sum + Number(cell ?? 0), 0);
}

const whole = (...args: readonly string[]) => fromJson(diatrace(['report', ...args, '--json']).out);

test('--refresh: the answers of all intervals are together that of the whole', () => {
  const cpus = resultsOf('cpu-usage', '--as', 'cpus', '--refresh', '10ms', exampleTrace);
  expect(cpus.length).toBe(24);
  const all = whole('cpu-usage', '--as', 'cpus', exampleTrace);
  for (const id of ['busy', 'idle', 'unknown'])
    expect(cpus.reduce((sum, result) => sum + sumOf(result, id), 0)).toBe(sumOf(all, id));
  cpus.slice(1).forEach(({ timeRange }, index) => {
    expect(timeRange.beginNs).toBe(cpus[index]!.timeRange.endNs);
  });
  for (const { timeRange, answers } of cpus) {
    const [table] = answers as readonly Table[];
    const durationNs = Number(timeRange.endNs! - timeRange.beginNs!);
    expect(table!.cells[0]).toEqual([0, 1]);
    for (let row = 0; row < 2; row += 1)
      expect(['busy', 'idle', 'unknown'].reduce((sum, id) => sum + cellOf(table!, id, row), 0)).toBe(
        durationNs,
      );
  }
  const calls = resultsOf('syscalls', '--refresh', '50ms', exampleTrace);
  expect(calls.map((result) => sumOf(result, 'count')).reduce((a, b) => a + b)).toBe(
    sumOf(whole('syscalls', exampleTrace), 'count'),
  );
});

function cellOf(table: Table, id: string, row: number): number {
  return Number(table.cells[table.description.columns.findIndex((column) => column.id === id)]![row]);
}

test('--refresh for people and as CSV', () => {
  const text = diatrace(['report', 'syscalls', '--refresh', '100ms', '--limit', '3', exampleTrace]);
  expect(text.out.match(/^System calls by call$/gm)?.length).toBe(3);
  expect(text.out).toContain('998.306 – 998.406 s (100 ms)');
  const csv = diatrace(['report', 'syscalls', '--refresh', '100ms', '--csv', exampleTrace]);
  expect(csv.out.split('\n\n').map((part) => part.split(',')[0])).toEqual(['name', 'name', 'name']);
});

test('--refresh is a duration', () => {
  expect(diatrace(['report', 'syscalls', '--refresh', '1', exampleTrace])).toMatchObject({
    code: 2,
    out: '',
  });
  const tooMany = diatrace([
    'report',
    'cpu-usage',
    '--refresh',
    '1us',
    '--as',
    'cpus',
    '-o',
    '/dev/null',
    exampleTrace,
  ]);
  expect([tooMany.code, tooMany.err]).toEqual([2, expect.stringContaining('more than 100000 answers')]);
});

test('two hosts: each, and both together', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-hosts-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  const other = join(folder, 'other');
  cpSync(exampleTrace, other, { recursive: true });
  const metadata = readFileSync(join(other, 'metadata'), 'latin1');
  writeFileSync(join(other, 'metadata'), metadata.replace('"vm"', '"ab"'), 'latin1');
  const results = resultsOf('syscalls', exampleTrace, other);
  expect(results.map(({ host }) => host)).toEqual(['vm', 'ab', undefined]);
  const counts = results.map((result) => sumOf(result, 'count'));
  expect(counts[1]).toBe(counts[0]);
  expect(counts[2]).toBe(2 * counts[0]!);
  const { out } = diatrace(['report', 'syscalls', '--limit', '2', exampleTrace, other]);
  expect(out).toContain('host vm: ');
  expect(out.match(/^Total/gm)?.length).toBe(3);
  const picture = diatrace(['report', 'syscalls', '--svg', exampleTrace, other]);
  expect([picture.code, picture.out]).toEqual([2, '']);
  expect(picture.err).toContain('--svg is one picture, and there are 3 answers: vm, ab, all');
});

test('--svg is one picture', () => {
  const picture = diatrace(['report', 'syscalls', '--as', 'dist,heatmap', '--svg', exampleTrace]);
  expect(picture.code).toBe(0);
  expect(picture.out).toMatch(/^<svg .*System calls by duration.*System calls by time.*<\/svg>\n$/s);
  for (const other of [['--json'], ['--refresh', '10ms']]) {
    const refused = diatrace(['report', 'syscalls', '--svg', ...other, exampleTrace]);
    expect([refused.code, refused.out]).toEqual([2, '']);
  }
});
