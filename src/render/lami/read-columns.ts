/** Columns of LAMI as columns of results: an object with several parts, such as a process, becomes a column for each of them. */
import type { Cell, ColumnKind, ResultColumn } from '../../results/columns.ts';
import { JsonError, type JsonObject, type JsonValue, writeJson } from '../../results/json-text.ts';

/** A column description object. */
export interface ReadColumnDescription {
  readonly title: string | undefined;
  readonly class: string;
  readonly unit: string | undefined;
}

/** One column of a result, and how its cells come from those of a LAMI row. */
export interface CellReader {
  readonly column: ResultColumn<string>;
  /** Index of the cell in the row. */
  readonly at: number;
  readonly read: (value: JsonValue, path: string) => Cell;
}

type Part = Omit<CellReader, 'column' | 'at'> & {
  readonly kind: ColumnKind;
  readonly suffix: string;
  readonly unit?: string;
};

/** @param rows all of them: which parts there are, and whether numbers are whole, is known from these alone */
export function readColumns(
  described: readonly ReadColumnDescription[],
  rows: readonly (readonly JsonValue[])[],
  path: string,
): readonly CellReader[] {
  const width = Math.max(described.length, ...rows.map((row) => row.length), 0);
  const ids = new Set<string>();
  const readers = Array.from({ length: width }, (_, at) => at).flatMap((at) => {
    const cells = rows.map((row) => row[at] ?? null);
    const { title, class: named = 'mixed', unit } = described[at] ?? {};
    const dataClass = named === 'mixed' ? commonClass(cells) : named;
    const heading = title ?? `${dataClass} ${at + 1}`;
    return partsOf(dataClass, cells, unit, path).map(({ suffix, kind, read, unit: partUnit }) => {
      const partTitle = suffix === '' ? heading : `${heading} ${suffix}`;
      const column: ResultColumn<string> = {
        id: distinctId(idOf(partTitle), ids),
        title: partTitle,
        kind,
        ...(partUnit === undefined ? {} : { unit: partUnit }),
        meaning: 'As the program that made it says.',
      };
      return { column, at, read, isBound: suffix === atLeast || suffix === atMost };
    });
  });
  // Bounds say less than the values of all columns: a narrow terminal leaves out what is at the end.
  return [...readers.filter(({ isBound }) => !isBound), ...readers.filter(({ isBound }) => isBound)];
}

/** Kebab-case. */
export function idOf(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return /^[a-z]/.test(words) ? words : `t-${words}`.replace(/-$/, '');
}

function distinctId(id: string, taken: Set<string>): string {
  let distinct = id;
  for (let number = 2; taken.has(distinct); number++) distinct = `${id}-${number}`;
  taken.add(distinct);
  return distinct;
}

/** The class that all cells have which have one; `mixed` when they differ. */
function commonClass(cells: readonly JsonValue[]): string {
  const classes = new Set(cells.flatMap((cell) => classOf(cell) ?? []));
  classes.delete('unknown');
  const [only, ...others] = classes;
  return only === undefined || others.length > 0 ? 'mixed' : only;
}

/** Plain JSON values stand for objects of the simplest classes. */
function classOf(cell: JsonValue): string | undefined {
  if (cell === null) return undefined;
  if (typeof cell === 'boolean') return 'bool';
  if (typeof cell === 'string') return 'string';
  if (typeof cell === 'number' || typeof cell === 'bigint') return 'number';
  const dataClass = objectOf(cell)?.['class'];
  return typeof dataClass === 'string' ? dataClass : undefined;
}

function objectOf(cell: JsonValue | undefined): JsonObject | undefined {
  return typeof cell === 'object' && cell !== null && !Array.isArray(cell) ? (cell as JsonObject) : undefined;
}

const numberKinds: Readonly<Record<string, ColumnKind>> = {
  ratio: 'ratio',
  timestamp: 'timestamp',
  duration: 'duration',
  size: 'size',
  bitrate: 'throughput',
};

/** Classes with one property that has the value. */
const simple: Readonly<Record<string, { readonly kind: ColumnKind; readonly property: string }>> = {
  bool: { kind: 'flag', property: 'value' },
  string: { kind: 'text', property: 'value' },
  syscall: { kind: 'syscall', property: 'name' },
  disk: { kind: 'text', property: 'name' },
  part: { kind: 'text', property: 'name' },
  netif: { kind: 'text', property: 'name' },
  path: { kind: 'path', property: 'path' },
  fd: { kind: 'fd', property: 'fd' },
  cpu: { kind: 'cpu', property: 'id' },
};

