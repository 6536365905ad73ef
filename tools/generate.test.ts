import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findStale, generateIndexes } from './generate.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'generate-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('folders that do not exist have no index', async () => {
  expect(await generateIndexes(root)).toEqual([]);
});

test('a folder with a format is in the index, a folder without one is not', async () => {
  write('src/formats/perf-data/format.ts', '');
  write('src/formats/shared/layout.ts', '');
  const [index] = await generateIndexes(root);
  expect(index?.path).toBe('src/formats/index.generated.ts');
  expect(index?.text).toContain("import { format as perfData } from './perf-data/format.ts';");
  expect(index?.text).not.toContain('shared');
});

test('an analysis is listed with its question and its page', async () => {
  const analysis = { id: 'top', family: 'cpu', question: "Who's busy?" };
  write('src/catalogue/cpu/top/analysis.ts', `export const analysis = ${JSON.stringify(analysis)};`);
  write('src/catalogue/cpu/top/README.md', '# Top\n`x` {y}\n');
  write('src/catalogue/README.md', '# What when\n');
  const [index, pages] = await generateIndexes(root);
  expect(index?.text).toContain('question: "Who\'s busy?"');
  expect(index?.text).toContain("import('./cpu/top/analysis.ts')");
  expect(pages?.text).toContain('guide = "# What when\\n"');
  expect(pages?.text).toContain('"top": "# Top\\n`x` {y}\\n"');
});

test('an analysis whose id is not its folder is refused', async () => {
  write(
    'src/catalogue/cpu/top/analysis.ts',
    "export const analysis = { id: 'other', family: 'cpu', question: '' };",
  );
  await expect(generateIndexes(root)).rejects.toThrow('its folder is cpu/top');
});

test('what differs from the disk is stale', async () => {
  write('src/text/own/style.ts', '');
  const generated = await generateIndexes(root);
  expect(findStale(root, generated)).toEqual(['src/text/index.generated.ts']);
  write('src/text/index.generated.ts', generated[0]!.text);
  expect(findStale(root, generated)).toEqual([]);
});
