/**
 * Results of other programs in LAMI 1.0 (lttng/lami-spec, lami.adoc) as results of ours, so that our renderers draw them. Integers are
 * exact. Keys that are not known are ignored, and an object of a class that is not known is shown as its JSON.
 */
import { describeTable, TableBuilder } from '../../results/build.ts';
import { JsonError, type JsonObject, type JsonValue, readJson, writeJson } from '../../results/json-text.ts';
import { type AnalysisResult, analysisResult } from '../../results/result.ts';
import type { Table } from '../../results/shapes.ts';
import { type CellReader, idOf, type ReadColumnDescription, readColumns } from './read-columns.ts';

/** The program answered with an error object. */
export class LamiError extends Error {
  override readonly name = 'LamiError';
}

/** What the metadata says, as far as it is needed to show results. */
export interface LamiMetadata {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly classes: ReadonlyMap<string, ReadTableClass>;
}

export interface ReadTableClass {
  readonly title: string | undefined;
  readonly columns: readonly ReadColumnDescription[] | undefined;
}

/** For results without metadata. */
export const noMetadata: LamiMetadata = { title: undefined, description: undefined, classes: new Map() };

/**
 * Reads a metadata object.
 * @throws JsonError, LamiError when it is an error object
 */
export function readLamiMetadata(text: string): LamiMetadata {
  const metadata = readObject(text);
  const classes = objectAt(metadata['table-classes'] ?? {}, 'table-classes');
  return {
    title: textOrNone(metadata['title']),
    description: textOrNone(metadata['description']),
    classes: new Map(
      Object.entries(classes).map(([name, value]) => [
        name,
        readTableClass(objectAt(value, `table-classes.${name}`)),
      ]),
    ),
  };
}

/**
 * Reads a results object.
 * @param source what the results are of: the names of traces
 * @throws JsonError, LamiError when it is an error object
 */
export function readLamiResults(
  text: string,
  metadata: LamiMetadata,
  source: readonly string[],
): AnalysisResult {
  const results = listAt(readObject(text)['results'], 'results');
  const tables = results.map((value, index) =>
    readTable(objectAt(value, `results[${index}]`), `results[${index}]`, metadata),
  );
  const begins = tables.map(({ beginNs }) => beginNs);
  const ends = tables.map(({ endNs }) => endNs);
  return analysisResult({
    analysis: { id: 'lami', title: metadata.title ?? 'Results', question: metadata.description ?? '' },
    traces: source,
    timeRange: {
      beginNs: begins.length === 0 ? undefined : begins.reduce((a, b) => (a < b ? a : b)),
      endNs: ends.length === 0 ? undefined : ends.reduce((a, b) => (a > b ? a : b)),
      isWallClock: true,
    },
    health: [],
    answers: withDistinctIds(tables.map(({ table }) => table)),
  });
}

/** @throws JsonError, LamiError */
function readObject(text: string): JsonObject {
  const object = objectAt(readJson(text), 'the text');
  const message = object['error-message'];
  if (message === undefined) return object;
  const code = object['error-code'] ?? undefined;
  throw new LamiError(code === undefined ? plain(message) : `${plain(message)} (${plain(code)})`);
}

function plain(value: JsonValue): string {
  return typeof value === 'string' ? value : writeJson(value);
}

function readTableClass(object: JsonObject): ReadTableClass {
  const columns = object['column-descriptions'];
  return {
    title: textOrNone(object['title']),
    columns:
      columns === undefined
        ? undefined
        : listAt(columns, 'column-descriptions').map((value) => {
            const column = objectAt(value, 'column-descriptions');
            return {
              title: textOrNone(column['title']),
              class: textOrNone(column['class']) ?? 'mixed',
              unit: textOrNone(column['unit']),
            };
          }),
  };
}

interface ReadTable {
  readonly table: Table;
  readonly beginNs: bigint;
  readonly endNs: bigint;
}

function readTable(object: JsonObject, path: string, metadata: LamiMetadata): ReadTable {
  const { name, title, columns } = classOf(object['class'], path, metadata);
  const data = listAt(object['data'], `${path}.data`).map((row, index) =>
    listAt(row, `${path}.data[${index}]`),
  );
  const readers = readColumns(columns ?? [], data, `${path}.data`);
  const builder = new TableBuilder<string>(
    describeTable<string>({
      id: idOf(name),
      title: title ?? name,
      meaning: 'One row is one of the program that made it.',
      columns: readers.map(({ column }) => column),
    }),
  );
  for (const [index, row] of data.entries()) builder.add(rowOf(readers, row, `${path}.data[${index}]`));
  const range = objectAt(object['time-range'], `${path}.time-range`);
  return {
    table: builder.build(),
    beginNs: timeAt(range['begin'], `${path}.time-range.begin`),
    endNs: timeAt(range['end'], `${path}.time-range.end`),
  };
}

function rowOf(readers: readonly CellReader[], row: readonly JsonValue[], path: string) {
  return Object.fromEntries(
    readers.map(({ column, at, read }) => [column.id, read(row[at] ?? null, `${path}[${at}]`)]),
  );
}

/** A name in the metadata, a class that changes one of it, or a whole class. */
function classOf(value: JsonValue | undefined, path: string, { classes }: LamiMetadata) {
  if (typeof value === 'string')
    return { name: value, title: undefined, columns: undefined, ...classes.get(value) };
  const object = objectAt(value, `${path}.class`);
  const own = readTableClass(object);
  const inherited = textOrNone(object['inherit']);
  const base = inherited === undefined ? undefined : classes.get(inherited);
  return {
    name: inherited ?? own.title ?? 'table',
    title: own.title ?? base?.title,
    columns: own.columns ?? base?.columns,
  };
}

/** Nanoseconds; a bound where there is no value. */
function timeAt(value: JsonValue | undefined, path: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  const timestamp = objectAt(value, path);
  const bound = timestamp['value'] ?? timestamp['low'];
  if (typeof bound === 'bigint') return bound;
  if (typeof bound === 'number' && Number.isFinite(bound)) return BigInt(Math.round(bound));
  throw wrong('a timestamp', path);
}

/** Several tables may be of one class. */
function withDistinctIds(tables: readonly Table[]): readonly Table[] {
  const counts = new Map<string, number>();
  return tables.map((table) => {
    const { id } = table.description;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count === 1 ? table : { ...table, description: { ...table.description, id: `${id}-${count}` } };
  });
}

function objectAt(value: JsonValue | undefined, path: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw wrong('an object', path);
}

function listAt(value: JsonValue | undefined, path: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  throw wrong('an array', path);
}

function textOrNone(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function wrong(wanted: string, path: string): JsonError {
  return new JsonError(`LAMI: ${wanted} is expected at ${path}.`);
}
