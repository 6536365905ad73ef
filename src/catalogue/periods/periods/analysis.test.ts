import { expect, test } from 'vitest';
import { tableRows } from '../../../../test/answers.ts';
import { OptionError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { ExpressionError } from '../../../events/filter/expression.ts';
import { type AnalysisScope, runAnalyses } from '../../../pipeline/run.ts';
import type { Grid, Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

/**
 *   request 1  ├─ io 5 ─┤  ├─ io 6 ─┤  ┤            10 .. 60 us, io 20 us and 10 us
 *   request 2       ├──────────── io 7 ──(open)┤    30 .. 90 us, its io does not end
 *   request 3                       ├───────────    begins and does not end
 */
const requests = `
  10us cpu0 begin id=1 user=ann
  15us cpu0 io_begin id=1 fd=5
  30us cpu1 begin id=2 user=bob
  35us cpu0 io_end fd=5 ret=100
  40us cpu0 io_begin id=1 fd=6
  45us cpu1 io_begin id=2 fd=7
  50us cpu0 io_end fd=6 ret=-5
  60us cpu0 end id=1
  70us cpu1 begin id=3 user=ann
  90us cpu1 end id=2
`;
const request = 'request : $evt.$name == "begin" : $evt.$name == "end" && $evt.id == $begin.$evt.id';
const io =
  'io(request) : $evt.$name == "io_begin" && $evt.id == $parent.$begin.$evt.id : $evt.$name == "io_end" && $evt.fd == $begin.$evt.fd';

type Given = Readonly<Record<string, string | readonly string[]>>;

function answer(given: Given, view = 'table', text = requests, scope: AnalysisScope = {}) {
  const options = { period: [request, io], ...given };
  const [result] = runAnalyses(
    textTrace(text, { originNs: 0n }),
    [{ analysis, options, views: [view] }],
    scope,
  );
  return result!;
}

function rows(table: Table): Record<string, unknown>[] {
  return tableRows(table);
}

function tablesOf(given: Given = {}, view = 'table') {
  return answer(given, view).answers.map((shape) => rows(shape as Table));
}

test('two requests of 50 and 60 us, and two complete periods within the first', () => {
  const [periods, parents] = tablesOf();
  expect(periods).toMatchObject([
    { name: 'request', count: 2, total: 110_000, min: 50_000, avg: 55_000, max: 60_000 },
    { name: 'request/io', count: 2, total: 30_000, min: 10_000, avg: 15_000, max: 20_000 },
  ]);
  expect(parents).toMatchObject([
    {
      name: 'request/io',
      parent: 'request',
      of: 'with any',
      parents: 1,
      avg: 30_000,
      'count-avg': 2,
      'share-avg': 0.6,
    },
    { of: 'all', parents: 2, avg: 15_000, min: 0, max: 30_000, 'count-avg': 1, 'share-avg': 0.3 },
  ]);
});

test('what had not ended is said', () => {
  const { health } = answer({});
  expect(health).toMatchObject([{ kind: { code: 'periods-open' }, count: 1 }]);
});

test('values are captured at both ends, and a field that is not there is a question mark', () => {
  const captures = [
    'request : who = $evt.user : $evt.user',
    'io : $evt.fd : result = $evt.ret, of = $parent.$begin.$evt.id',
  ];
  const [log] = tablesOf({ 'period-captures': captures }, 'log');
  expect(log).toMatchObject([
    { begin: 10_000n, name: 'request', 'begin-captures': 'who = ann', 'end-captures': '$evt.user = ?' },
    {
      begin: 15_000n,
      name: 'request/io',
      'begin-captures': '$evt.fd = 5',
      'end-captures': 'result = 100, of = 1',
    },
    { begin: 30_000n, name: 'request', 'begin-captures': 'who = bob' },
    { begin: 40_000n, name: 'request/io', 'end-captures': 'result = -5, of = 1' },
  ]);
});

test('a group is made of captured values, from the top to the bottom', () => {
  const options = {
    'period-captures': ['request : who = user', 'io : fd = fd'],
    'group-by': 'request.who, request/io.fd',
  };
  const [periods] = tablesOf(options);
  expect(periods?.map(({ group, name, count, total }) => [group, name, count, total])).toEqual([
    [undefined, 'request', 2, 110_000],
    [undefined, 'request/io', 2, 30_000],
    ['io.fd = 5, request.who = ann', 'request', 1, 50_000],
    ['io.fd = 5, request.who = ann', 'request/io', 1, 20_000],
    ['io.fd = 6, request.who = ann', 'request', 1, 50_000],
    ['io.fd = 6, request.who = ann', 'request/io', 1, 10_000],
  ]);
});

test('the log may stand below its parents, top has the longest, lengths and names choose', () => {
  const tree = answer({ 'order-by': 'hierarchy' }, 'log').answers[0] as Table;
  expect(rows(tree).map(({ begin }) => begin)).toEqual([10_000n, 15_000n, 40_000n, 30_000n]);
  expect(tree.parents).toEqual([undefined, 0, 0, undefined]);
  expect(tablesOf({ limit: '1' }, 'top')[0]).toMatchObject([{ duration: 60_000, name: 'request' }]);
  expect(tablesOf({ 'max-duration': '15us' }, 'log')[0]).toMatchObject([{ begin: 40_000n }]);
  expect(tablesOf({ select: 'io', 'aggregate-by': 'request' }, 'aggregate')[0]).toMatchObject([
    { begin: 10_000n, parent: 'request', name: 'request/io', count: 2, total: 30_000 },
  ]);
});

test('equal bins take the largest value into the last', () => {
  const [requestGrid] = answer({ 'freq-resolution': '2' }, 'freq').answers as readonly Grid[];
  expect(requestGrid).toMatchObject({ x: { edges: [50_000, 55_000, 60_000] }, counts: [1, 1] });
});

test('one expression begins the next period as it ends one', () => {
  const [log] = tablesOf({ period: [': $evt.$name == "begin"'] }, 'log');
  expect(log).toMatchObject([
    { name: 'period', begin: 10_000n, duration: 20_000 },
    { begin: 30_000n, duration: 40_000 },
  ]);
});

test.each<readonly [string, number]>([
  ['$evt.nothing == 1', 0],
  ['$evt.nothing != 1', 0],
  ['!($evt.nothing == 1) && $evt.$name == "begin"', 3],
  ['$evt.user == 1 || $evt.user != 1', 0],
  ['$evt.user =* "a?n" || user == "bob" && $payload.id > 1.5', 3],
  ['$begin.$evt.id == $evt.id && $evt.$name =* "b*n"', 3],
])('%s begins %i periods', (expression, count) => {
  const period = [
    `p : ${expression} : $evt.$name == "end" && $evt.id == 2 || $evt.$name == "begin" && $evt.id == 3`,
  ];
  const text = `${requests}\n 95us cpu0 end id=2`;
  const [result] = answer({ period }, 'log', text).answers;
  expect((result as Table).rowCount).toBe(count);
});

test.each<readonly [Given, typeof ExpressionError | typeof OptionError, string]>([
  [{ period: ['p'] }, ExpressionError, 'This is no period'],
  [{ period: ['p : $evt.a == : $evt.b == 1'] }, ExpressionError, 'ends where a field'],
  [{ period: ['p : $parent.$begin.$evt.a == 1'] }, ExpressionError, 'has no parent'],
  [{ period: ['p(q) : $evt.a == 1'] }, OptionError, 'not defined before it'],
  [{ period: ['p : $evt.a == 1', 'p : $evt.a == 2'] }, OptionError, 'two periods named'],
  [{ 'period-captures': ['x : $evt.a'] }, OptionError, 'no period named "x"'],
  [{ 'period-captures': ['io : a = $evt.a, a = $evt.b'] }, OptionError, 'captured twice'],
  [{ select: 'requets' }, OptionError, 'no period is named "requets"; there is request, io'],
  [{ 'group-by': 'io.fd' }, OptionError, 'no captured field'],
])('%j is refused', (given, type, message) => {
  expect(() => answer(given)).toThrow(type);
  expect(() => answer(given)).toThrow(message);
});

test('an error is shown where it is in the whole text', () => {
  const text = 'a : $evt.x == 1 : $evt.y = 2';
  try {
    answer({ period: [text] });
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ expression: text, position: text.lastIndexOf('=') });
    expect((error as Error).message).toContain('of --period)');
  }
});

