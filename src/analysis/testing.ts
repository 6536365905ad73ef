/**
 * Traces written by hand, for tests whose numbers a person can check:
 *
 *     # time  where  who?         event           fields
 *     0us     cpu0                sched_switch    prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat
 *     10us    cpu0   tid=7 pid=7  syscall_enter   name=openat
 *     14us    cpu0   tid=7 pid=7  syscall_exit    name=openat ret=-2
 *     -       cpu0                boot            text="two words"
 *
 * Exact integers are lists: `callchain=0xfe00,0x40`. Events of the vocabulary mean what they say; others have no meaning. `tid` and `pid` before the event are recorded with it,
 * as a tracer's contexts are; without them they follow from switches. `-` is a record without a time. One stream a CPU. `lost` in place of an
 * event is no record: there the CPU's stream lost some.
 */
import type { ClassBatch, EventBatch } from '../events/batch.ts';
import type { Column, StructColumn, TextColumn } from '../events/columns.ts';
import { grown, makeColumn } from '../events/columns.ts';
import type { FieldType, Scope, StructType } from '../events/layout.ts';
import type { EventClass, EventStream, FieldSource, TraceAbout } from '../events/reader.ts';
import type { Selection } from '../events/selection.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { Health } from '../results/health.ts';
import { isCanonicalName, vocabulary } from '../vocabulary/events.ts';

/** What a hand-written trace says of itself. */
export interface TextTraceOptions {
  /** Nanoseconds since the epoch at time 0. */
  readonly originNs?: bigint;
  readonly architecture?: string;
  readonly health?: Health;
  /** How many records a batch has at most: small ones show what depends on their ends. */
  readonly batchSize?: number;
}

interface Line {
  readonly timeNs: number;
  readonly cpu: number;
  readonly className: string;
  readonly context: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, string>;
}

const integer: FieldType = {
  kind: 'integer',
  sizeBits: 64,
  alignmentBits: 8,
  byteOrder: 'le',
  isSigned: true,
  displayBase: 10,
  isText: false,
};
const unsigned: FieldType = { ...integer, isSigned: false };
const integers: FieldType = {
  kind: 'array',
  alignmentBits: 8,
  element: unsigned,
  length: { kind: 'fixed', count: 0 },
  isText: false,
};
const string: FieldType = { kind: 'string', alignmentBits: 8 };
const unitsNs: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

/** A set of one trace from text. */
export function textTrace(text: string, options: TextTraceOptions = {}): TraceSet {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseLine);
  const recorded = lines.filter((line) => !isLoss(line));
  const classes = new Map<string, EventClass>();
  for (const line of recorded)
    if (!classes.has(keyOf(line))) classes.set(keyOf(line), makeClass(line, classes.size));
  const cpus = [...new Set(lines.map(({ cpu }) => cpu))].sort((a, b) => a - b);
  const originNs = options.originNs ?? 1_000_000_000n;
  const health = options.health ?? new Health();
  return {
    traces: [makeAbout(options)],
    classes: [...classes.values()],
    health: () => health,
    originNs,
    extents: () =>
      cpus.map((cpu) => {
        const times = recorded
          .filter((line) => line.cpu === cpu && !Number.isNaN(line.timeNs))
          .map(({ timeNs }) => timeNs);
        const isTimed = times.length > 0;
        return {
          name: `cpu${cpu}`,
          trace: 0,
          packets: 1,
          sizeBytes: 0,
          beginNs: isTimed ? originNs + BigInt(times.reduce((a, b) => Math.min(a, b))) : undefined,
          endNs: isTimed ? originNs + BigInt(times.reduce((a, b) => Math.max(a, b))) : undefined,
          discardedEvents: 0n,
        };
      }),
    read: (selection) =>
      cpus.map((cpu, index) =>
        makeStream(
          index,
          cpu,
          lines.filter((line) => line.cpu === cpu),
          classes,
          selection,
          options.batchSize ?? 1000,
        ),
      ),
    close: () => undefined,
  };
}

