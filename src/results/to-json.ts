/**
 * Results as JSON: `{"schema": "diatrace.result/1", …}`, described by `schema/result-1.json`.
 *
 * A table's rows are objects by column id, one on each line; unknown cells are left out. Integers beyond 2^53 are exact.
 */
import type { Cell } from './columns.ts';
import { frameTotals } from './flame-graph.ts';
import { healthObject } from './health-json.ts';
import { type JsonObject, type JsonValue, writeJson } from './json-text.ts';
import type { AnalysisResult } from './result.ts';
import { selectRow } from './select.ts';
import type { Bins, FlameGraph, Grid, Series, Shape, ShapeDescription, Table } from './shapes.ts';

/** The whole text; for long tables `jsonLines` needs less memory. */
export function toJson(result: AnalysisResult): string {
  return [...jsonLines(result)].join('');
}

/** The same text line by line, each with its newline. */
export function* jsonLines(result: AnalysisResult): Generator<string> {
  yield `{"schema": ${writeJson(result.schema)},\n`;
  const { id, title, question } = result.analysis;
  yield ` "analysis": ${writeJson({ id, title, question })},\n`;
  if (result.host !== undefined) yield ` "host": ${writeJson(result.host)},\n`;
  yield ` "traces": ${writeJson(result.traces)},\n`;
  yield ` "timeRange": ${writeJson(timeRangeObject(result))},\n`;
  yield ` "isLowerBound": ${result.isLowerBound},\n`;
  if (result.lowerBoundReason !== undefined) {
    yield ` "lowerBoundReason": ${writeJson(result.lowerBoundReason)},\n`;
  }
  yield* list(' "health": ', result.health.map(healthObject), ',\n');
  yield ' "answers": [';
  let separator = '\n';
  for (const answer of result.answers) {
    yield separator;
    yield* shapeLines(answer);
    separator = ',\n';
  }
  yield ']}\n';
}

function timeRangeObject({ timeRange }: AnalysisResult): JsonObject {
  const { beginNs, endNs, isWallClock } = timeRange;
  return { beginNs: beginNs ?? null, endNs: endNs ?? null, isWallClock };
}

/** `[`, one item on each line, `]`. */
function* list(begin: string, items: Iterable<JsonValue>, end: string): Generator<string> {
  yield `${begin}[`;
  let separator = '\n   ';
  for (const item of items) {
    yield separator + writeJson(item);
    separator = ',\n   ';
  }
  yield `]${end}`;
}

function* shapeLines(shape: Shape): Generator<string> {
  yield `  {"shape": ${writeJson(shape.shape)},\n`;
  yield `   "description": ${writeJson(descriptionObject(shape.description))},\n`;
  switch (shape.shape) {
    case 'table':
      yield* tableLines(shape);
      break;
    case 'grid':
      yield* gridLines(shape);
      break;
    case 'series':
      yield* seriesLines(shape);
      break;
    case 'flame-graph':
      yield* list('   "frames": ', frameObjects(shape), '');
      break;
    case 'lines':
      yield* list('   "lines": ', shape.lines, '');
      break;
  }
  yield '}';
}

/** Descriptions are plain data already; the shape is said once, beside them. */
function descriptionObject(description: ShapeDescription): JsonObject {
  const { shape: _, ...rest } = description;
  return withoutUndefined(rest) as JsonObject;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutUndefined(member)]));
}

function* tableLines(table: Table): Generator<string> {
  if (table.totals !== undefined) {
    yield `   "totals": ${writeJson(rowObject(table, (column) => table.totals?.[column]))},\n`;
  }
  if (table.parents !== undefined) {
    yield `   "parents": ${writeJson(table.parents.map((parent) => parent ?? null))},\n`;
  }
  if (table.description.select !== undefined) {
    yield* list('   "selects": ', rowSelects(table), ',\n');
  }
  yield* list('   "rows": ', rowObjects(table), '');
}

function* rowSelects(table: Table): Generator<JsonValue> {
  for (let row = 0; row < table.rowCount; row += 1) yield selectRow(table, row) ?? null;
}

function* rowObjects(table: Table): Generator<JsonValue> {
  for (let row = 0; row < table.rowCount; row += 1)
    yield rowObject(table, (column) => table.cells[column]?.[row]);
}

function rowObject(table: Table, cellOf: (column: number) => Cell): JsonObject {
  const object: Record<string, JsonValue> = {};
  table.description.columns.forEach(({ id }, column) => {
    const cell = cellOf(column);
    if (cell !== undefined) object[id] = cell;
  });
  return object;
}

function binsObject({ edges, originNs }: Bins): JsonObject {
  return originNs === undefined ? { edges } : { originNs, edges };
}

function* gridLines(grid: Grid): Generator<string> {
  yield `   "x": ${writeJson(binsObject(grid.x))},\n`;
  if (grid.y !== undefined) yield `   "y": ${writeJson(binsObject(grid.y))},\n`;
  const width = Math.max(1, grid.x.edges.length - 1);
  yield '   "counts": [';
  for (let at = 0; at < grid.counts.length; at += width) {
    const row = grid.counts.slice(at, at + width).map(writeJson);
    yield `${at === 0 ? '' : ','}\n    ${row.join(', ')}`;
  }
  yield ']';
}

function* seriesLines({ x, lines }: Series): Generator<string> {
  yield `   "x": ${writeJson(binsObject(x))},\n`;
  const objects = lines.map(({ name, values }) => {
    return { name: name ?? null, values: values.map((value) => value ?? null) };
  });
  yield* list('   "lines": ', objects, '');
}

/** Totals follow from what is below: they are for readers that only draw. */
function* frameObjects({ frames }: FlameGraph): Generator<JsonValue> {
  const totals = frameTotals(frames);
  for (const [index, { name, parent, self }] of frames.entries())
    yield { name, parent: parent ?? null, self, total: totals[index] as number };
}
