// The corpus of real traces lies beside the repository. Without it its tests are skipped by name, or, with
// DIATRACE_CORPUS=required, fail.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, type TestContext, test } from 'vitest';

const corpusRoot = join(dirname(dirname(import.meta.dirname)), 'shared', 'corpus');
const skipReason = 'corpus not found at ../shared/corpus';

export const isCorpusPresent = existsSync(corpusRoot);
const isCorpusRequired = process.env['DIATRACE_CORPUS'] === 'required';

/** The absolute path of something in the corpus: `corpusPath('ctf1', 'many-threads', 'trace')`. */
export function corpusPath(...parts: string[]): string {
  return join(corpusRoot, ...parts);
}

/** The folders of one kind, sorted: `listCases('ctf1')`. Empty when there is no corpus. */
export function listCases(folder: string): string[] {
  const path = corpusPath(folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** `describe` for tests that read the corpus; its body does not run without one. */
export function describeCorpus(name: string, define: () => void): void {
  if (isCorpusPresent) {
    describe(name, define);
    return;
  }
  describe(name, () => {
    test('needs the corpus', (context) => requireCorpus(context));
  });
}

/** Skips, or fails where the corpus is required: for a single test outside of describeCorpus. */
export function requireCorpus(context: TestContext): void {
  if (isCorpusPresent) return;
  if (isCorpusRequired) throw new Error(`${skipReason}, and DIATRACE_CORPUS=required`);
  context.skip(skipReason);
}

/** Skips the test with its cause unless the condition holds: `skipUnless(context, hasBabeltrace, 'babeltrace2 is not installed')`. */
export function skipUnless(context: TestContext, condition: boolean, reason: string): void {
  if (!condition) context.skip(reason);
}

/** The text of an expected result; a path that ends in .gz, or whose .gz alone exists, is unpacked. */
export function readExpected(path: string): string {
  const packed = path.endsWith('.gz') ? path : `${path}.gz`;
  if (path !== packed && existsSync(path)) return readFileSync(path, 'utf8');
  return gunzipSync(readFileSync(packed)).toString('utf8');
}

/** The lines of an expected result, without the empty one after the last newline. */
export function readExpectedLines(path: string): string[] {
  const lines = readExpected(path).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