function parseLine(line: string): Line {
  const words = line.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  const [time = '', cpu = '', ...rest] = words;
  const at = rest.findIndex((word) => !word.includes('='));
  const className = rest[at];
  const cpuMatch = /^cpu(\d+)$/.exec(cpu);
  const timeMatch = /^(-?\d+(?:\.\d+)?)(ns|us|ms|s)$/.exec(time);
  if (cpuMatch === null || className === undefined || (timeMatch === null && time !== '-')) {
    throw new Error(`"${line}" is not: TIME cpuN [tid=N pid=N] EVENT [FIELD=VALUE …].`);
  }
  return {
    timeNs: timeMatch === null ? Number.NaN : Math.round(Number(timeMatch[1]) * unitsNs[timeMatch[2]!]!),
    cpu: Number(cpuMatch[1]),
    className,
    context: parsePairs(rest.slice(0, at)),
    fields: parsePairs(rest.slice(at + 1)),
  };
}

function parsePairs(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word) => {
      const equals = word.indexOf('=');
      return [word.slice(0, equals), word.slice(equals + 1).replaceAll('"', '')];
    }),
  );
}

function isLoss({ className }: Line): boolean {
  return className === 'lost';
}

function keyOf({ className, context, fields }: Line): string {
  return [className, ...context.keys(), ':', ...fields.keys()].join(' ');
}

function makeClass(line: Line, index: number): EventClass {
  const scopes = new Map<Scope, StructType>([
    ['common-context', structOf(line.context, () => integer)],
    ['payload', structOf(line.fields, (name, value) => typeOf(line.className, name, value))],
  ]);
  const fields = new Map([...line.fields.keys()].map((name) => [name, sourceOf(scopes, 'payload', name)!]));
  return {
    index,
    trace: 0,
    name: line.className,
    id: BigInt(index),
    streamClassId: 0n,
    logLevel: undefined,
    scopes,
    canonical: isCanonicalName(line.className) ? { name: line.className, fields } : undefined,
    cpu: undefined,
    tid: sourceOf(scopes, 'common-context', 'tid'),
    pid: sourceOf(scopes, 'common-context', 'pid'),
  };
}

function typeOf(className: string, name: string, value: string): FieldType {
  if (!isCanonicalName(className)) return /^-?\d+$/.test(value) ? integer : string;
  const kind = (vocabulary[className] as Readonly<Record<string, string>>)[name];
  if (kind === undefined) throw new Error(`Event ${className} has no field ${name} in the vocabulary.`);
  if (kind === 'exact') return integers;
  return kind === 'text' ? string : integer;
}

function structOf(
  values: ReadonlyMap<string, string>,
  type: (name: string, value: string) => FieldType,
): StructType {
  const members = [...values].map(([name, value]) => ({ name, type: type(name, value) }));
  return { kind: 'struct', alignmentBits: 8, members };
}

function sourceOf(
  scopes: ReadonlyMap<Scope, StructType>,
  scope: Scope,
  name: string,
): FieldSource | undefined {
  const member = scopes.get(scope)?.members.find((candidate) => candidate.name === name);
  return member === undefined
    ? undefined
    : { kind: 'field', field: { scope, path: [name] }, type: member.type };
}

function makeAbout(options: TextTraceOptions): TraceAbout {
  return {
    index: 0,
    name: 'by-hand',
    format: 'text',
    formatTitle: 'text by hand',
    uuid: undefined,
    environment: new Map(),
    hostName: 'host',
    tracer: undefined,
    domain: 'kernel',
    kernelRelease: undefined,
    architecture: options.architecture ?? 'x86_64',
    byteOrder: 'le',
    clocks: [],
    files: [],
    sizeBytes: 0,
  };
}

function makeStream(
  index: number,
  cpu: number,
  lines: readonly Line[],
  classes: ReadonlyMap<string, EventClass>,
  selection: Selection,
  batchSize: number,
): EventStream {
  const recorded = lines.filter((line) => !isLoss(line));
  const selected: Line[] = [];
  const losses: number[] = [];
  for (const line of lines) {
    if (isLoss(line)) losses.push(selected.length);
    else if (selection.classes.get(classes.get(keyOf(line))!.index) !== undefined) selected.push(line);
  }
  let next = 0;
  const stream: EventStream = {
    index,
    trace: 0,
    name: `cpu${cpu}`,
    classId: 0n,
    instanceId: BigInt(cpu),
    cpu,
    hasTime: recorded.some(({ timeNs }) => !Number.isNaN(timeNs)),
    lastNs: recorded.reduce(
      (last, { timeNs }) => (timeNs <= last || Number.isNaN(timeNs) ? last : timeNs),
      Number.NaN,
    ),
    next() {
      if (next >= selected.length) return undefined;
      const from = next;
      next = Math.min(selected.length, from + batchSize);
      const batch = makeBatch(stream, selected.slice(from, next), classes, selection);
      batch.version = from;
      const isHere = (at: number) => at >= from && (at < next || at === selected.length);
      return { ...batch, gaps: losses.filter(isHere).map((at) => at - from) };
    },
  };
  return stream;
}

