/**
 * Values as a person reads them: one unit for a whole column, numbers with `.`, times as times of day.
 */
import type { Cell, ColumnKind, ResultColumn } from '../results/columns.ts';
import { safeText } from './text-width.ts';

/** How the values of one column print. */
export interface ColumnFormat {
  /** `ms`, `%`, `calls/s`; empty when there is none. */
  readonly unit: string;
  readonly print: (cell: Cell) => string;
}

/** What formats depend on besides the values. */
export interface FormatContext {
  readonly unicode: boolean;
  readonly times: 'local' | 'utc' | 'seconds' | 'ns';
  /** Whether times of day need their date, because the answer spans more than one day. */
  readonly hasDates: boolean;
}

interface Unit {
  readonly name: string;
  readonly size: number;
}

const timeUnits: readonly Unit[] = [
  { name: 'ns', size: 1 },
  { name: 'us', size: 1e3 },
  { name: 'ms', size: 1e6 },
  { name: 's', size: 1e9 },
];
const sizeUnits: readonly Unit[] = ['B', 'KiB', 'MiB', 'GiB', 'TiB'].map((name, power) => {
  return { name, size: 1024 ** power };
});

/** All that a column shows, looked through once however much depends on it. */
export class ShownCells {
  readonly #cells: Iterable<Cell>;
  #magnitudes: Float64Array | undefined;

  constructor(cells: Iterable<Cell>) {
    this.#cells = cells;
  }

  /** Sorted; without zeros and what is no number. */
  get magnitudes(): Float64Array {
    this.#magnitudes ??= magnitudes(this.#cells);
    return this.#magnitudes;
  }
}

/** By kind of column, which of its units the columns of a table have in common: values beside each other are compared. */
export type CommonUnits = ReadonlyMap<ColumnKind, number>;

/** For each kind the unit in which most of its columns can be read; of several such the one that suits all their cells together. */
export function commonUnits(
  columns: Iterable<{ readonly kind: ColumnKind; readonly cells: ShownCells }>,
): CommonUnits {
  const byKind = new Map<ColumnKind, Float64Array[]>();
  for (const { kind, cells } of columns) {
    if (unitsOf(kind) === undefined) continue;
    byKind.set(kind, [...(byKind.get(kind) ?? []), cells.magnitudes]);
  }
  return new Map(
    [...byKind].flatMap(([kind, all]) => {
      const unit = commonUnit(unitsOf(kind) ?? [], all);
      return unit === undefined ? [] : [[kind, unit] as const];
    }),
  );
}

function commonUnit(units: readonly Unit[], columns: readonly Float64Array[]): number | undefined {
  const counts = units.map((_, at) => columns.filter((sorted) => isReadable(units, at, sorted)).length);
  const most = counts.reduce((max, count) => Math.max(max, count), 0);
  if (most < 2) return undefined;
  const first = counts.indexOf(most);
  if (counts.lastIndexOf(most) === first) return first;
  const suited = columnUnit(units, together(columns));
  return counts[suited] === most ? suited : first;
}

function together(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of columns) {
    all.set(values, at);
    at += values.length;
  }
  return all.sort();
}

function unitsOf(kind: ColumnKind): readonly Unit[] | undefined {
  if (kind === 'duration') return timeUnits;
  return kind === 'size' || kind === 'throughput' ? sizeUnits : undefined;
}

