import { expect, test } from 'vitest';
import { describeTable, table } from '../../results/build.ts';
import { column } from '../../results/columns.ts';
import { type JsonObject, readJson } from '../../results/json-text.ts';
import * as samples from '../../results/samples.test-helpers.ts';
import { tableClasses } from './metadata.ts';
import { type LamiOptions, renderer } from './renderer.ts';

interface Read {
  readonly class: unknown;
  readonly data: readonly (readonly unknown[])[];
}

function tables(result: ReturnType<typeof samples.sampleResult>, options: LamiOptions = {}): readonly Read[] {
  const text = [...renderer.render(result, options)].join('');
  return (readJson(text) as JsonObject)['results'] as unknown as readonly Read[];
}

test('a table of the metadata is named, another one brings its class', () => {
  const result = samples.sampleResult([samples.sampleTable()]);
  const classes = tableClasses([samples.callTable]);
  expect(tables(result, { classes })[0]?.class).toBe('top');
  expect(tables(result)[0]?.class).toMatchObject({
    title: 'System calls by total time',
    'column-descriptions': [
      { title: 'Call', class: 'syscall' },
      { title: 'Count', class: 'number' },
      { title: 'Share', class: 'ratio' },
      { title: 'Average', class: 'duration' },
      { title: 'Max', class: 'duration' },
      { title: 'Slowest at', class: 'timestamp' },
    ],
  });
});

test('cells are data objects, and times keep every digit', () => {
  expect(tables(samples.sampleResult([samples.sampleTable()]))[0]?.data[0]).toEqual([
    { class: 'syscall', name: 'openat' },
    { class: 'number', value: 3 },
    { class: 'ratio', value: 0.75 },
    { class: 'duration', value: 1500 },
    { class: 'duration', value: 2500 },
    { class: 'timestamp', value: 1767359100000000001n },
  ]);
});

test('after lost events there may be more, longer ones, and any mean; a clock is as exact as it says', () => {
  const result = samples.sampleResult([samples.sampleTable()], [samples.note(samples.discarded, 'a', 7)]);
  expect(tables(result, { clockUncertaintyNs: 10 })[0]?.data[0]?.slice(1)).toEqual([
    { class: 'number', low: 3, value: 3, high: '+inf' },
    { class: 'ratio', low: 0, value: 0.75, high: '+inf' },
    { class: 'duration', low: 0, value: 1500, high: '+inf' },
    { class: 'duration', low: 2480, value: 2500, high: '+inf' },
    {
      class: 'timestamp',
      low: 1767359099999999991n,
      value: 1767359100000000001n,
      high: 1767359100000000011n,
    },
  ]);
});

test('without losses a sum is as exact as all of its parts, a bin and a deviation have no clock', () => {
  const sums = describeTable({
    id: 'sums',
    title: 'Sums',
    meaning: 'One row is one.',
    columns: [
      column('count', 'Count', 'count', 'How many.', 'calls'),
      column('total', 'Total', 'duration', 'Their sum.'),
      column('busy', 'Busy', 'duration', 'Another.'),
      column('stdev', 'Stdev', 'duration', 'Their deviation.'),
      column('lower', 'From', 'duration', 'The edge of a bin.'),
      column('late-min', 'Late min', 'duration', 'May be negative.'),
      column('read', 'Read', 'size', 'A sum of bytes.'),
      column('size', 'Size', 'size', 'Of one call.'),
    ],
  });
  const rows = [{ count: 3, total: 900, busy: 500, stdev: 7, lower: 5, 'late-min': 10, read: 12, size: 4 }];
  const row = (health: Parameters<typeof samples.sampleResult>[1]) =>
    tables(samples.sampleResult([table(sums, rows)], health), { clockUncertaintyNs: 10 })[0]?.data[0];
  expect(row([])).toEqual([
    { class: 'number', value: 3 },
    { class: 'duration', low: 840, value: 900, high: 960 },
    { class: 'duration', low: 440, value: 500, high: 560 },
    { class: 'duration', value: 7 },
    { class: 'duration', value: 5 },
    { class: 'duration', low: -10, value: 10, high: 30 },
    { class: 'size', value: 12 },
    { class: 'size', value: 4 },
  ]);
  expect(row([samples.note(samples.discarded, 'a', 7)])).toEqual([
    { class: 'number', low: 3, value: 3, high: '+inf' },
    { class: 'duration', low: 840, value: 900, high: '+inf' },
    { class: 'duration', low: 440, value: 500, high: '+inf' },
    { class: 'duration', low: 0, value: 7, high: '+inf' },
    { class: 'duration', value: 5 },
    { class: 'duration', low: '-inf', value: 10, high: 30 },
    { class: 'size', low: 12, value: 12, high: '+inf' },
    { class: 'size', value: 4 },
  ]);
});

