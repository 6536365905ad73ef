/**
 * What a stream delivers at a time: some consecutive event records of it, decoded into columns by class.
 *
 *   order of the stream   0      1      2      3
 *   classIndex            7      3      7      7
 *   row                   0      0      1      2
 *   timeNs                t0     t1     t2     t3
 *                         │      └─ classes.get(3): rows 0
 *                         └──────── classes.get(7): rows 0 1 2, with timeNs, cpu and the selected fields
 */
import type { Column, StructColumn } from './columns.ts';
import type { Scope } from './layout.ts';
import type { EventClass, EventStream } from './reader.ts';
import type { WasmMemory } from './wasm/memory.ts';

/** The records of one class in a batch. */
export interface ClassBatch {
  readonly eventClass: EventClass;
  count: number;
  /** Relative to the origin of the opened traces; NaN where the record has no time. */
  timeNs: Float64Array;
  /** CPU that recorded the event, -1 where the trace does not say. */
  cpu: Int32Array;
  /** The selected fields by scope. With a list of fields only those are members; each selected path is looked up with `columnAt`. */
  readonly scopes: ReadonlyMap<Scope, StructColumn>;
}

/** A batch is reused: it holds until the next call of its stream's `next`. */
export interface EventBatch {
  readonly stream: EventStream;
  /**
   * Changes with every batch of the stream, and when its arrays are replaced while it is held: decoding another stream may
   * move the memory that they lie in. Whoever keeps arrays of a batch from one run to the next compares it.
   */
  version: number;
  count: number;
  timeNs: Float64Array;
  /** Clock values as recorded, if they were selected and the stream has a clock. */
  cycles: BigUint64Array | undefined;
  /** `EventClass.index` of each record. */
  classIndex: Uint32Array;
  /** Its row in that class's columns. */
  row: Uint32Array;
  readonly classes: ReadonlyMap<number, ClassBatch>;
  /**
   * Where records of the stream are missing, lost or unreadable: the positions, ascending, of the records before which they were; `count` where
   * they were after the last one.
   */
  readonly gaps: readonly number[];
  /** Which row of `packets` each record belongs to; filled if packets were selected. */
  packetRow: Uint32Array;
  /** Packet header and context fields, if they were selected. */
  readonly packets: ReadonlyMap<Scope, StructColumn> | undefined;
  /** Where generated code keeps order arrays and columns of classes, if it fills them: other generated code may read them there. */
  memory?: WasmMemory;
}

/** The column of a member path; undefined if it was not selected or does not exist. Variants and lists end the search. */
export function columnAt(root: StructColumn | undefined, path: readonly string[]): Column | undefined {
  let column: Column | undefined = root;
  for (const name of path) {
    if (column?.kind !== 'struct') return undefined;
    const index: number = column.names.indexOf(name);
    column = index < 0 ? undefined : column.members[index];
  }
  return column;
}
