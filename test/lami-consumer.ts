// A consumer of LAMI that accepts what Trace Compass accepts and refuses what it refuses (LamiAnalysis, LamiData and ProcessUtils
// there), for the rules that the tests name. Where Java reads a long it is read exactly here.
import { type JsonObject, type JsonValue, readJson } from '../src/results/json-text.ts';

export class Refused extends Error {}

/** What a program printed and returned. */
export interface Phase {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Rule 1: `\d{1,3}\.\d{1,3}`, and 1.00 to 1.99 is understood. stderr is read together with stdout. */
export function readVersion({ code, out, err }: Phase): number {
  if (code !== 0) throw new Refused('the version phase failed');
  const match = /^(\d{1,3})\.(\d{1,3})$/.exec((out + err).trim());
  const version = match === null ? 0 : Number(match[1]) * 100 + Number(match[2]);
  if (version < 100 || version >= 200) throw new Refused(`version ${out}`);
  return version;
}

/** The columns that a table has on the screen, by class name. */
export type Metadata = ReadonlyMap<string, readonly string[]>;

/** Rule 2: a title, and for every class a title and columns. */
export function readMetadata({ code, out, err }: Phase): Metadata {
  if (code !== 0) throw new Refused('the metadata phase failed');
  const metadata = objectOf(readJson(joinLines(out + err)));
  textOf(metadata, 'title');
  const classes = objectOf(required(metadata, 'table-classes'));
  if (Object.keys(classes).length === 0) throw new Refused('no table class');
  return new Map(
    Object.entries(classes).map(([name, tableClass]) => [name, readTableClass(objectOf(tableClass))]),
  );
}

/** Rule 3: nothing at all, or an object without an error message. */
export function isCompatible({ out, err }: Phase): boolean {
  const printed = (out + err).trim();
  if (printed === '') return true;
  try {
    return !('error-message' in objectOf(readJson(joinLines(printed))));
  } catch {
    return false;
  }
}

export interface ReadTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rowCount: number;
}

export interface Results {
  /** Of the progress lines that were understood. */
  readonly progress: readonly number[];
  readonly tables: readonly ReadTable[];
}