function partsOf(
  dataClass: string,
  cells: readonly JsonValue[],
  unit: string | undefined,
  path: string,
): readonly Part[] {
  const known = simple[dataClass];
  if (known !== undefined) return [propertyPart(known.kind, known.property, '')];
  switch (dataClass) {
    case 'number':
    case 'ratio':
    case 'timestamp':
    case 'duration':
    case 'size':
    case 'bitrate':
      return numberParts(dataClass, cells, unit, path);
    case 'process':
      return present(cells, [
        propertyPart('process', 'name', ''),
        propertyPart('tid', 'tid', 'TID'),
        propertyPart('pid', 'pid', 'PID'),
      ]);
    case 'irq':
      return present(cells, [
        propertyPart('irq', 'nr', ''),
        propertyPart('text', 'name', 'name'),
        { kind: 'text', suffix: 'type', read: (cell) => irqType(objectOf(cell)) },
      ]);
    case 'time-range':
      return [
        { kind: 'timestamp', suffix: 'begin', read: (cell, at) => edge(cell, 'begin', at) },
        { kind: 'timestamp', suffix: 'end', read: (cell, at) => edge(cell, 'end', at) },
      ];
    default:
      return [{ kind: 'text', suffix: '', read: anyText }];
  }
}

/** The first part always, the others where a row has them. */
function present(cells: readonly JsonValue[], parts: readonly Part[]): readonly Part[] {
  return parts.filter(({ read }, index) => index === 0 || cells.some((cell) => read(cell, '') !== undefined));
}

function propertyPart(kind: ColumnKind, property: string, suffix: string): Part {
  return {
    kind,
    suffix,
    read: (cell, path) => checked(kind, plainOr(cell, property), `${path}.${property}`),
  };
}

function plainOr(cell: JsonValue, property: string): JsonValue | undefined {
  if (cell === null || typeof cell !== 'object') return cell ?? undefined;
  return objectOf(cell)?.[property];
}

/** @throws JsonError when the value is not what the column holds */
function checked(kind: ColumnKind, value: JsonValue | undefined, path: string): Cell {
  if (value === undefined || value === null) return undefined;
  switch (kind) {
    case 'flag':
      return typeof value === 'boolean' ? value : wrong('true or false', path);
    case 'text':
    case 'syscall':
    case 'path':
    case 'process':
      return typeof value === 'string' ? value : wrong('text', path);
    default:
      return typeof value === 'bigint' || Number.isSafeInteger(value)
        ? (value as Cell)
        : wrong('an integer', path);
  }
}

function irqType(irq: JsonObject | undefined): Cell {
  if (irq === undefined || irq['class'] === 'unknown') return undefined;
  return irq['hard'] === false ? 'soft' : 'hard';
}

function edge(cell: JsonValue, property: string, path: string): Cell {
  return numberOf(objectOf(cell)?.[property] ?? null, 'value', `${path}.${property}`);
}

const atLeast = 'at least';
const atMost = 'at most';

/** What it is worth, and its bounds where a row has some. */
function numberParts(
  dataClass: string,
  cells: readonly JsonValue[],
  unit: string | undefined,
  path: string,
): readonly Part[] {
  const scale = dataClass === 'bitrate' ? 1 / 8 : 1;
  const kind = numberKinds[dataClass] ?? plainKind(cells, unit, path);
  const part = (property: 'value' | 'low' | 'high', suffix: string): Part => ({
    kind,
    suffix,
    ...(unit === undefined || numberKinds[dataClass] !== undefined ? {} : { unit }),
    read: (cell, at) => scaled(numberOf(cell, property, at), scale),
  });
  const hasBounds = cells.some((cell) => isBounded(objectOf(cell)));
  return hasBounds ? [part('value', ''), part('low', atLeast), part('high', atMost)] : [part('value', '')];
}

/** Whether the bounds say more than the value does. */
function isBounded(object: JsonObject | undefined): boolean {
  const { value, low, high } = object ?? {};
  return (low !== undefined && low !== value) || (high !== undefined && high !== value);
}

function plainKind(cells: readonly JsonValue[], unit: string | undefined, path: string): ColumnKind {
  const values = (['value', 'low', 'high'] as const).flatMap((property) =>
    cells.map((cell) => numberOf(cell, property, path)),
  );
  const isWhole = values.every((value) => typeof value !== 'number' || Number.isInteger(value));
  if (!isWhole) return 'number';
  const isCount =
    unit !== undefined && values.every((value) => value === undefined || (value as number) >= 0);
  return isCount ? 'count' : 'integer';
}

/** Infinite bounds are unknown. @throws JsonError */
function numberOf(
  cell: JsonValue,
  property: 'value' | 'low' | 'high',
  path: string,
): number | bigint | undefined {
  const value = property === 'value' ? plainOr(cell, property) : objectOf(cell)?.[property];
  if (value === undefined || value === null) return undefined;
  if (value === '-inf' || value === '+inf') return undefined;
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return wrong('a number', `${path}.${property}`);
}

function scaled(value: number | bigint | undefined, scale: number): Cell {
  return value === undefined || scale === 1 ? value : Number(value) * scale;
}

/** The value where there is one, else the object as it is. */
function anyText(cell: JsonValue): Cell {
  if (cell === null) return undefined;
  const object = objectOf(cell);
  if (object === undefined) return typeof cell === 'object' ? writeJson(cell) : String(cell);
  if (object['class'] === 'unknown') return undefined;
  const value =
    object['value'] ?? object['name'] ?? object['path'] ?? object['id'] ?? object['nr'] ?? object['fd'];
  return value === undefined || value === null || typeof value === 'object' ? writeJson(cell) : String(value);
}

function wrong(wanted: string, path: string): never {
  throw new JsonError(`LAMI: ${wanted} is expected at ${path}.`);
}