test('without a definition, or with one that no event can begin, the answer is empty and says why', () => {
  expect(answer({ period: [] }).health[0]?.kind.code).toBe('no-period-defined');
  const { health, answers } = answer({ period: ['p : $evt.$name == "nothing"'] });
  expect([health[0]?.kind.code, (answers[0] as Table).rowCount]).toEqual(['period-never-begun', 0]);
});

test.each([
  ['"beign"', 'p: no event is named "beign", did you mean begin?'],
  ['"request:begin" && $evt.id == 1', 'p: no event is named "request:begin", did you mean begin?'],
  ['"something else"', 'p: no event is named "something else", diatrace info lists the names'],
])('of a period that begins with the name %s it is said what is wrong', (name, why) => {
  const { health } = answer({ period: [`p : $evt.$name == ${name}`] });
  expect(health.find(({ kind }) => kind.code === 'period-never-begun')?.first).toBe(why);
});

test('who caused an event follows from the switches where it was not recorded', () => {
  const text = `
    0us cpu0 sched_switch prev_tid=0 next_tid=7 next_comm=a
    0us cpu1 sched_switch prev_tid=0 next_tid=8 next_comm=b
    1us cpu0 lock
    2us cpu1 lock
    4us cpu0 unlock
    5us cpu0 sched_switch prev_tid=7 next_tid=8 next_comm=b
    6us cpu0 unlock
  `;
  const period = ['held : name == "lock" : name == "unlock" && $tid == $begin.$tid'];
  const [log] = answer({ period, 'period-captures': ['held : who = $tid'] }, 'log', text).answers;
  expect(rows(log as Table).map((row) => [row['begin-captures'], row['duration']])).toEqual([
    ['who = 7', 3000],
    ['who = 8', 4000],
  ]);
});