/** The format of a column from all that it shows, in the unit that it has in common with others where its values can be read in that. */
export function columnFormat(
  column: ResultColumn,
  cells: ShownCells,
  context: FormatContext,
  common?: CommonUnits,
): ColumnFormat {
  const ofWhat = column.unit === undefined ? '' : safeText(column.unit, context.unicode);
  switch (column.kind) {
    case 'duration':
      return scaled(timeUnits, cells, context, '', common?.get(column.kind));
    case 'size':
      return scaled(sizeUnits, cells, context, '', common?.get(column.kind));
    case 'throughput':
      return scaled(sizeUnits, cells, context, '/s', common?.get(column.kind));
    case 'ratio':
      return { unit: '%', print: fixed(percentDigits(cells), 0.01) };
    case 'rate':
      return { unit: `${ofWhat}/s`, print: fixed(fractionDigits(cells, 3), 1) };
    case 'number':
      return { unit: ofWhat, print: fixed(fractionDigits(cells, 3), 1) };
    case 'timestamp':
      return {
        unit: context.times === 'ns' ? 'ns' : context.times === 'seconds' ? 's' : '',
        print: time(context),
      };
    case 'flag':
      return { unit: '', print: (cell) => (cell === undefined ? '' : cell ? 'yes' : 'no') };
    default:
      return {
        unit: ofWhat,
        print: (cell) => (cell === undefined ? '' : safeText(String(cell), context.unicode)),
      };
  }
}

/** One value with its own unit, for axes and legends: `500 ns`, `20 ms`, `1,200`. */
export function printAlone(kind: ColumnKind, value: number, context: FormatContext): string {
  if (kind === 'duration') return withUnit(timeUnits, value, context, '');
  if (kind === 'size') return withUnit(sizeUnits, value, context, '');
  if (kind === 'throughput') return withUnit(sizeUnits, value, context, '/s');
  if (kind === 'ratio') return `${shortNumber(value * 100)} %`;
  if (kind === 'rate') return `${shortNumber(value)}/s`;
  return shortNumber(value);
}

/** A number in at most five characters or so: `0.5`, `20`, `1.25e9`. */
export function shortNumber(value: number): string {
  // A sum or a percentage of what a double just holds.
  if (!Number.isFinite(value)) return value > 0 ? '> 1e308' : '< -1e308';
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const text = String(Number(value.toPrecision(3)));
  return text.length <= 7 ? text : value.toExponential(2).replace('e+', 'e');
}

function withUnit(units: readonly Unit[], value: number, context: FormatContext, suffix: string): string {
  const unit = units.findLast((candidate) => Math.abs(value) >= candidate.size) ?? units[0]!;
  return `${shortNumber(value / unit.size)} ${unitName(unit, context)}${suffix}`;
}

function unitName(unit: Unit, context: FormatContext): string {
  return unit.name === 'us' && context.unicode ? 'µs' : unit.name;
}

/** Magnitudes other than zero, of which units and digits are chosen. */
function magnitudes(cells: Iterable<Cell>): Float64Array {
  let found = new Float64Array(16);
  let count = 0;
  for (const cell of cells) {
    if (typeof cell !== 'number' && typeof cell !== 'bigint') continue;
    const magnitude = Math.abs(Number(cell));
    if (!(magnitude > 0 && Number.isFinite(magnitude))) continue;
    if (count === found.length) {
      const larger = new Float64Array(count * 2);
      larger.set(found);
      found = larger;
    }
    found[count++] = magnitude;
  }
  return found.subarray(0, count).sort();
}

/**
 * The unit in which the median is between 1 and 1000, then a smaller one when small values would vanish and a larger one
 * when large values would need more than seven digits.
 */
function columnUnit(units: readonly Unit[], sorted: Float64Array): number {
  if (sorted.length === 0) return 0;
  const median = sorted[(sorted.length - 1) >> 1]!;
  const smallest = sorted[0]!;
  const largest = sorted.at(-1)!;
  let at = Math.max(
    0,
    units.findLastIndex((unit) => median >= unit.size),
  );
  while (at > 0 && smallest < units[at]!.size / 100 && largest < units[at - 1]!.size * 1e6) at -= 1;
  while (at < units.length - 1 && largest >= units[at]!.size * 1e7) at += 1;
  return at;
}

/** Whether a column has not too many digits before the point, and of its smallest value one that counts among those behind it. */
function isReadable(units: readonly Unit[], at: number, sorted: Float64Array): boolean {
  if (sorted.length === 0) return true;
  const { size } = units[at]!;
  const [least, most] = units === sizeUnits ? [0.1, 1e5] : [0.01, 1e7];
  return sorted.at(-1)! < size * most && sorted[0]! >= size * least;
}

