// The one command that checks everything: format, lint, types, imports, indexes, documents, words, build, tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestSummary } from '../test/reporter/summary.ts';
import { root } from './tracked-files.ts';

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  readonly fix?: string;
}

const modules = 'node_modules';
const steps: readonly Step[] = [
  { name: 'generated indexes', args: ['tools/generate.ts', '--check'], fix: 'npm run generate' },
  {
    name: 'format and lint',
    args: [`${modules}/@biomejs/biome/bin/biome`, 'check', '--error-on-warnings', '.'],
    fix: 'npm run format',
  },
  { name: 'types', args: [`${modules}/typescript/bin/tsc`, '--noEmit', '-p', '.'] },
  { name: 'imports', args: ['tools/check-imports.ts'] },
  { name: 'documents', args: ['tools/check-docs.ts'] },
  { name: 'words', args: ['tools/check-words.ts'] },
  { name: 'build', args: ['tools/build.mjs', '--force'] },
];

/** Runs one step; its output is shown when it fails. */
function passes({ name, args, fix }: Step): boolean {
  const startedMs = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const ok = status === 0;
  process.stdout.write(`${ok ? 'ok' : 'FAILED'}  ${name} (${seconds} s)\n`);
  if (!ok) process.stdout.write(`${stdout}${stderr}${fix === undefined ? '' : `Try: ${fix}\n`}`);
  return ok;
}

/** Runs the tests with this terminal; undefined when the runner died before it could count. */
function runTests(filters: readonly string[]): TestSummary | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-test-'));
  const summaryPath = join(folder, 'summary.json');
  try {
    const args = [`${modules}/vitest/vitest.mjs`, 'run', ...filters];
    const env = { ...process.env, DIATRACE_TEST_SUMMARY: summaryPath };
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
    if (!existsSync(summaryPath)) return undefined;
    const summary: TestSummary = JSON.parse(readFileSync(summaryPath, 'utf8'));
    const isUncounted = status !== 0 && summary.failed === 0;
    return isUncounted ? { ...summary, failed: 1 } : summary;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All checks go on after one fails, so that one run says everything; each counts as one in the last line. */
function checkEverything(filters: readonly string[]): boolean {
  const failedSteps = steps.filter((step) => !passes(step));
  const tests = runTests(filters) ?? { passed: 0, failed: 1, skipped: 0 };
  if (failedSteps.length > 0)
    process.stdout.write(`Checks that failed: ${failedSteps.map(({ name }) => name).join(', ')}\n`);
  const passed = steps.length - failedSteps.length + tests.passed;
  const failed = failedSteps.length + tests.failed;
  process.stdout.write(`${passed} passed, ${failed} failed, ${tests.skipped} skipped\n`);
  return failed === 0;
}

process.exitCode = checkEverything(process.argv.slice(2)) ? 0 : 1;