test('name, thread and process of one are one object; another one has its own', () => {
  const threads = describeTable({
    id: 'wakeups',
    title: 'Wake-ups',
    meaning: 'One row is one.',
    columns: [
      column('comm', 'Name', 'process', 'Who was woken.'),
      column('delay', 'Delay', 'duration', 'How late.'),
      column('tid', 'TID', 'tid', 'Its thread.'),
      column('waker', 'Waker', 'process', 'Who woke it.'),
      column('waker-tid', 'Waker TID', 'tid', 'The thread of that.'),
    ],
  });
  const rows = [{ comm: 'a', delay: 1.6, tid: 7, 'waker-tid': 0 }, { delay: 2 ** 60 }];
  const [read] = tables(samples.sampleResult([table(threads, rows)]));
  expect(read?.class).toMatchObject({
    'column-descriptions': [
      { title: 'Process', class: 'process' },
      { title: 'Delay', class: 'duration' },
      { title: 'Waker', class: 'process' },
    ],
  });
  expect(read?.data).toEqual([
    [
      { class: 'process', name: 'a', tid: 7 },
      { class: 'duration', value: 2 },
      { class: 'process', tid: 0 },
    ],
    [null, { class: 'duration', value: 2n ** 60n }, null],
  ]);
});

test('rows below others have their level, bins their edges, and spans of time are ranges', () => {
  const result = samples.sampleResult([
    samples.sampleTree(),
    samples.sampleHistogram(),
    samples.sampleHeatmap(),
  ]);
  const [tree, ...others] = tables(result);
  expect(tree?.data.map(([level]) => level)).toContainEqual({ class: 'number', value: 1 });
  const bins = others.filter(({ class: tableClass }) =>
    JSON.stringify(tableClass, (_, value) => (typeof value === 'bigint' ? String(value) : value)).includes(
      '(from)',
    ),
  );
  expect(bins.length).toBe(2);
  expect(bins[1]?.data[0]?.[0]).toMatchObject({ class: 'time-range' });
});

test('lines for another program are rows of one text', () => {
  const [lines] = tables(samples.sampleResult([samples.sampleLines()]));
  expect(lines?.data[0]).toEqual([{ class: 'string', value: 'main;read 3' }]);
});

test('an interrupt says whether it is a soft one', () => {
  const interrupts = describeTable({
    id: 'irqs',
    title: 'Interrupts',
    meaning: 'One row is one.',
    columns: [
      column('kind', 'Kind', 'text', 'Of what kind.'),
      column('irq', 'Number', 'irq', 'Its number.'),
      column('name', 'Name', 'text', 'Its name.'),
    ],
  });
  const rows = [{ kind: 'irq', irq: 26, name: 'eth0' }, { kind: 'softirq', irq: 9 }, { kind: 'ipi' }];
  const [read] = tables(samples.sampleResult([table(interrupts, rows)]));
  expect(read?.data.map(([, irq]) => irq)).toEqual([
    { class: 'irq', nr: 26, hard: true, name: 'eth0' },
    { class: 'irq', nr: 9, hard: false },
    null,
  ]);
});