function scaled(
  units: readonly Unit[],
  { magnitudes: sorted }: ShownCells,
  context: FormatContext,
  suffix: string,
  common: number | undefined,
): ColumnFormat {
  const at = common !== undefined && isReadable(units, common, sorted) ? common : columnUnit(units, sorted);
  const unit = units[at]!;
  const isIntegral = sorted.every((value) => Number.isInteger(value / unit.size));
  // Where all values have four digits before the point, thousandths say nothing.
  const isLarge = (sorted[0] ?? 0) >= unit.size * 1000;
  const digits = isIntegral ? 0 : units === sizeUnits || at === 0 || isLarge ? 1 : 3;
  return { unit: unitName(unit, context) + suffix, print: fixed(digits, unit.size) };
}

/** None for integers, else as many as show three significant digits of the smallest value, at most `digitsMax`. */
function fractionDigits({ magnitudes: sorted }: ShownCells, digitsMax: number): number {
  if (sorted.every((value) => Number.isInteger(value))) return 0;
  const median = sorted[sorted.length >> 1]!;
  return Math.min(digitsMax, Math.max(1, 2 - Math.floor(Math.log10(median))));
}

/** One, as people write percentages; two when some would otherwise be 0.0. */
function percentDigits({ magnitudes: sorted }: ShownCells): number {
  const smallest = sorted[0];
  return smallest !== undefined && smallest < 0.0005 ? 2 : 1;
}

/** Prints `value / size`; what is too large for that many digits has an exponent. */
function fixed(digits: number, size: number): (cell: Cell) => string {
  return (cell) => {
    if (typeof cell === 'bigint' && size === 1) return String(cell);
    if (typeof cell !== 'number' && typeof cell !== 'bigint') return '';
    const value = Number(cell) / size;
    if (!Number.isFinite(value)) return '';
    return Math.abs(value) >= 1e15 ? value.toExponential(3).replace('e+', 'e') : value.toFixed(digits);
  };
}

/** Times of a column come in order, mostly: what all of one second begin with is kept. */
function time(context: FormatContext): (cell: Cell) => string {
  let second = -1n;
  let ofSecond = '';
  return (cell) => {
    if (typeof cell !== 'bigint') return '';
    if (context.times === 'ns' || cell < 0n) return printTime(cell, context);
    const seconds = cell / 1_000_000_000n;
    if (seconds !== second) {
      second = seconds;
      ofSecond = printTime(seconds * 1_000_000_000n, context, 0);
    }
    return ofSecond + String(Number(cell - seconds * 1_000_000_000n)).padStart(9, '0');
  };
}

/** A time of the trace's clock: `13:05:00.000000001`, with its date when needed, or seconds, or nanoseconds. */
export function printTime(epochNs: bigint, context: FormatContext, digits = 9): string {
  if (context.times === 'ns') return String(epochNs);
  const seconds = floorDivide(epochNs, 1_000_000_000n);
  const fraction = String(epochNs - seconds * 1_000_000_000n)
    .padStart(9, '0')
    .slice(0, digits);
  const date = new Date(Number(seconds) * 1000);
  if (context.times === 'seconds' || Number.isNaN(date.getTime())) {
    // -0.5 s is -1 s and a fraction of 0.5: printed from the magnitude.
    return epochNs < 0n
      ? `-${printTime(-epochNs, { ...context, times: 'seconds' }, digits)}`
      : `${seconds}.${fraction}`;
  }
  const two = (value: number) => String(value).padStart(2, '0');
  const isUtc = context.times === 'utc';
  const clock = isUtc
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getHours(), date.getMinutes(), date.getSeconds()];
  const text = `${clock.map(two).join(':')}.${fraction}`;
  if (!context.hasDates) return text;
  const day = isUtc
    ? [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
    : [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return `${day.map(two).join('-')} ${text}`;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}
