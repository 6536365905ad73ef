/** Results from JSON, checked: what is wrong is named by its path. Keys that are not known are ignored. */
import { type Cell, type ColumnKind, isColumnKind, type ResultColumn, storageOf } from './columns.ts';
import type { HealthNote, HealthSeverity } from './health.ts';
import { JsonError, type JsonObject, type JsonValue, readJson } from './json-text.ts';
import { type AnalysisResult, resultSchema } from './result.ts';
import type {
  AxisDescription,
  Bins,
  FlameGraph,
  Grid,
  GridDescription,
  Lines,
  Series,
  Shape,
  Table,
} from './shapes.ts';
import { binCount } from './shapes.ts';

/** Reads what `toJson` wrote. Throws a `JsonError`. */
export function fromJson(text: string): AnalysisResult {
  const root = Node.of(readJson(text));
  const schema = root.member('schema').text();
  if (schema !== resultSchema) root.member('schema').fail(`"${resultSchema}"`);
  const analysis = root.member('analysis');
  const timeRange = root.member('timeRange');
  const reason = root.optional('lowerBoundReason')?.text();
  const host = root.optional('host')?.text();
  return {
    schema: resultSchema,
    analysis: {
      id: analysis.member('id').text(),
      title: analysis.member('title').text(),
      question: analysis.member('question').text(),
    },
    ...(host === undefined ? {} : { host }),
    traces: root.member('traces').items((item) => item.text()),
    timeRange: {
      beginNs: timeRange.optional('beginNs')?.integer(),
      endNs: timeRange.optional('endNs')?.integer(),
      isWallClock: timeRange.member('isWallClock').flag(),
    },
    health: root.member('health').items(readNote),
    isLowerBound: root.member('isLowerBound').flag(),
    ...(reason === undefined ? {} : { lowerBoundReason: reason }),
    answers: root.member('answers').items(readShape),
  };
}

const severities: readonly HealthSeverity[] = ['loss', 'damage', 'time', 'note'];

function readNote(node: Node): HealthNote {
  const severityText = node.member('severity').text();
  const severity = severities.find((known) => known === severityText);
  if (severity === undefined) return node.member('severity').fail(`one of ${severities.join(', ')}`);
  return {
    kind: {
      code: node.member('code').text(),
      severity,
      sentence: node.member('template').text(),
      effect: node.member('effect').text(),
      advice: node.member('advice').text(),
    },
    where: node.member('where').text(),
    count: node.member('count').number(),
    occurrences: node.member('occurrences').number(),
    first: node.member('first').text(),
    detail: node.member('detail').text(),
  };
}

function readShape(node: Node): Shape {
  const shape = node.member('shape').text();
  if (shape === 'table') return readTable(node);
  if (shape === 'grid') return readGrid(node);
  if (shape === 'series') return readSeries(node);
  if (shape === 'flame-graph') return readFlameGraph(node);
  if (shape === 'lines') return readLines(node);
  return node.member('shape').fail('a shape of this version: table, grid, series, flame-graph, lines');
}

function readDescription(node: Node) {
  const select = node.optional('select')?.text();
  return {
    id: node.member('id').text(),
    title: node.member('title').text(),
    meaning: node.member('meaning').text(),
    ...(select === undefined ? {} : { select }),
  };
}

function readColumn(node: Node): ResultColumn {
  const kind = node.member('kind').text();
  if (!isColumnKind(kind)) return node.member('kind').fail('a kind of column');
  const unit = node.optional('unit')?.text();
  return {
    id: node.member('id').text(),
    title: node.member('title').text(),
    kind,
    ...(unit === undefined ? {} : { unit }),
    meaning: node.member('meaning').text(),
  };
}

function readAxis(node: Node): AxisDescription {
  const scale = node.member('scale').text();
  if (scale !== 'linear' && scale !== 'log') return node.member('scale').fail('linear or log');
  return { ...readColumn(node), scale };
}

function readTable(node: Node): Table {
  const description = node.member('description');
  const columns = description.member('columns').items(readColumn);
  const rows = node
    .member('rows')
    .items((row) => columns.map(({ id, kind }) => row.optional(id)?.cell(kind)));
  const totals = node.optional('totals');
  const parents = node.optional('parents')?.items((item, index) => {
    return item.isNull ? undefined : item.index(index);
  });
  if (parents !== undefined && parents.length !== rows.length)
    node.member('parents').fail(`${rows.length} items`);
  return {
    shape: 'table',
    description: { shape: 'table', ...readDescription(description), columns },
    rowCount: rows.length,
    cells: columns.map((_, column) => rows.map((row) => row[column])),
    ...(parents === undefined ? {} : { parents }),
    ...(totals === undefined
      ? {}
      : { totals: columns.map(({ id, kind }) => totals.optional(id)?.cell(kind)) }),
  };
}

function readBins(node: Node): Bins {
  const edges = node.member('edges').items((item) => item.number());
  const originNs = node.optional('originNs')?.integer();
  return originNs === undefined ? { edges } : { edges, originNs };
}

