// `report syscalls` against syscallstats of lttng-analyses 0.6.1: by thread and call the count, least, mean and greatest
// duration and its standard deviation, and the return values, on an LTTng 2.8 and an LTTng 2.5 trace.
//
// What that tool does, and is followed here: it reads the range in which all streams overlap. What it does differently:
// its counts of return values are one too high each; values below -4095 are errors to it, by number; a standard deviation
// needs three calls; and calls that LTTng does not name are all `unknown`, which we name by their number.
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/syscalls/syscalls/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { corpusPath, describeCorpus, readExpected } from './corpus.ts';

interface CallStatistics {
  count: number;
  minNs: number;
  averageNs: number;
  maxNs: number;
  stdevNs: number | undefined;
  returns: Record<string, number>;
}
/** `TID call` → its statistics. */
type ByThreadAndCall = Map<string, CallStatistics>;

interface LamiResults {
  readonly results: readonly {
    readonly class: { readonly title?: string } | string;
    readonly 'time-range': { readonly begin: { value: number }; readonly end: { value: number } };
    readonly data: readonly (readonly {
      readonly class: string;
      readonly name?: string;
      readonly value?: unknown;
    }[])[];
  }[];
}

/** Python's `{'success': 3, '-1225396224': 2}`. */
function parseReturns(text: string): Record<string, number> {
  const returns: Record<string, number> = {};
  for (const [, name, count] of text.matchAll(/'([^']+)': (\d+)/g)) {
    const key = /^-\d{5,}$/.test(name!) ? 'success' : name!;
    returns[key] = (returns[key] ?? 0) + Number(count) - 1;
  }
  return returns;
}

function expectedOf(name: string): ByThreadAndCall {
  const { results } = JSON.parse(
    readExpected(corpusPath('analyses', name, 'syscallstats.json')),
  ) as LamiResults;
  const found: ByThreadAndCall = new Map();
  for (const result of results) {
    const title = typeof result.class === 'string' ? '' : (result.class.title ?? '');
    const tid = /TID: (\d+)\)\]$/.exec(title)?.[1];
    if (tid === undefined) continue;
    for (const [call, count, min, average, max, stdev, returns] of result.data) {
      found.set(`${tid} ${call!.name}`, {
        count: Number(count!.value),
        minNs: Number(min!.value),
        averageNs: Number(average!.value),
        maxNs: Number(max!.value),
        stdevNs: stdev!.class === 'unknown' ? undefined : Number(stdev!.value),
        returns: parseReturns(String(returns!.value)),
      });
    }
  }
  return found;
}

function cellsOf(table: Table): (id: string, row: number) => unknown {
  const at = new Map(table.description.columns.map(({ id }, index) => [id as string, index]));
  return (id, row) => table.cells[at.get(id)!]![row];
}

function ours(name: string): ByThreadAndCall {
  const set = openTraces([openNodeInput(corpusPath('ctf1', name, 'trace'))]);
  try {
    const [byThread, log] = runAnalyses(
      set,
      [
        { analysis, options: { by: 'thread' }, views: ['table'] },
        { analysis, views: ['log'] },
      ],
      { streamIntersection: true },
    );
    // A call that LTTng has no event for is `unknown` to the other tool.
    const named = new Set(set.classes.map((eventClass) => eventClass.name));
    const isNamed = (call: string) => named.has(`syscall_entry_${call}`) || named.has(`sys_${call}`);
    const keyOf = (tid: unknown, call: unknown) => `${tid} ${isNamed(String(call)) ? call : 'unknown'}`;
    const calls = log!.answers[0] as Table;
    const ownKeyOf: KeyOf = (tid, call) => `${tid} ${call}`;
    expectTable(byThread!.answers[0] as Table, statisticsOf(calls, ownKeyOf), ownKeyOf);
    return statisticsOf(calls, keyOf);
  } finally {
    set.close();
  }
}

type KeyOf = (tid: unknown, call: unknown) => string;

/** From single calls: two calls that the other tool does not tell apart go together. */
function statisticsOf(log: Table, keyOf: KeyOf): ByThreadAndCall {
  const durations = new Map<string, number[]>();
  const found: ByThreadAndCall = new Map();
  const cell = cellsOf(log);
  for (let row = 0; row < log.rowCount; row += 1) {
    const key = keyOf(cell('tid', row), cell('name', row));
    const values = durations.get(key) ?? [];
    values.push(cell('duration', row) as number);
    durations.set(key, values);
    const statistics = found.get(key) ?? {
      count: 0,
      minNs: 0,
      averageNs: 0,
      maxNs: 0,
      stdevNs: undefined,
      returns: {},
    };
    const result = (cell('return', row) as string | undefined) ?? 'success';
    statistics.returns[result] = (statistics.returns[result] ?? 0) + 1;
    found.set(key, statistics);
  }
  for (const [key, values] of durations) Object.assign(found.get(key)!, summaryOf(values));
  return found;
}

function summaryOf(values: readonly number[]) {
  const count = values.length;
  const averageNs = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - averageNs) ** 2, 0);
  return {
    count,
    minNs: Math.min(...values),
    averageNs,
    maxNs: Math.max(...values),
    stdevNs: count > 2 ? Math.sqrt(squares / (count - 1)) : undefined,
  };
}

/** The table's own statistics are those of its calls. */
function expectTable(table: Table, expected: ByThreadAndCall, keyOf: KeyOf): void {
  const cell = cellsOf(table);
  let count = 0;
  for (let row = 0; row < table.rowCount; row += 1) {
    if (cell('name', row) === undefined) continue;
    const key = keyOf(cell('tid', row), cell('name', row));
    const statistics = expected.get(key)!;
    expect(
      {
        count: cell('count', row),
        minNs: cell('min', row),
        maxNs: cell('max', row),
        errors: cell('errors', row),
      },
      key,
    ).toEqual({
      count: statistics.count,
      minNs: statistics.minNs,
      maxNs: statistics.maxNs,
      errors: statistics.count - (statistics.returns['success'] ?? 0),
    });
    expect((cell('avg', row) as number) / statistics.averageNs, key).toBeCloseTo(1, 9);
    if (statistics.stdevNs !== undefined && statistics.stdevNs > 0) {
      expect((cell('stdev', row) as number) / statistics.stdevNs, key).toBeCloseTo(1, 9);
    }
    count += 1;
  }
  expect(count).toBe(expected.size);
}

describeCorpus('system calls against lttng-analyses', () => {
  for (const name of ['many-threads', 'bug446190']) {
    test(name, { timeout: 120_000 }, () => {
      const expected = expectedOf(name);
      const found = ours(name);
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [key, statistics] of expected) {
        const { averageNs, stdevNs, ...exact } = found.get(key)!;
        const { averageNs: expectedAverage, stdevNs: expectedStdev, ...expectedExact } = statistics;
        expect(exact, key).toEqual(expectedExact);
        expect(averageNs / expectedAverage, key).toBeCloseTo(1, 9);
        if (expectedStdev === undefined || expectedStdev === 0) expect(stdevNs ?? 0, key).toBe(0);
        else expect(stdevNs! / expectedStdev, key).toBeCloseTo(1, 9);
      }
    });
  }

  test('flipping-endianness has no system calls: theirs answers nothing, ours says what to record', () => {
    expect(expectedOf('flipping-endianness').size).toBe(0);
    expect(() => ours('flipping-endianness')).toThrow('no syscall_enter and no syscall_exit');
  });
});
