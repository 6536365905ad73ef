/**
 * Columns of results as columns of LAMI 1.0, and cells as its data objects (lttng/lami-spec, lami.adoc, "Data objects").
 *
 * Only the classes of 1.0 are used: Trace Compass refuses a whole result for one that it does not know. The name, the thread and
 * the process of one and the same thread are three columns here and one object there.
 */
import type { Cell, ColumnKind, ResultColumn } from '../../results/columns.ts';
import type { JsonObject, JsonValue } from '../../results/json-text.ts';

/** A column description object. */
export interface LamiColumnDescription {
  readonly title: string;
  readonly class: string;
  readonly unit?: string;
}

/** What is left open about the numbers of a table. */
export interface LamiOpenness {
  /** Events were lost: counts and sums may be larger. */
  readonly isLowerBound: boolean;
  /** How far a time may be off to either side; 0 where nothing is known about it. */
  readonly clockUncertaintyNs: number;
}

/** A column and how its cells are made from those of a row. */
export interface LamiColumn {
  readonly description: LamiColumnDescription;
  readonly cell: (cells: (column: number) => Cell, openness: LamiOpenness) => JsonValue;
}

/** The columns of a table, in their order; those of one thread stand where the first of them stood. */
export function lamiColumns(columns: readonly ResultColumn[]): readonly LamiColumn[] {
  const done = new Set<number>();
  const made: LamiColumn[] = [];
  columns.forEach((column, at) => {
    if (done.has(at)) return;
    if (column.kind === 'irq') {
      made.push(irqColumn(columns, at));
      return;
    }
    const owner = ownerOf(column);
    if (owner === undefined) {
      made.push(plainColumn(column, at));
      return;
    }
    const parts = partsOf(columns, owner, done);
    for (const part of Object.values(parts)) done.add(part);
    made.push(processColumn(columns, parts));
  });
  return made;
}

/** The columns that say who: indexes by property of the process object. */
interface ProcessParts {
  readonly name?: number;
  readonly pid?: number;
  readonly tid?: number;
}

const idEndings: Readonly<Partial<Record<ColumnKind, RegExp>>> = {
  process: /-?(?:comm|process|thread|name)$/,
  tid: /-?tid$/,
  pid: /-?pid$/,
};
const propertyOf: Readonly<Partial<Record<ColumnKind, 'name' | 'pid' | 'tid'>>> = {
  process: 'name',
  tid: 'tid',
  pid: 'pid',
};

/** Whose name, thread or process a column has: `waker` for `waker-tid`, nothing before it for `tid`. */
function ownerOf({ id, kind }: ResultColumn): string | undefined {
  const ending = idEndings[kind];
  return ending === undefined ? undefined : id.replace(ending, '');
}

function partsOf(columns: readonly ResultColumn[], owner: string, done: ReadonlySet<number>): ProcessParts {
  const parts: { name?: number; pid?: number; tid?: number } = {};
  columns.forEach((column, at) => {
    const property = propertyOf[column.kind];
    if (property === undefined || done.has(at) || ownerOf(column) !== owner) return;
    parts[property] ??= at;
  });
  return parts;
}

function processColumn(columns: readonly ResultColumn[], parts: ProcessParts): LamiColumn {
  const { name, pid, tid } = parts;
  const titled = columns[name ?? tid ?? pid ?? 0]?.title ?? '';
  const title = name !== undefined && /^(?:name|comm)$/i.test(titled) ? 'Process' : titled;
  return {
    description: { title, class: 'process' },
    cell(cells) {
      const object: Record<string, JsonValue> = {};
      if (name !== undefined) set(object, 'name', cells(name));
      if (pid !== undefined) set(object, 'pid', cells(pid));
      if (tid !== undefined) set(object, 'tid', cells(tid));
      return Object.keys(object).length === 0 ? null : { class: 'process', ...object };
    },
  };
}

function set(object: Record<string, JsonValue>, key: string, value: Cell): void {
  if (value !== undefined && isId(value)) object[key] = value;
}

/**
 * Soft interrupts have numbers of their own: a column `kind` beside the number says which it is of, and `name` how it is called. Both stay
 * columns as well, for rows that have no number.
 */
function irqColumn(columns: readonly ResultColumn[], at: number): LamiColumn {
  const { id, title } = columns[at] as ResultColumn;
  const besides = (wanted: string) =>
    columns.findIndex((column) => column.id === wanted && column.kind === 'text');
  const [kindAt, nameAt] = [besides('kind'), besides('name')];
  const isSoft = /soft/i.test(`${id} ${title}`);
  return {
    description: { title, class: 'irq' },
    cell(cells) {
      const irq = withValue({ class: 'irq' }, 'nr', cells(at));
      if (irq === null || typeof irq !== 'object' || !('nr' in irq)) return irq;
      const name = nameAt < 0 ? undefined : cells(nameAt);
      const hard = !(isSoft || (kindAt >= 0 && /^soft/.test(String(cells(kindAt)))));
      return { ...irq, hard, ...(name === undefined ? {} : { name }) };
    },
  };
}

interface ClassOfKind {
  readonly class: string;
  /** The property of the data object that has the value. */
  readonly property: string;
}

