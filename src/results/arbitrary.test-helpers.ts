/** Any result that can be built, for properties that hold of all of them. */
import fc from 'fast-check';
import { grid, series, TableBuilder } from './build.ts';
import { type Cell, type ColumnKind, columnKinds, type ResultColumn, storageOf } from './columns.ts';
import { flameGraph } from './flame-graph.ts';
import type { HealthSeverity } from './health.ts';
import { type AnalysisResult, analysisResult } from './result.ts';
import type { AxisDescription, Bins, Shape } from './shapes.ts';

/** Names as strangers choose them: escape sequences, line feeds, wide and combining characters, direction marks. */
const hostileText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\x1b[2J\x1b[1;1H',
    'a\nb',
    '\u009b31m',
    '日本語のプロセス',
    'e\u0301'.repeat(9),
    '\u202egnp.exe',
    '🔥',
  ),
  fc.constantFrom('/very/long/path/'.repeat(20), '', '"quoted", with comma', '@call', '__proto__'),
);

const numberCell = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, 1e300, 5e-324, 2 ** 60));

function cellOf(kind: ColumnKind): fc.Arbitrary<Cell> {
  const storage = storageOf(kind);
  const known: fc.Arbitrary<Cell> =
    storage === 'string'
      ? hostileText
      : storage === 'boolean'
        ? fc.boolean()
        : storage === 'bigint'
          ? fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })
          : fc.oneof(numberCell, fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }));
  return fc.option(known, { nil: undefined, freq: 6 });
}

function columnOf(id: string, kinds: readonly ColumnKind[] = columnKinds): fc.Arbitrary<ResultColumn> {
  return fc.record(
    {
      id: fc.constant(id),
      title: hostileText,
      kind: fc.constantFrom(...kinds),
      unit: hostileText,
      meaning: fc.string(),
    },
    { requiredKeys: ['id', 'title', 'kind', 'meaning'] },
  );
}

const description = fc.record({ id: fc.constant('view'), title: hostileText, meaning: hostileText });

const anyTable: fc.Arbitrary<Shape> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), description)
  .chain(([count, common]) => {
    const columns = fc.tuple(...Array.from({ length: count }, (_, index) => columnOf(`c${index}`)));
    return columns.chain((drawn) => {
      const row = fc.tuple(...drawn.map((column) => cellOf(column.kind)));
      const parent = fc.option(fc.nat(), { nil: undefined });
      return fc
        .tuple(fc.array(fc.tuple(row, parent), { maxLength: 6 }), fc.option(row, { nil: undefined }))
        .map(([rows, totals]) => {
          const builder = new TableBuilder({ shape: 'table', ...common, columns: drawn });
          const named = (cells: readonly Cell[]) => {
            return Object.fromEntries(drawn.map((column, index) => [column.id, cells[index]]));
          };
          for (const [cells, wanted] of rows) {
            const isChild = wanted !== undefined && builder.rowCount > 0;
            builder.add(named(cells), isChild ? wanted % builder.rowCount : undefined);
          }
          if (totals !== undefined) builder.setTotals(named(totals));
          return builder.build();
        });
    });
  });

const anyEdges = fc
  .uniqueArray(fc.integer({ min: 0, max: 1e12 }), { maxLength: 200 })
  .map((edges) => edges.sort((a, b) => a - b));

const axisKinds = ['duration', 'size', 'number', 'timestamp', 'count'] as const;

const anyAxis: fc.Arbitrary<AxisDescription> = fc
  .tuple(columnOf('axis', axisKinds), fc.constantFrom('linear' as const, 'log' as const))
  .map(([column, scale]) => ({ ...column, scale }));

const anyAxisWithBins: fc.Arbitrary<readonly [AxisDescription, Bins]> = fc
  .tuple(anyAxis, anyEdges, fc.bigInt({ min: 0n, max: 2n ** 62n }))
  .map(([axis, edges, originNs]) => [axis, axis.kind === 'timestamp' ? { edges, originNs } : { edges }]);

