// Periods beside lttng-analyses (Debian: python3-lttnganalyses 0.6.1), whose period tools are run on the same traces:
//
//   lttng-periodstats-mi --stats --top --log --freq --skip-validation --period … TRACE
//
// Every number is the same, but for these, where we follow its own description ("Period options" of its README) or say more:
// - a standard deviation of two values is known; there it is unknown below three;
// - a comparison with a field that is not there is false, also with !=; there it is true, so no case has one;
// - limits of length are there held against numbers and percentages as well, which empties those distributions;
// - `--select` and `--aggregate-by` name periods; there a part of a name is enough.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/periods/periods/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Cell, Grid, Shape, Table } from '../src/results/index.ts';
import { type JsonObject, type JsonValue, readJson } from '../src/results/json-text.ts';
import { corpusPath, requireCorpus, skipUnless } from './corpus.ts';

// With pyparsing 3, which Debian has, it cannot read the parent of a definition any more: that is taken off the text before it parses.
const peerProgram = `
import re, sys
from lttnganalyses.cli import periods, period_parsing as parsing
parse = parsing.parse_period_def_arg
def parse_with_parent(text):
    match = re.match(r'\\s*(\\w+)\\s*\\(\\s*(\\w+)\\s*\\)(.*)$', text, re.S)
    if match is None:
        return parse(text)
    result = parse(match.group(1) + match.group(3))
    result._parent_name = match.group(2)
    return result
parsing.parse_period_def_arg = parse_with_parent
periods.runstats_mi()
`;
/** Debian's own, which has Debian's modules. */
const python = '/usr/bin/python3';
const hasPeer = spawnSync(python, ['-c', 'import lttnganalyses.cli.periods']).status === 0;

interface Case {
  readonly title: string;
  readonly period: readonly string[];
  readonly captures?: readonly string[];
  /** Both, unless it is said. */
  readonly traces?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

const running =
  'run : $evt.$name == "sched_switch" && $evt.next_tid != 0 : $evt.$name == "sched_switch" && ' +
  '$evt.prev_tid == $begin.$evt.next_tid && $evt.cpu_id == $begin.$evt.cpu_id';
const interrupt =
  'irq(run) : $evt.$name == "irq_handler_entry" && $evt.cpu_id == $parent.$begin.$evt.cpu_id : ' +
  '$evt.$name == "irq_handler_exit" && $evt.irq == $begin.$evt.irq && $evt.cpu_id == $begin.$evt.cpu_id';

const cases: readonly Case[] = [
  {
    title: 'from one event to a matching one, with captures',
    period: [running],
    captures: [
      'run : tid = $evt.next_tid, comm = $evt.next_comm : state = $evt.prev_state, $begin.$evt.next_prio',
    ],
  },
  {
    title: 'one expression ends a period and begins the next',
    period: ['tick : $evt.$name == "irq_handler_entry" && $pkt_ctx.cpu_id == 0'.replace('$pkt', '$evt.$pkt')],
  },
  { title: 'children lie in their parents', period: [running, interrupt] },
  {
    title: 'lengths and names',
    period: [running, interrupt],
    options: { 'min-duration': '20', 'max-duration': '5000', select: 'irq', 'aggregate-by': 'run' },
  },
  {
    title: 'hierarchy and groups',
    period: [running, interrupt],
    captures: ['run : comm = $evt.next_comm', 'irq : nr = $evt.irq : ret = $evt.ret'],
    options: { 'group-by': 'run.comm, irq.nr', 'order-by': 'hierarchy' },
  },
  {
    title: 'all operators, globs and scopes',
    traces: ['flipping-endianness'],
    period: [
      'any : ($evt.$name =* "irq_*_entry" || $evt.$name == "sched_switch" && $evt.$payload.prev_prio >= 20) && ' +
        '!($evt.irq > 1e3) : $begin.$evt.$name =* "irq*" && $evt.$name =* "irq_[gh]andler_e?[!j-s]t" && ' +
        '$evt.$payload.irq == $begin.$evt.irq || $begin.$evt.prev_comm == $evt.next_comm && ' +
        '$begin.$evt.$name != "irq_handler_entry" && $evt.next_prio <= 139 && $evt.next_prio < 1000.5',
    ],
  },
];

function ours({ period, captures = [], options = {} }: Case, trace: string): readonly Shape[] {
  const set = openTraces([openNodeInput(trace)]);
  const inUnits = Object.entries(options).map(([name, value]) => [
    name,
    name.endsWith('-duration') ? `${value}us` : value,
  ]);
  try {
    const request = {
      analysis,
      options: {
        period,
        'period-captures': captures,
        limit: 7,
        'freq-resolution': 10,
        ...Object.fromEntries(inUnits),
      },
      views: ['table', 'top', 'log', 'freq'],
    };
    const [result] = runAnalyses(set, [request], { streamIntersection: true });
    return result?.answers ?? [];
  } finally {
    set.close();
  }
}

interface TheirTable {
  readonly name: string;
  readonly subtitle: string;
  readonly rows: readonly (readonly Cell[])[];
}

function theirs({ period, captures = [], options = {} }: Case, trace: string): readonly TheirTable[] {
  const args = [
    ...'--stats --top --log --freq --limit 7 --freq-resolution 10 --skip-validation'.split(' '),
    ...period.flatMap((text) => ['--period', text]),
    ...captures.flatMap((text) => ['--period-captures', text]),
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
  ];
  const ran = spawnSync(python, ['-c', peerProgram, ...args, trace], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 100_000,
  });
  if (ran.status !== 0)
    throw new Error(`lttng-periodstats-mi: ${ran.stdout.slice(0, 400)} ${ran.stderr.slice(-400)}`);
  const { results } = readJson(ran.stdout) as unknown as { results: readonly JsonObject[] };
  return results.map(({ class: tableClass, data }) => {
    const inline = typeof tableClass === 'object' ? (tableClass as JsonObject) : undefined;
    return {
      name: String(inline?.['inherit'] ?? tableClass),
      subtitle: /\[(.*)\]$/.exec(String(inline?.['title'] ?? ''))?.[1] ?? '',
      rows: (data as readonly (readonly JsonValue[])[]).map((row) => row.map(cellOf)),
    };
  });
}