/** Rules 5 to 9. */
export function readResults({ code, out, err }: Phase, metadata: Metadata): Results {
  if (code !== 0) throw new Refused(`the results phase failed: ${err}`);
  const lines = out.split('\n');
  const begin = lines.findIndex((line) => /^\s*\{.*$/.test(line));
  if (begin < 0) throw new Refused('no results');
  const progress = lines.slice(0, begin).flatMap((line) => {
    const [value = ''] = line.trim().split(' ');
    return /^\d/.test(value) ? [Number(value)] : [];
  });
  const results = required(objectOf(readJson(lines.slice(begin).join(''))), 'results');
  return { progress, tables: arrayOf(results).map((table) => readTable(objectOf(table), metadata)) };
}

function readTable(table: JsonObject, metadata: Metadata): ReadTable {
  if (readData(required(table, 'time-range')) !== 'time-range') throw new Refused('no time range');
  const tableClass = required(table, 'class');
  const name = typeof tableClass === 'string' ? tableClass : '(inline)';
  const columns =
    typeof tableClass === 'string'
      ? declared(metadata, tableClass)
      : readInlineClass(objectOf(tableClass), metadata);
  const rows = arrayOf(required(table, 'data'));
  for (const row of rows) {
    const cells = arrayOf(row).map(readData);
    checkRow(cells, columns);
  }
  return { name, columns, rowCount: rows.length };
}

/** Not checked by Trace Compass, which then shows nonsense: a cell is empty, unknown, or of its column's class. */
function checkRow(cells: readonly string[], columns: readonly string[]): void {
  if (cells.length !== columns.length)
    throw new Refused(`${cells.length} cells in ${columns.length} columns`);
  cells.forEach((cell, at) => {
    const column = columns[at] as string;
    if (cell !== 'empty' && cell !== 'unknown' && column !== 'mixed' && cell !== column)
      throw new Refused(`${cell} in a column of ${column}`);
  });
}

/** Rule 6. */
function readInlineClass(tableClass: JsonObject, metadata: Metadata): readonly string[] {
  if (!('inherit' in tableClass)) return readTableClass(tableClass);
  textOf(tableClass, 'title');
  return declared(metadata, textOf(tableClass, 'inherit'));
}

function declared(metadata: Metadata, name: string): readonly string[] {
  const columns = metadata.get(name);
  if (columns === undefined) throw new Refused(`table class ${name} was not declared in the metadata`);
  return columns;
}

const columnClasses = new Set(
  'string number bool float int ratio timestamp time-range duration size bitrate syscall process path fd irq cpu disk part netif unknown mixed'.split(
    ' ',
  ),
);

function readTableClass(tableClass: JsonObject): readonly string[] {
  textOf(tableClass, 'title');
  return arrayOf(required(tableClass, 'column-descriptions')).map((item) => {
    const { class: columnClass = 'mixed' } = objectOf(item);
    if (typeof columnClass !== 'string' || !columnClasses.has(columnClass))
      throw new Refused(`Unrecognized data type: ${String(columnClass)}`);
    return columnClass;
  });
}

/** @returns its class */
function readData(value: JsonValue): string {
  if (value === null) return 'empty';
  if (typeof value !== 'object') return typeof value === 'boolean' ? 'bool' : typeof value;
  const object = objectOf(value);
  const dataClass = textOf(object, 'class');
  switch (dataClass) {
    case 'timestamp':
    case 'duration':
    case 'size':
      checkNumber(object, readLong);
      break;
    case 'number':
    case 'ratio':
    case 'bitrate':
      checkNumber(object, readDouble);
      break;
    case 'bool':
      if (typeof required(object, 'value') !== 'boolean') throw new Refused('a bool without one');
      break;
    case 'string':
      textOf(object, 'value');
      break;
    case 'syscall':
    case 'disk':
    case 'part':
    case 'netif':
      textOf(object, 'name');
      break;
    case 'path':
      textOf(object, 'path');
      break;
    case 'cpu':
      readLong(required(object, 'id'));
      break;
    case 'fd':
      readLong(required(object, 'fd'));
      break;
    case 'irq':
      readLong(required(object, 'nr'));
      break;
    case 'process':
      for (const key of ['pid', 'tid']) if (key in object) readLong(required(object, key));
      break;
    case 'time-range':
      for (const key of ['begin', 'end'])
        if (readData(required(object, key)) !== 'timestamp') throw new Refused('Invalid time range object');
      break;
    case 'unknown':
      break;
    default:
      // Rule 8.
      throw new Refused(`Unsupported data class "${dataClass}"`);
  }
  return dataClass;
}

/** Rule 7. */
function checkNumber(object: JsonObject, read: (value: JsonValue) => number | bigint): void {
  const value = 'value' in object ? read(required(object, 'value')) : undefined;
  const low = 'low' in object ? limit(required(object, 'low'), read) : undefined;
  const high = 'high' in object ? limit(required(object, 'high'), read) : undefined;
  if (value === undefined && (low === undefined || high === undefined)) throw new Refused('no value');
  if ((low === undefined) !== (high === undefined)) throw new Refused('one limit without the other');
  if (low === undefined || high === undefined) return;
  const middle = value ?? low;
  if (middle < low || high < middle) throw new Refused('low <= value <= high not respected');
}

function limit(value: JsonValue, read: (value: JsonValue) => number | bigint): number | bigint {
  if (value === '-inf') return Number.NEGATIVE_INFINITY;
  if (value === '+inf') return Number.POSITIVE_INFINITY;
  return read(value);
}

const longMax = 2n ** 63n - 1n;

function readLong(value: JsonValue): bigint {
  const isInteger = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  const exact = isInteger ? BigInt(value) : undefined;
  if (exact === undefined || exact > longMax || exact < -longMax - 1n)
    throw new Refused(`${String(value)} is no long`);
  return exact;
}

function readDouble(value: JsonValue): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new Refused('no number');
  return Number(value);
}

function joinLines(text: string): string {
  return text.split('\n').join('');
}

function objectOf(value: JsonValue): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Refused('no object');
  return value as JsonObject;
}

function arrayOf(value: JsonValue): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new Refused('no array');
  return value;
}

function required(object: JsonObject, key: string): JsonValue {
  const value = object[key];
  if (value === undefined) throw new Refused(`no ${key}`);
  return value;
}

function textOf(object: JsonObject, key: string): string {
  const value = required(object, key);
  if (typeof value !== 'string') throw new Refused(`${key} is no text`);
  return value;
}