function makeBatch(
  stream: EventStream,
  lines: readonly Line[],
  classes: ReadonlyMap<string, EventClass>,
  selection: Selection,
): EventBatch {
  const batches = new Map<number, ClassBatch>();
  const classIndex = new Uint32Array(lines.length);
  const rows = new Uint32Array(lines.length);
  lines.forEach((line, at) => {
    const eventClass = classes.get(keyOf(line))!;
    const batch = batches.get(eventClass.index) ?? makeClassBatch(eventClass, selection, lines.length);
    batches.set(eventClass.index, batch);
    classIndex[at] = eventClass.index;
    rows[at] = batch.count;
    batch.timeNs[batch.count] = line.timeNs;
    batch.cpu[batch.count] = line.cpu;
    appendFields(batch.scopes.get('common-context'), line.context);
    appendFields(batch.scopes.get('payload'), line.fields);
    batch.count += 1;
  });
  return {
    stream,
    version: 0,
    count: lines.length,
    timeNs: Float64Array.from(lines, ({ timeNs }) => timeNs),
    cycles: undefined,
    classIndex,
    row: rows,
    classes: batches,
    gaps: [],
    packetRow: new Uint32Array(lines.length),
    packets: undefined,
  };
}

/** Only what was selected is there: an analysis that reads more than it declares fails its test. */
function makeClassBatch(eventClass: EventClass, selection: Selection, countMax: number): ClassBatch {
  const wanted = selection.classes.get(eventClass.index) ?? [];
  const scopes = new Map<Scope, StructColumn>();
  for (const [scope, type] of eventClass.scopes) {
    const members = type.members.flatMap(({ name, type: memberType }): [string, Column][] => {
      if (wanted === 'all') return [[name, makeColumn(memberType)]];
      const field = wanted.find((item) => item.scope === scope && item.path[0] === name);
      return field === undefined ? [] : [[name, makeColumn(memberType, field.as)]];
    });
    const names = members.map(([name]) => name);
    scopes.set(scope, { kind: 'struct', count: 0, names, members: members.map(([, column]) => column) });
  }
  return { eventClass, count: 0, timeNs: new Float64Array(countMax), cpu: new Int32Array(countMax), scopes };
}

function appendFields(struct: StructColumn | undefined, values: ReadonlyMap<string, string>): void {
  struct?.members.forEach((column, index) => {
    appendValue(column, values.get(struct.names[index]!)!);
  });
}

function appendValue(column: Column, value: string): void {
  if (column.kind === 'text') appendText(column, value);
  else if (column.kind === 'number') {
    if (column.count >= column.values.length) column.values = grown(column.values, column.count + 1);
    column.values[column.count++] = Number(value);
  } else if (column.kind === 'bigint') {
    if (column.count >= column.values.length) column.values = grown(column.values, column.count + 1);
    column.values[column.count++] = BigInt(value);
  } else if (column.kind === 'list') {
    for (const item of value.split(',')) appendValue(column.element, item);
    if (column.count + 1 >= column.starts.length) column.starts = grown(column.starts, column.count + 2);
    column.starts[++column.count] = column.element.count;
  } else throw new Error(`A column of kind ${column.kind} cannot be written by hand.`);
}

function appendText(column: TextColumn, value: string): void {
  const bytes = new TextEncoder().encode(value);
  if (column.count >= column.starts.length) {
    column.starts = grown(column.starts, column.count + 1);
    column.lengths = grown(column.lengths, column.count + 1);
  }
  if (column.used + bytes.length > column.bytes.length)
    column.bytes = grown(column.bytes, column.used + bytes.length);
  column.bytes.set(bytes, column.used);
  column.starts[column.count] = column.used;
  column.lengths[column.count] = bytes.length;
  column.used += bytes.length;
  column.count += 1;
}
