// Collects what `npm test` says at its end: the counts, and each distinct reason of a skip once.
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** How many tests were skipped for a reason. */
  readonly skipReasons: Readonly<Record<string, number>>;
}

/** Counts tests; a file that could not be loaded is one failure. */
export function summarize(modules: readonly TestModule[], unhandledErrorCount: number): TestSummary {
  let passed = 0;
  let failed = unhandledErrorCount;
  let skipped = 0;
  const skipReasons: Record<string, number> = {};
  for (const module of modules) {
    if (module.errors().length > 0) failed += 1;
    for (const testCase of module.children.allTests()) {
      const result = testCase.result();
      if (result.state === 'passed') passed += 1;
      else if (result.state === 'failed') failed += 1;
      else {
        skipped += 1;
        const note = result.state === 'skipped' ? result.note : undefined;
        const reason = note ?? `${testCase.fullName} gives no reason`;
        skipReasons[reason] = (skipReasons[reason] ?? 0) + 1;
      }
    }
  }
  return { passed, failed, skipped, skipReasons };
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const summary = summarize(modules, unhandledErrors.length);
    for (const [reason, count] of Object.entries(summary.skipReasons)) {
      process.stdout.write(`${reason}: ${count} ${count === 1 ? 'test' : 'tests'} skipped\n`);
    }
    const path = process.env['DIATRACE_TEST_SUMMARY'];
    if (path !== undefined) writeFileSync(path, JSON.stringify(summary));
  }
}