const anyGrid: fc.Arbitrary<Shape> = fc
  .tuple(
    description,
    anyAxisWithBins,
    fc.option(anyAxisWithBins, { nil: undefined }),
    columnOf('value', ['count']),
  )
  .chain(([common, [x, xBins], vertical, value]) => {
    const width = Math.max(0, xBins.edges.length - 1);
    const height = vertical === undefined ? 1 : Math.max(0, vertical[1].edges.length - 1);
    const hits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 1_000_000 })), { maxLength: 12 });
    return hits.map((filled) => {
      const counts = new Array<number>(width * height).fill(0);
      for (const [at, count] of filled) if (counts.length > 0) counts[at % counts.length] = count;
      const text = { shape: 'grid' as const, ...common, x, value };
      return vertical === undefined
        ? grid(text, xBins, undefined, counts)
        : grid({ ...text, y: vertical[0] }, xBins, vertical[1], counts);
    });
  });

const anySeries: fc.Arbitrary<Shape> = fc
  .tuple(
    description,
    anyAxisWithBins,
    columnOf('value', ['count', 'rate', 'duration', 'ratio']),
    columnOf('name'),
  )
  .chain(([common, [x, xBins], value, name]) => {
    const width = Math.max(0, xBins.edges.length - 1);
    const values = fc.array(fc.option(fc.double(), { nil: undefined }), {
      minLength: width,
      maxLength: width,
    });
    const line = fc.record({ name: cellOf(name.kind), values });
    return fc
      .array(line, { maxLength: 3 })
      .map((lines) => series({ shape: 'series', ...common, x, value, name }, xBins, lines));
  });

const anyFlameGraph: fc.Arbitrary<Shape> = fc
  .record({
    common: description,
    frame: columnOf('frame', ['text']),
    value: columnOf('value', ['number', 'duration', 'count']),
    drawn: fc.array(
      fc.record({
        name: hostileText,
        parent: fc.option(fc.nat(), { nil: undefined }),
        self: fc.oneof(fc.nat({ max: 1000 }), fc.double({ min: 0, max: 1e300, noNaN: true })),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ common, frame, value, drawn }) => {
    const frames = drawn.map(({ parent, ...rest }, index) => {
      return { ...rest, parent: parent === undefined || index === 0 ? undefined : parent % index };
    });
    return flameGraph({ shape: 'flame-graph', ...common, frame, value }, frames);
  });

const anyLines: fc.Arbitrary<Shape> = fc
  .tuple(description, fc.array(hostileText, { maxLength: 5 }))
  .map(([common, lines]) => ({ shape: 'lines', description: { shape: 'lines', ...common }, lines }));

const severity = fc.constantFrom<HealthSeverity>('loss', 'damage', 'time', 'note');

const anyNote = fc.record({
  kind: fc.record({
    code: fc.constantFrom('one', 'two', 'three', 'four'),
    severity,
    sentence: fc.oneof(hostileText, fc.constant('{count} events were lost.')),
    effect: fc.string(),
    advice: hostileText,
  }),
  where: hostileText,
  count: fc.nat(),
  occurrences: fc.nat(),
  first: hostileText,
  detail: fc.string(),
});

const anyTime = fc.option(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 63n }), { nil: undefined });

/** Any result, of any shapes. */
export const anyResult: fc.Arbitrary<AnalysisResult> = fc
  .record({
    analysis: fc.record({ id: fc.string(), title: hostileText, question: hostileText }),
    traces: fc.array(hostileText, { maxLength: 3 }),
    timeRange: fc.record({ beginNs: anyTime, endNs: anyTime, isWallClock: fc.boolean() }),
    health: fc.array(anyNote, { maxLength: 8 }),
    answers: fc.array(fc.oneof(anyTable, anyGrid, anySeries, anyFlameGraph, anyLines), { maxLength: 3 }),
    host: fc.option(hostileText, { nil: undefined }),
  })
  .map(({ host, ...parts }) => analysisResult(host === undefined ? parts : { ...parts, host }));
