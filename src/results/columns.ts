/**
 * What a column of a result holds: its kind says how a value is stored, printed, compared and aligned.
 *
 * Units are fixed by the kind (durations are always nanoseconds, sizes bytes), so that no reader of a result has to
 * guess; a renderer chooses what to show (`1.5 ms`).
 */

/**
 * How a cell of each kind is stored:
 * - `text`, `syscall`, `process`, `path`, `event`, `errno` (`ENOENT`): string
 * - `tid`, `pid`, `cpu`, `irq`, `fd`, `prio`: integer
 * - `count`, `integer` (a return value, a sequence number; may be negative): integer, a bigint beyond 2^53
 * - `number`: any finite number
 * - `ratio`: a part of one, 0.25 prints as 25.0 %
 * - `rate`: per second; the column's unit says of what
 * - `duration`: nanoseconds, may have a fraction (an average)
 * - `timestamp`: bigint, nanoseconds since the epoch of the trace's clock
 * - `size`: bytes; `throughput`: bytes per second
 * - `flag`: boolean
 */
export type ColumnKind =
  | 'text'
  | 'syscall'
  | 'process'
  | 'path'
  | 'event'
  | 'errno'
  | 'tid'
  | 'pid'
  | 'cpu'
  | 'irq'
  | 'fd'
  | 'prio'
  | 'count'
  | 'integer'
  | 'number'
  | 'ratio'
  | 'rate'
  | 'duration'
  | 'timestamp'
  | 'size'
  | 'throughput'
  | 'flag';

/** One value; `undefined` is unknown or not applicable, and prints as nothing. */
export type Cell = string | number | bigint | boolean | undefined;

/** The static description of one column. */
export interface ResultColumn<Id extends string = string> {
  /** Kebab-case, unique within its shape; the key in JSON and the name in a `select` expression. */
  readonly id: Id;
  /** The heading, one or two words. */
  readonly title: string;
  readonly kind: ColumnKind;
  /** Of what, for `count` and `rate`: `calls`. Kinds with a fixed unit have none here. */
  readonly unit?: string;
  /** One sentence for `explain` and for tool tips. */
  readonly meaning: string;
}

/** What a kind of column holds. */
export type ColumnStorage = 'string' | 'integer' | 'number' | 'bigint' | 'boolean';

const storages: Readonly<Record<ColumnKind, ColumnStorage>> = {
  text: 'string',
  syscall: 'string',
  process: 'string',
  path: 'string',
  event: 'string',
  errno: 'string',
  tid: 'integer',
  pid: 'integer',
  cpu: 'integer',
  irq: 'integer',
  fd: 'integer',
  prio: 'integer',
  count: 'integer',
  integer: 'integer',
  number: 'number',
  ratio: 'number',
  rate: 'number',
  duration: 'number',
  timestamp: 'bigint',
  size: 'number',
  throughput: 'number',
  flag: 'boolean',
};

/** All kinds, for schemas, tests and documentation. */
export const columnKinds = Object.keys(storages) as readonly ColumnKind[];

/** What the cells of a column of this kind are. */
export function storageOf(kind: ColumnKind): ColumnStorage {
  return storages[kind];
}

/** Whether text is a kind of column. */
export function isColumnKind(text: string): text is ColumnKind {
  return Object.hasOwn(storages, text);
}

/** Whether cells of this kind are numbers, printed to the right. */
export function isNumeric(kind: ColumnKind): boolean {
  const storage = storageOf(kind);
  return storage !== 'string' && storage !== 'boolean';
}

/** A column, in one line. */
export function column<const Id extends string>(
  id: Id,
  title: string,
  kind: ColumnKind,
  meaning: string,
  unit?: string,
): ResultColumn<Id> {
  return unit === undefined ? { id, title, kind, meaning } : { id, title, kind, unit, meaning };
}

/**
 * The one form in which a value is kept in a result, so that results → JSON → results is the identity: numbers that are
 * not finite become unknown, a bigint that a number holds exactly becomes one, timestamps are bigint.
 */
export function normalCell(kind: ColumnKind, value: Cell): Cell {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return undefined;
    if (kind === 'timestamp') return BigInt(Math.round(value));
    return value;
  }
  if (typeof value === 'bigint' && kind !== 'timestamp') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  return value;
}
