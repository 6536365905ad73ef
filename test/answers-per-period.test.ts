// Answers for each period (`--period` of analyses that do not measure periods) beside lttng-analyses (Debian: python3-lttnganalyses 0.6.1), whose
// programs are run with the same definition. What had not ended when the trace ended has an answer there too; here it has none.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type JsonObject, type JsonValue, readJson } from '../src/results/json-text.ts';
import { corpusPath, requireCorpus, skipUnless } from './corpus.ts';
import { diatrace, exampleTrace } from './run-cli.ts';

const python = '/usr/bin/python3';
const hasPeer = spawnSync(python, ['-c', 'import lttnganalyses.cli.sched']).status === 0;

const trace = ['ctf1', 'bug446190', 'trace'] as const;
/** CPU 0 is busy. */
const definition =
  'busy : $evt.$name == "sched_switch" && $evt.cpu_id == 0 && $evt.next_tid != 0 && $evt.prev_tid == 0 : ' +
  '$evt.$name == "sched_switch" && $evt.cpu_id == 0 && $evt.next_tid == 0';
const args = ['--no-intersection', '--period', definition];

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return value as readonly JsonObject[];
}

function timesOf(range: JsonValue | undefined): string {
  const { begin, end } = range as { begin: JsonObject; end: JsonObject };
  return `${begin['value']} ${end['value']}`;
}

/** The rows of the tables of one class, as `toRow` makes them of their cells. */
function rowsOf(text: string, name: string, toRow: (cells: readonly JsonObject[]) => string): string[] {
  const tables = objectsIn((readJson(text) as JsonObject)['results']);
  return tables
    .filter((table) => table['class'] === name)
    .flatMap((table) =>
      objectsIn(table['data']).map(
        (cells) => `${timesOf(table['time-range'])} ${toRow(cells as unknown as readonly JsonObject[])}`,
      ),
    );
}

function theirs(): string {
  const program = 'from lttnganalyses.cli import sched\nsched.runstats_mi()';
  const { stdout } = spawnSync(python, ['-c', program, ...args, corpusPath(...trace)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return stdout;
}

function ours(): string {
  const { code, out, err } = diatrace(['lttngtool', 'lttng-schedstats-mi', ...args, corpusPath(...trace)]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

test('waits for a CPU within each period: thread, count, longest', (context) => {
  requireCorpus(context);
  skipUnless(context, hasPeer, 'lttng-analyses is not installed');
  const value = (cell: JsonObject | undefined) => String(Math.round(Number(cell?.['value'])));
  const known = rowsOf(
    theirs(),
    'per_tid_stats',
    // Process, count, min, average, max.
    ([process, count, , , max]) => `${process!['tid']} ${value(count)} ${value(max)}`,
  );
  const found = rowsOf(
    ours(),
    'table',
    // Process, count, total, average, median, p99, max.
    ([process, count, , , , , max]) => `${process!['tid']} ${value(count)} ${value(max)}`,
  );
  expect(known.length).toBeGreaterThan(50);
  expect(found.toSorted()).toEqual(known.toSorted());
});

test('what cannot be answered for each period is said', () => {
  const ran = (...more: readonly string[]) => diatrace(['report', 'events', ...more, exampleTrace]);
  const never = ran('--period', 'p : $evt.$name == "nothing" : $evt.$name == "nothing"');
  expect([never.code, never.err]).toEqual([
    2,
    expect.stringContaining('No period that --period defines is complete in the trace'),
  ]);
  const both = ran('--period', definition, '--refresh', '1s');
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('--period and --refresh')]);
});

test('as JSON there is a line for each period, in the order in which they ended', () => {
  const interrupt = 'irq : $evt.$name == "irq:irq_handler_entry" : $evt.$name == "irq:irq_handler_exit"';
  const { out, code } = diatrace(['report', 'irq', '--json', '--period', interrupt, exampleTrace]);
  const ranges = out
    .trim()
    .split('\n')
    .map((line) => (readJson(line) as { timeRange: { beginNs: number; endNs: number } }).timeRange);
  expect([code, ranges.length]).toEqual([0, 95]);
  const ends = ranges.map(({ endNs }) => endNs);
  expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  for (const { beginNs, endNs } of ranges) expect(endNs - beginNs).toBeGreaterThan(0);
});
