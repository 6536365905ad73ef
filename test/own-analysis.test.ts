// `--analysis FILE`: an analysis that is not a part of diatrace, in a folder that knows nothing of it.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fromJson, type Table } from '../src/results/index.ts';
import { diatrace, exampleTrace, root, shell } from './run-cli.ts';

const folder = join(root, 'examples', 'analyses', 'slow-opens');

function elsewhere(): string {
  const path = mkdtempSync(join(tmpdir(), 'diatrace-own-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('its page shows what it prints', () => {
  const page = readFileSync(join(folder, 'README.md'), 'utf8');
  const [, command, output] = /```console\n\$ (.*)\n([\s\S]*?)```/.exec(page)!;
  expect(shell(`COLUMNS=80 NO_COLOR=1 ${command}`).out).toBe(output);
});

test('report, list and explain know it, wherever it lies', () => {
  const cwd = elsewhere();
  copyFileSync(join(folder, 'analysis.js'), join(cwd, 'mine.mjs'));
  const own = (...args: readonly string[]) => diatrace([...args, '--analysis', 'mine.mjs'], { cwd });
  const ran = own('report', 'slow-opens', exampleTrace, '--slower', '30us', '--json');
  expect([ran.err, ran.code]).toEqual(['', 0]);
  const result = fromJson(ran.out);
  const table = result.answers[0] as Table;
  const log = diatrace(['report', 'syscalls', '--as', 'log', '--slower', '30us', '--csv', exampleTrace]).out;
  const [head, ...calls] = log
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const at = (id: string) => head!.indexOf(id);
  const opens = calls.filter((call) => call[at('name')] === 'openat');
  expect(opens.length).toBeGreaterThan(2);
  expect(new Set(table.cells[1])).toEqual(new Set(opens.map((call) => Number(call[at('tid')]))));
  expect(own('report', 'slow-opens', '--as', 'top', '--limit', '1', exampleTrace).out).toContain('38.231');
  expect(own('list').out).toMatch(/^files:\n {2}slow-opens +Who waits/m);
  expect(own('explain', 'slow-opens').out).toContain('# Slow opens');
  expect(own('lami', 'slow-opens', '--metadata').out).toContain('Opened files by thread');
  expect(own('help', 'report', 'slow-opens').out).toContain('--slower');
  expect(diatrace(['explain', 'slow-opens', '--analysis', join(folder, 'analysis.js')]).out).toContain(
    '## How it is written',
  );
  expect(diatrace(['report', 'slow-opens', exampleTrace]).code).toBe(2);
});

test('it counts as an analysis of diatrace does', () => {
  const file = join(folder, 'analysis.js');
  const sum = (text: string, column: number) =>
    text
      .trim()
      .split('\n')
      .slice(1)
      .reduce((total, line) => total + Number(line.split(',')[column]), 0);
  const own = diatrace(['report', 'slow-opens', '--analysis', file, '--csv', exampleTrace]).out;
  const ours = diatrace(['report', 'syscalls', '--csv', exampleTrace]).out;
  const opens = ours.split('\n').filter((line) => /^(name|open|openat|creat),/.test(line));
  expect([sum(own, 2), sum(own, 4)]).toEqual([sum(opens.join('\n'), 1), sum(opens.join('\n'), 3)]);
});

test.each([
  ['', 'it exports no analysis'],
  ['export const analysis = { id: "x" };', 'its analysis has no family'],
  ['import { nothing } from "diatrace/analysis";', 'cannot be loaded: SyntaxError'],
  ['export const analysis = ;', 'cannot be loaded: SyntaxError'],
  ['throw new Error("no");', 'cannot be loaded: Error: no'],
])('%j is refused', (text, message) => {
  const cwd = elsewhere();
  writeFileSync(join(cwd, 'a.mjs'), text);
  const ran = diatrace(['list', '--analysis', 'a.mjs'], { cwd });
  expect([ran.code, ran.out]).toEqual([2, '']);
  expect(ran.err).toContain(message);
});

test('what it throws is its own, and its id is new', () => {
  const cwd = elsewhere();
  const text = readFileSync(join(folder, 'analysis.js'), 'utf8');
  writeFileSync(join(cwd, 'a.mjs'), text.replace('const durationNs = call', 'const durationNs = cal'));
  const ran = diatrace(['report', 'slow-opens', '--analysis=a.mjs', exampleTrace], { cwd });
  expect([ran.code, ran.out]).toEqual([1, '']);
  expect(ran.err).toContain('--analysis a.mjs failed: ReferenceError: cal is not defined');
  writeFileSync(join(cwd, 'b.mjs'), text.replace("id: 'slow-opens'", "id: 'syscalls'"));
  expect(diatrace(['list', '--analysis', 'b.mjs'], { cwd }).err).toContain('analysis "syscalls" already');
  expect(diatrace(['list', '--analysis', 'c.mjs'], { cwd }).err).toContain('no such file');
});