function readGrid(node: Node): Grid {
  const description = node.member('description');
  const x = readBins(node.member('x'));
  const yNode = node.optional('y');
  const y = yNode === undefined ? undefined : readBins(yNode);
  const counts = node.member('counts').items((item) => item.number());
  const expected = binCount(x) * (y === undefined ? 1 : binCount(y));
  if (counts.length !== expected) node.member('counts').fail(`${expected} items, one for each bin`);
  const yAxis = description.optional('y');
  const common: GridDescription = {
    shape: 'grid',
    ...readDescription(description),
    x: readAxis(description.member('x')),
    value: readColumn(description.member('value')),
  };
  return {
    shape: 'grid',
    description: yAxis === undefined ? common : { ...common, y: readAxis(yAxis) },
    x,
    ...(y === undefined ? {} : { y }),
    counts,
  };
}

function readSeries(node: Node): Series {
  const description = node.member('description');
  const x = readBins(node.member('x'));
  const nameNode = description.optional('name');
  const name = nameNode === undefined ? undefined : readColumn(nameNode);
  const lines = node.member('lines').items((line) => {
    const values = line.member('values').items((item) => (item.isNull ? undefined : item.number()));
    if (values.length !== binCount(x)) line.member('values').fail(`${binCount(x)} items, one for each bin`);
    return { name: line.optional('name')?.cell(name?.kind ?? 'text'), values };
  });
  return {
    shape: 'series',
    description: {
      shape: 'series',
      ...readDescription(description),
      x: readAxis(description.member('x')),
      value: readColumn(description.member('value')),
      ...(name === undefined ? {} : { name }),
    },
    x,
    lines,
  };
}

function readFlameGraph(node: Node): FlameGraph {
  const description = node.member('description');
  return {
    shape: 'flame-graph',
    description: {
      shape: 'flame-graph',
      ...readDescription(description),
      frame: readColumn(description.member('frame')),
      value: readColumn(description.member('value')),
    },
    frames: node.member('frames').items((frame, index) => ({
      name: frame.member('name').text(),
      parent: frame.optional('parent')?.index(index),
      self: frame.member('self').magnitude(),
    })),
  };
}

function readLines(node: Node): Lines {
  return {
    shape: 'lines',
    description: { shape: 'lines', ...readDescription(node.member('description')) },
    lines: node.member('lines').items((line) => line.text()),
  };
}

/** A JSON value and where it is. */
class Node {
  readonly #value: JsonValue | undefined;
  readonly #path: string;

  constructor(value: JsonValue | undefined, path: string) {
    this.#value = value;
    this.#path = path;
  }

  static of(value: JsonValue): Node {
    return new Node(value, '');
  }

  get isNull(): boolean {
    return this.#value === null;
  }

  /** A member that must be there (else reading it fails, naming its path). */
  member(key: string): Node {
    return new Node(this.#object()[key], this.#path === '' ? key : `${this.#path}.${key}`);
  }

  /** A member; `undefined` when it is absent or null. */
  optional(key: string): Node | undefined {
    const value = this.#object()[key];
    return value === undefined || value === null ? undefined : this.member(key);
  }

  items<Item>(read: (item: Node, index: number) => Item): readonly Item[] {
    if (!Array.isArray(this.#value)) return this.fail('an array');
    const values: readonly JsonValue[] = this.#value;
    return values.map((value, index) => read(new Node(value, `${this.#path}[${index}]`), index));
  }

  text(): string {
    return typeof this.#value === 'string' ? this.#value : this.fail('text');
  }

  flag(): boolean {
    return typeof this.#value === 'boolean' ? this.#value : this.fail('true or false');
  }

  number(): number {
    return typeof this.#value === 'number' ? this.#value : this.fail('a number');
  }

  /** 0 or more. */
  magnitude(): number {
    const value = this.number();
    return value >= 0 ? value : this.fail('a number that is not negative');
  }

  /** An exact integer of any size. */
  integer(): bigint {
    if (typeof this.#value === 'bigint') return this.#value;
    return Number.isSafeInteger(this.#value) ? BigInt(this.number()) : this.fail('an integer');
  }

  /** An index below `limit`. */
  index(limit: number): number {
    const value = this.number();
    return Number.isInteger(value) && value >= 0 && value < limit
      ? value
      : this.fail(`an index below ${limit}`);
  }

  cell(kind: ColumnKind): Cell {
    const storage = storageOf(kind);
    if (storage === 'string') return this.text();
    if (storage === 'boolean') return this.flag();
    if (storage === 'bigint') return this.integer();
    return typeof this.#value === 'bigint' ? this.#value : this.number();
  }

  fail(wanted: string): never {
    const place = this.#path === '' ? 'the result' : this.#path;
    throw new JsonError(`Result: ${wanted} is expected at ${place}, found ${describe(this.#value)}.`);
  }

  #object(): JsonObject {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.fail('an object');
    return value as JsonObject;
  }
}

function describe(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
}
