import { expect, test } from 'vitest';
import { checkImports, debt, debtCountMax, parseImports, placeOf, type SourceFile } from './check-imports.ts';

function file(path: string, ...specifiers: string[]): SourceFile {
  return { path, imports: specifiers.map((specifier) => ({ specifier, typeOnly: false })) };
}

test('imports are read from statements, re-exports and dynamic imports, not from comments', () => {
  const text = [
    "import { a,\n  b } from './a.ts';",
    "import type { C } from './c.ts';",
    "export * from './d.ts';",
    "import './e.ts';",
    "// import './no.ts';",
    "const load = () => import('./f.ts');",
  ].join('\n');
  expect(parseImports(text)).toEqual([
    { specifier: './a.ts', typeOnly: false },
    { specifier: './c.ts', typeOnly: true },
    { specifier: './d.ts', typeOnly: false },
    { specifier: './e.ts', typeOnly: false },
    { specifier: './f.ts', typeOnly: false },
  ]);
});

test('a file has a floor and a unit', () => {
  expect(placeOf('formats/ctf/format.ts')).toEqual({ floor: 3, unit: 'formats/ctf', top: 'formats' });
  expect(placeOf('formats/index.generated.ts')).toEqual({
    floor: 3,
    unit: 'formats/(index)',
    top: 'formats',
  });
  expect(placeOf('catalogue/cpu/top/analysis.ts')?.unit).toBe('catalogue/cpu/top');
  expect(placeOf('bytes/deep/er/cursor.ts')?.unit).toBe('bytes');
  expect(placeOf('elsewhere/x.ts')).toBeUndefined();
});

test('what keeps to the rule passes', () => {
  const files = [
    file('formats/ctf/format.ts', './packet.ts', '../../events/batch.ts', '../../bytes/cursor.ts'),
    file('formats/index.generated.ts', './ctf/format.ts', './perf-data/format.ts'),
    file('formats/ctf/format.test.ts', 'vitest', 'node:fs', '../../../test/corpus.ts'),
    file('cli/main.ts', 'commander', 'node:process', '../pipeline/run.ts'),
    file('index.ts', './pipeline/run.ts'),
  ];
  expect(checkImports(files)).toEqual([]);
});

test.each([
  ['a floor above', file('events/batch.ts', '../kernel/cpus.ts'), /floor above \(3\)/],
  ['its own floor', file('events/batch.ts', '../debug-info/elf.ts'), /its own floor/],
  ['a sister format', file('formats/ctf/format.ts', '../perf-data/format.ts'), /its own floor/],
  ['the index of its own floor', file('formats/ctf/format.ts', '../index.generated.ts'), /its own floor/],
  ['node where a browser runs', file('kernel/cpus.ts', 'node:fs'), /browser/],
  ['a package', file('kernel/cpus.ts', 'commander'), /package commander/],
  ['a test helper outside a test', file('kernel/cpus.ts', '../../test/corpus.ts'), /outside src/],
  ['a folder that nobody knows', file('utils/x.ts', '../bytes/cursor.ts'), /no floor/],
])('importing %s is a problem', (_what, bad, message) => {
  const problems = checkImports([bad]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(message);
});

test('node:* is found behind a platform file', () => {
  const files = [
    file('formats/ctf/format.ts', '../../platform/sources.ts'),
    file('platform/sources.ts', './node-files.ts'),
    file('platform/node-files.ts', 'node:fs'),
  ];
  expect(checkImports(files)).toEqual([
    'src/formats/ctf/format.ts imports src/platform/sources.ts, which brings node:fs along (src/platform/node-files.ts).',
  ]);
});

test('the debt list does not grow', () => {
  expect(debt.length).toBeLessThanOrEqual(debtCountMax);
});
