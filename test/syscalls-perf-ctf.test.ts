// `report syscalls` on the bundled trace, which perf wrote as CTF: its calls put together once more, from the text of
// babeltrace2, in the plainest way: an exit ends the open entry of its thread.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/syscalls/syscalls/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { syscallName } from '../src/vocabulary/syscall-names.ts';
import { skipUnless } from './corpus.ts';

const trace = join(import.meta.dirname, '..', 'examples', 'first-trace');

/** `name → count, errors, total, max`. */
type Statistics = Map<string, [count: number, errors: number, totalNs: number, maxNs: number]>;

function babeltraceText(): string | undefined {
  try {
    return execFileSync('babeltrace2', ['--clock-seconds', trace], { encoding: 'utf8', maxBuffer: 1 << 28 });
  } catch {
    return undefined;
  }
}

function pairCalls(text: string): Statistics {
  const line =
    /^\[(\d+)\.(\d{9})\].* raw_syscalls:sys_(enter|exit): .*perf_tid = (\d+),.* id = (-?\d+)(?:, ret = (-?\d+))?/;
  const open = new Map<string, { name: string; ns: number }>();
  const found: Statistics = new Map();
  for (const match of text.split('\n').map((item) => line.exec(item))) {
    if (match === null) continue;
    const [, seconds, fraction, which, tid, nr, ret] = match;
    const ns = Number(seconds) * 1e9 + Number(fraction);
    if (which === 'enter') {
      open.set(tid!, { name: syscallName('x86_64', Number(nr)), ns });
      continue;
    }
    const begun = open.get(tid!);
    if (begun === undefined) continue;
    open.delete(tid!);
    const [count, errors, total, max] = found.get(begun.name) ?? [0, 0, 0, 0];
    const isFailed = Number(ret) < 0 && Number(ret) >= -4095;
    const duration = ns - begun.ns;
    found.set(begun.name, [
      count + 1,
      errors + (isFailed ? 1 : 0),
      total + duration,
      Math.max(max, duration),
    ]);
  }
  return found;
}

test('the calls of the bundled trace, from the text of babeltrace2', (context) => {
  const text = babeltraceText();
  skipUnless(context, text !== undefined, 'babeltrace2 is not installed');
  const expected = pairCalls(text ?? '');
  const set = openTraces([openNodeInput(trace)]);
  const [result] = runAnalyses(set, [{ analysis }]);
  set.close();
  const { description, cells, rowCount } = result!.answers[0] as Table;
  const at = (id: string) => cells[description.columns.findIndex((column) => column.id === id)]!;
  const found: Statistics = new Map();
  for (let row = 0; row < rowCount; row += 1) {
    const [count, errors, total, max] = ['count', 'errors', 'total', 'max'].map(
      (id) => at(id)[row] as number,
    );
    found.set(at('name')[row] as string, [count!, errors!, total!, max!]);
  }
  expect(expected.size).toBeGreaterThan(10);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});
