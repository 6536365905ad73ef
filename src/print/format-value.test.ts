import { expect, test } from 'vitest';
import { type Cell, type ColumnKind, column } from '../results/columns.ts';
import {
  columnFormat,
  commonUnits,
  type FormatContext,
  printAlone,
  printTime,
  ShownCells,
  shortNumber,
} from './format-value.ts';

const context: FormatContext = { unicode: true, times: 'utc', hasDates: false };

function printed(kind: ColumnKind, cells: readonly Cell[]): readonly string[] {
  const format = columnFormat(column('x', 'X', kind, 'A value.'), new ShownCells(cells), context);
  return [format.unit, ...cells.map(format.print)];
}

test.each<[ColumnKind, readonly Cell[], readonly string[]]>([
  ['duration', [120, 999], ['ns', '120', '999']],
  ['duration', [1500, 2500, undefined], ['µs', '1.500', '2.500', '']],
  ['duration', [2500, 1_000_000], ['µs', '2.500', '1000.000']],
  ['duration', [1_500_000, 20_250_000], ['ms', '1.500', '20.250']],
  ['duration', [3e9, 5e9], ['s', '3', '5']],
  ['duration', [0, 0], ['ns', '0', '0']],
  ['size', [100, 4096], ['B', '100', '4096']],
  ['size', [1536, 1_048_576], ['KiB', '1.5', '1024.0']],
  ['ratio', [0.25, 1], ['%', '25.0', '100.0']],
  ['ratio', [0.0001], ['%', '0.01']],
  ['rate', [12.5, 100], ['/s', '12.5', '100.0']],
  ['number', [1, 2], ['', '1', '2']],
  ['count', [7, 2n ** 60n], ['', '7', '1152921504606846976']],
  ['flag', [true, false, undefined], ['', 'yes', 'no', '']],
  ['number', [1e300], ['', '1.000e300']],
])('a column of %s: %s', (kind, cells, expected) => {
  expect(printed(kind, cells)).toEqual(expected);
});

test('a value alone has its own unit', () => {
  expect(printAlone('duration', 500, context)).toBe('500 ns');
  expect(printAlone('duration', 20_000, context)).toBe('20 µs');
  expect(printAlone('duration', 20_000, { ...context, unicode: false })).toBe('20 us');
  expect(printAlone('duration', 0, context)).toBe('0 ns');
  expect(printAlone('size', 2048, context)).toBe('2 KiB');
  expect([0.1234, 999_999, 1_234_567, 12.5].map(shortNumber)).toEqual(['0.123', '999999', '1230000', '12.5']);
});

test('times print in the chosen way, also before the epoch', () => {
  const timeNs = 1_767_359_100_000_000_001n;
  expect(printTime(timeNs, context)).toBe('13:05:00.000000001');
  expect(printTime(timeNs, { ...context, hasDates: true }, 3)).toBe('2026-01-02 13:05:00.000');
  expect(printTime(timeNs, { ...context, times: 'seconds' })).toBe('1767359100.000000001');
  expect(printTime(timeNs, { ...context, times: 'ns' })).toBe('1767359100000000001');
  expect(printTime(-500_000_000n, { ...context, times: 'seconds' })).toBe('-0.500000000');
  expect(printTime(2n ** 80n, context)).toMatch(/^\d+\.\d{9}$/);
});

/** Units and first cells of columns of one kind in one table. */
function printedBeside(kind: ColumnKind, ...columns: readonly (readonly Cell[])[]): readonly string[] {
  const common = commonUnits(columns.map((cells) => ({ kind, cells: new ShownCells(cells) })));
  return columns.map((cells) => {
    const shown = new ShownCells(cells);
    const { unit, print } = columnFormat(column('x', 'X', kind, 'A value.'), shown, context, common);
    return `${print(cells[0])} ${unit}`;
  });
}

test('columns of one quantity share a unit where all of them can be read in it', () => {
  // Average, median, longest.
  expect(printedBeside('duration', [1500, 9000], [412, 3000], [2_500_000, 7100])).toEqual([
    '1.500 µs',
    '0.412 µs',
    '2500.000 µs',
  ]);
  // In all.
  expect(printedBeside('duration', [1500, 9000], [2_737_729, 1_301_000])).toEqual(['1.500 µs', '2737.7 µs']);
  // Busy, idle, unknown.
  expect(printedBeside('duration', [40_274_000], [195_401_000], [12_571])).toEqual([
    '40.274 ms',
    '195.401 ms',
    '0.013 ms',
  ]);
  expect(printedBeside('duration', [30e9, 40e9, 50e9], [200, 300])).toEqual(['30 s', '200 ns']);
  expect(printedBeside('size', [1536, 4096], [2 ** 26], [5])).toEqual(['1.5 KiB', '65536 KiB', '5 B']);
});
