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
      made.push(plainColumn(columns, at));
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

function plainColumn(columns: readonly ResultColumn[], at: number): LamiColumn {
  const column = columns[at] as ResultColumn;
  const { title, kind, id } = column;
  const countAt = columns.findIndex((other) => other.id === 'count' || other.id === 'runs');
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
        boundsOf(column, exact, countAt < 0 ? undefined : cells(countAt), openness),
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

/** What a number says of the true one where events are missing: at least that, at most that, or nothing. */
type Openness = 'least' | 'most' | 'none';

const opennessOfId: Readonly<Record<string, Openness>> = {
  total: 'least',
  busy: 'least',
  idle: 'least',
  asleep: 'least',
  awake: 'least',
  known: 'least',
  max: 'least',
  min: 'most',
  unknown: 'most',
  avg: 'none',
  average: 'none',
  p50: 'none',
  p90: 'none',
  p99: 'none',
  stdev: 'none',
};
const opennessOfKind: Readonly<Partial<Record<ColumnKind, Openness>>> = {
  count: 'least',
  rate: 'least',
  throughput: 'least',
  ratio: 'none',
};
/** Sizes of one thing: they are what was recorded. */
const ofOneThing: ReadonlySet<string> = new Set(['size', 'requested']);
const measures: ReadonlySet<ColumnKind> = new Set<ColumnKind>(['duration', 'size', 'number']);

/** Undefined for what was measured of one thing, which what is missing does not change. */
function opennessOf({ id, kind }: ResultColumn): Openness | undefined {
  const ofKind = opennessOfKind[kind];
  if (ofKind !== undefined) return ofKind;
  if (!measures.has(kind)) return undefined;
  const ofId = opennessOfId[id.slice(id.lastIndexOf('-') + 1)];
  return ofId ?? (kind === 'size' && !ofOneThing.has(id) ? 'least' : undefined);
}

function boundsOf(
  column: ResultColumn,
  value: number | bigint,
  count: Cell,
  { isLowerBound, clockUncertaintyNs }: LamiOpenness,
): LamiBounds | undefined {
  const openness = isLowerBound ? opennessOf(column) : undefined;
  const ofClock = clockBounds(column, value, count, clockUncertaintyNs);
  if (openness === undefined) return ofClock;
  const { low, high } = ofClock ?? { low: value, high: value };
  const isSigned = column.kind === 'number' || maybeNegative.test(column.id);
  const least = isSigned || value < 0 ? '-inf' : 0;
  return { low: openness === 'least' ? low : least, high: openness === 'most' ? high : '+inf' };
}

/** What may have been before its time. */
const maybeNegative = /^late(?:-|$)/;

/** Bins are not measured, and a deviation is not shifted with its values. */
const withoutClock = /^(?:lower|upper)$|stdev/;

/** How far clocks that are not exact may put it off. @param count of how many things a sum is */
function clockBounds(
  { id, kind }: ResultColumn,
  value: number | bigint,
  count: Cell,
  clockUncertaintyNs: number,
): LamiBounds | undefined {
  if (clockUncertaintyNs === 0 || withoutClock.test(id)) return undefined;
  if (kind === 'timestamp') return around(value, clockUncertaintyNs);
  if (kind !== 'duration') return undefined;
  // A duration has an uncertain beginning and an uncertain end, and a sum has those of all.
  const isSum = opennessOfId[id] === 'least' && id !== 'max';
  const least = maybeNegative.test(id) ? Number.NEGATIVE_INFINITY : 0;
  if (!isSum) return around(value, 2 * clockUncertaintyNs, least);
  return typeof count === 'number' && count >= 0
    ? around(value, 2 * clockUncertaintyNs * count, 0)
    : undefined;
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