const classes: Readonly<Partial<Record<ColumnKind, ClassOfKind>>> = {
  syscall: { class: 'syscall', property: 'name' },
  path: { class: 'path', property: 'path' },
  cpu: { class: 'cpu', property: 'id' },
  fd: { class: 'fd', property: 'fd' },
  flag: { class: 'bool', property: 'value' },
  text: { class: 'string', property: 'value' },
  event: { class: 'string', property: 'value' },
  errno: { class: 'string', property: 'value' },
};

/** Columns of text that name a thing for which there is a class. */
const classOfId: Readonly<Record<string, ClassOfKind>> = {
  device: { class: 'disk', property: 'name' },
  partition: { class: 'part', property: 'name' },
  interface: { class: 'netif', property: 'name' },
};

const numberClasses: Readonly<Partial<Record<ColumnKind, string>>> = {
  ratio: 'ratio',
  duration: 'duration',
  timestamp: 'timestamp',
  size: 'size',
  throughput: 'bitrate',
};

function plainColumn(column: ResultColumn, at: number): LamiColumn {
  const { title, kind, id } = column;
  const named = (kind === 'text' ? classOfId[id] : undefined) ?? classes[kind];
  if (named !== undefined) {
    const common: JsonObject = { class: named.class };
    return {
      description: { title, class: named.class },
      cell: (cells) => withValue(common, named.property, cells(at)),
    };
  }
  const unit = unitOf(column);
  const numberClass = numberClasses[kind] ?? 'number';
  return {
    description: unit === undefined ? { title, class: numberClass } : { title, class: numberClass, unit },
    cell: (cells, openness) => {
      const value = cells(at);
      if (typeof value !== 'number' && typeof value !== 'bigint') return null;
      return numberObject(numberClass, kind === 'throughput' ? Number(value) * 8 : value, (exact) =>
        boundsOf(column, exact, openness),
      );
    },
  };
}

function withValue(common: JsonObject, property: string, value: Cell): JsonValue {
  if (value === undefined) return null;
  return isId(value) ? { ...common, [property]: value } : { class: 'unknown' };
}

/** Numbers of CPUs, threads, … are whole; a result that was read from a file may say otherwise. */
function isId(value: Cell): boolean {
  return typeof value === 'number' ? Number.isSafeInteger(value) : typeof value !== 'bigint';
}

/** A unit means something for the class `number` alone. */
function unitOf({ kind, unit }: ResultColumn): string | undefined {
  if (numberClasses[kind] !== undefined || unit === undefined) return undefined;
  return kind === 'rate' ? `${unit}/s` : unit;
}

/** Both ends or none: Trace Compass takes one alone for an error. */
export interface LamiBounds {
  readonly low: number | bigint | '-inf';
  readonly high: number | bigint | '+inf';
}

/** A `number` object or one of the classes derived from it. Those that Trace Compass reads into a Java `long` are whole. */
export function numberObject(
  numberClass: string,
  value: number | bigint,
  boundsAround: (exact: number | bigint) => LamiBounds | undefined = () => undefined,
): JsonObject {
  const isWhole = numberClass === 'timestamp' || numberClass === 'duration' || numberClass === 'size';
  const exact = isWhole ? wholeOf(value) : value;
  if (isWhole && !isLong(exact)) return { class: 'unknown' };
  const bounds = boundsAround(exact);
  if (bounds === undefined) return { class: numberClass, value: exact };
  return { class: numberClass, low: bounds.low, value: exact, high: bounds.high };
}

const longLimit = 2n ** 63n;

/** Whether it fits into 64 bits with a sign, which is all that readers of times and sizes have. */
function isLong(value: number | bigint): boolean {
  return value >= -longLimit && value < longLimit;
}

/** The nearest one that does. */
export function nearestLong(value: bigint): bigint {
  if (isLong(value)) return value;
  return value < 0n ? -longLimit : longLimit - 1n;
}

/** A double beyond 2^53 is a whole number already; all of its digits are written. */
function wholeOf(value: number | bigint): number | bigint {
  if (typeof value === 'bigint') return value;
  const rounded = Math.round(value);
  return Number.isSafeInteger(rounded) ? rounded : BigInt(rounded);
}

function boundsOf(
  { id, kind }: ResultColumn,
  value: number | bigint,
  { isLowerBound, clockUncertaintyNs }: LamiOpenness,
): LamiBounds | undefined {
  const isSum = kind === 'count' || (id === 'total' && (kind === 'duration' || kind === 'size'));
  if (isSum) return isLowerBound ? { low: value, high: '+inf' } : undefined;
  if (clockUncertaintyNs === 0) return undefined;
  // A deviation is not shifted with its values, and a duration has an uncertain beginning and an uncertain end.
  if (kind === 'timestamp') return around(value, clockUncertaintyNs);
  if (kind === 'duration' && !/stdev|deviation/.test(id)) return around(value, 2 * clockUncertaintyNs, 0);
  return undefined;
}

function around(
  value: number | bigint,
  uncertaintyNs: number,
  lowest = Number.NEGATIVE_INFINITY,
): LamiBounds {
  const offset = Math.ceil(uncertaintyNs);
  if (typeof value === 'bigint') {
    const [low, high] = [value - BigInt(offset), value + BigInt(offset)];
    return { low: isLong(low) ? low : '-inf', high: isLong(high) ? high : '+inf' };
  }
  return { low: Math.min(value, Math.max(lowest, value - offset)), high: value + offset };
}
