/** Batches while they are filled: by the interpreter record by record, by generated code in place. */
import type { ClassBatch, EventBatch } from './batch.ts';
import { copyOfColumn, grown, makeColumn, type StructColumn, truncateColumn } from './columns.ts';
import type { RecordLayout, Scope, StructType } from './layout.ts';
import type { EventClass, EventStream } from './reader.ts';
import type { PacketState } from './record-decoder.ts';
import type { ClassSelection, FieldSelection, Selection } from './selection.ts';

/** A batch has at most this many records. */
export const recordCountMax = 1 << 14;

/** The same where the selection wants few. */
export function batchCountMaxOf(selection: Selection): number {
  return Math.max(1, Math.min(recordCountMax, selection.recordCountMax ?? recordCountMax));
}

/** A batch under construction: the same object is handed out, then emptied and filled again. */
export interface MutableEventBatch extends EventBatch {
  readonly classes: Map<number, ClassBatch>;
  readonly gaps: number[];
}

export function makeBatch(
  stream: EventStream,
  withCycles: boolean,
  packets: EventBatch['packets'],
): MutableEventBatch {
  return {
    stream,
    version: 0,
    count: 0,
    timeNs: new Float64Array(0),
    cycles: withCycles ? new BigUint64Array(0) : undefined,
    classIndex: new Uint32Array(0),
    row: new Uint32Array(0),
    classes: new Map(),
    gaps: [],
    packetRow: new Uint32Array(0),
    packets,
  };
}

/** Empties what belongs to the batch as a whole; its decoders empty their columns. */
export function clearBatch(batch: MutableEventBatch): void {
  batch.version++;
  batch.count = 0;
  batch.gaps.length = 0;
  for (const scope of batch.packets?.values() ?? []) truncateColumn(scope, 0);
}

/** Records are missing behind those that the batch has so far. */
export function noteGap(batch: MutableEventBatch): void {
  if (batch.gaps.at(-1) !== batch.count) batch.gaps.push(batch.count);
}

const noTimes = new Float64Array(0);
const noCpus = new Int32Array(0);

/** An empty class of a batch with columns for what is selected. */
export function makeClassBatch(
  eventClass: EventClass,
  layout: RecordLayout,
  selected: ClassSelection,
): ClassBatch {
  const columns = new Map<Scope, StructColumn>();
  const body = layout.classes.get(eventClass.id);
  const commonContext = body?.commonContext ?? layout.commonContext;
  for (const [scope, type] of eventScopes(commonContext, body?.specificContext, body?.payload)) {
    const column = makeSelectedColumn(type, scope, selected);
    if (column !== undefined) columns.set(scope, column);
  }
  return { eventClass, count: 0, timeNs: noTimes, cpu: noCpus, scopes: columns };
}

/** An empty class of another batch, with columns of its own for the same fields. */
export function copyOfEmpty(classBatch: ClassBatch): ClassBatch {
  // Nothing can differ then; of most classes an analysis wants no field.
  if (classBatch.scopes.size === 0) return { ...classBatch };
  const scopes = new Map<Scope, StructColumn>();
  for (const [scope, column] of classBatch.scopes) scopes.set(scope, copyOfColumn(column) as StructColumn);
  return { ...classBatch, scopes };
}

/** Columns for the selected members only; undefined when none of this scope is selected. */
function makeSelectedColumn(
  type: StructType,
  scope: Scope,
  selected: ClassSelection,
): StructColumn | undefined {
  if (selected === 'all') return makeColumn(type) as StructColumn;
  const here = selected.filter((field) => field.scope === scope);
  return here.length === 0 ? undefined : makeMembers(type, here, 0);
}

function makeMembers(type: StructType, fields: readonly FieldSelection[], depth: number): StructColumn {
  const names: string[] = [];
  const members: StructColumn['members'][number][] = [];
  for (const member of type.members) {
    const here = fields.filter((field) => field.path[depth] === member.name);
    if (here.length === 0) continue;
    const whole = here.find((field) => field.path.length === depth + 1);
    names.push(member.name);
    if (whole === undefined && member.type.kind === 'struct')
      members.push(makeMembers(member.type, here, depth + 1));
    else members.push(makeColumn(member.type, whole?.as ?? 'natural'));
  }
  return { kind: 'struct', count: 0, names, members };
}

/** Adds a record, whose fields are in its class's columns already. */
export function pushRecord(
  batch: MutableEventBatch,
  classBatch: ClassBatch,
  timeNs: number,
  cycles: bigint,
  packet: PacketState,
): void {
  const row = classBatch.count;
  if (row === classBatch.timeNs.length) {
    classBatch.timeNs = grown(classBatch.timeNs, row + 1);
    classBatch.cpu = grown(classBatch.cpu, row + 1);
  }
  classBatch.timeNs[row] = timeNs;
  classBatch.cpu[row] = packet.cpu;
  classBatch.count = row + 1;
  const position = batch.count;
  if (position === batch.timeNs.length) {
    batch.timeNs = grown(batch.timeNs, position + 1);
    batch.classIndex = grown(batch.classIndex, position + 1);
    batch.row = grown(batch.row, position + 1);
    batch.packetRow = grown(batch.packetRow, position + 1);
    if (batch.cycles !== undefined) batch.cycles = grown(batch.cycles, position + 1);
  }
  batch.timeNs[position] = timeNs;
  batch.classIndex[position] = classBatch.eventClass.index;
  batch.row[position] = row;
  batch.packetRow[position] = packet.packetRow;
  if (batch.cycles !== undefined) batch.cycles[position] = cycles;
  batch.count = position + 1;
}

/** Takes back what an incomplete record left in its columns. */
export function undoRecord(classBatch: ClassBatch): void {
  for (const scope of classBatch.scopes.values()) truncateColumn(scope, classBatch.count);
}

/** The scopes of a class's records in the order in which they are read. */
export function eventScopes(
  commonContext: StructType | undefined,
  specificContext: StructType | undefined,
  payload: StructType | undefined,
): ReadonlyMap<Scope, StructType> {
  const found = new Map<Scope, StructType>();
  if (commonContext !== undefined) found.set('common-context', commonContext);
  if (specificContext !== undefined) found.set('specific-context', specificContext);
  if (payload !== undefined) found.set('payload', payload);
  return found;
}