function cellOf(value: JsonValue): Cell {
  const { value: cell } = value as JsonObject;
  return cell === null || typeof cell === 'object' ? undefined : cell;
}

function tableNamed(shapes: readonly Shape[], id: string): Table {
  const found = shapes.find((shape) => shape.shape === 'table' && shape.description.id === id);
  if (found?.shape !== 'table') throw new Error(`there is a table ${id}`);
  return found;
}

/** Rows with the cells of these columns. */
function rowsOf(
  { description, cells, rowCount }: Table,
  ids: readonly string[],
): readonly (readonly Cell[])[] {
  const columns = ids.map((id) => cells[description.columns.findIndex((column) => column.id === id)] ?? []);
  return Array.from({ length: rowCount }, (_, row) => columns.map((column) => column[row]));
}

/** Numbers that were averaged differ in their last digits. */
function close(cells: readonly Cell[]): readonly unknown[] {
  return cells.map((cell) =>
    typeof cell === 'number' && !Number.isInteger(cell) ? expect.closeTo(cell, 5) : cell,
  );
}

function sorted(rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  return [...rows].sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

/** Where they do not know a deviation, ours is not compared. */
function known(own: readonly Cell[], their: readonly Cell[]): readonly Cell[] {
  return own.map((cell, index) => (their[index] === undefined ? undefined : cell));
}

function compareRows(own: readonly (readonly Cell[])[], their: readonly (readonly Cell[])[]): void {
  expect(own.length).toBe(their.length);
  their.forEach((row, index) => {
    expect(known(own[index] ?? [], row)).toEqual(close(row));
  });
}

const perParent = {
  per_parent_stats: ['name', 'parent', 'min', 'avg', 'max', 'stdev'],
  per_parent_count: ['name', 'parent', 'count-min', 'count-avg', 'count-max', 'count-stdev'],
  per_parent_percentage: ['name', 'parent', 'share-min', 'share-avg', 'share-max', 'share-stdev'],
} as const;

/** Parts of one as percentages. */
function asPercent(cells: readonly Cell[]): readonly Cell[] {
  return cells.map((cell) => (typeof cell === 'number' ? cell * 100 : cell));
}

function compareParents(shapes: readonly Shape[], { name, subtitle, rows }: TheirTable): void {
  const [, group, of] = /^(?:'(.*)' - )?(With active children|Globally)$/.exec(subtitle) ?? [];
  const table = tableNamed(shapes, 'parents');
  const ids = perParent[name as keyof typeof perParent];
  const wanted = of === 'Globally' ? 'all' : 'with any';
  const isGrouped = table.description.columns.some(({ id }) => id === 'group');
  const keyed = rowsOf(table, [...ids, 'of', ...(isGrouped ? ['group'] : [])]);
  const own = keyed
    .filter((row) => row[ids.length] === wanted && (isGrouped ? row[ids.length + 1] : undefined) === group)
    .map((row) =>
      name === 'per_parent_percentage' ? asPercent(row.slice(0, ids.length)) : row.slice(0, ids.length),
    );
  compareRows(sorted(own), sorted(rows));
}

/** Their bounds are in nanoseconds, but for numbers of times and percentages, which are written as durations too. */
function compareBins(shapes: readonly Shape[], { subtitle, rows }: TheirTable): void {
  const [, group, title] = /^(?:'(.*)' --? )?(.*)$/.exec(subtitle) ?? [];
  const own = shapes.find(
    (shape): shape is Grid => shape.shape === 'grid' && isOf(shape, title ?? '', group),
  );
  expect(own, `${subtitle} among ${shapes.map(({ description }) => description.title)}`).toBeDefined();
  expect(own?.counts).toEqual(rows.map((row) => row[2]));
}

/** `Duration of period: NAME`, else `Duration of PATH per PATH`; ours are `Duration of PATH` and `Duration of PATH in each PATH`. */
function isOf({ description }: Grid, title: string, group: string | undefined): boolean {
  const inGroup = group === undefined ? '' : `, ${group}`;
  const name = /^Duration of period: (\w+)$/.exec(title)?.[1];
  if (name !== undefined) {
    const path = /^Duration of (\S+?)(?:,.*)?$/.exec(description.title)?.[1];
    return path?.split('/').at(-1) === name && description.title.endsWith(`${path}${inGroup}`);
  }
  const [, what, child, parent] = /^(\S.*) of (\S+) per (\S+)$/.exec(title) ?? [];
  const named: Readonly<Record<string, string>> = {
    Number: 'Number',
    Duration: 'Duration',
    'Usage ratio': 'Share',
  };
  return description.title === `${named[what ?? '']} of ${child} in each ${parent}${inGroup}`;
}

/** Theirs over all parents, which are ours with as many zeros as there are parents without. */
function isOverAll({ subtitle }: TheirTable): boolean {
  return /Global (?:duration|number|usage ratio)/.test(subtitle);
}

/** Limits of length are there held against numbers and percentages as well, so that nothing is left of these. */
function isEmptiedByLengths({ options = {} }: Case, { name }: TheirTable): boolean {
  return name !== 'freq_duration' && Object.keys(options).some((option) => option.endsWith('-duration'));
}

const traces = ['bug446190', 'flipping-endianness'];

test.for(
  traces.flatMap((trace) =>
    cases.filter((one) => one.traces?.includes(trace) ?? true).map((one) => [trace, one.title, one] as const),
  ),
)('%s: %s', { timeout: 120_000 }, ([trace, _title, one], context) => {
  requireCorpus(context);
  skipUnless(context, hasPeer, 'python3-lttnganalyses is not installed');
  const path = corpusPath('ctf1', trace, 'trace');
  const shapes = ours(one, path);
  const tables = theirs(one, path);
  expect(tables.length).toBeGreaterThan(0);
  for (const table of tables) {
    switch (table.name) {
      case 'log':
      case 'top': {
        const own = rowsOf(tableNamed(shapes, table.name), ['begin', 'end', 'duration']);
        const their = table.rows.map((row) => row.slice(0, 3));
        if (table.name === 'log') compareRows(sorted(own), sorted(their));
        else compareRows(own, their);
        break;
      }
      case 'per_period_stats': {
        const own = rowsOf(tableNamed(shapes, 'table'), [
          'name',
          'count',
          'min',
          'avg',
          'max',
          'stdev',
          'total',
        ]);
        compareRows(sorted(own.slice(0, table.rows.length)), sorted(table.rows));
        break;
      }
      case 'per_parent_stats':
      case 'per_parent_count':
      case 'per_parent_percentage':
        compareParents(shapes, table);
        break;
      case 'freq_duration':
      case 'freq_count':
      case 'freq_ratio':
        if (!isOverAll(table) && !isEmptiedByLengths(one, table)) compareBins(shapes, table);
        break;
      default:
        throw new Error(`no table is known as ${table.name}`);
    }
  }
});
