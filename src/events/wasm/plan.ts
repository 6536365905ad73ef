/**
 * Where generated code keeps what it decodes: the state block of one decoder, and in it the groups of columns.
 *
 *   state   clock and time │ order arrays │ slots (8 bytes each) │ group │ group │ slot │ group │ …
 *   group   count i32 │ capacity i32 │ pointer i32 for each array of its columns
 *
 * A group is what has rows of its own: a class's records, the elements of a list, an option of a variant. Its arrays lie one after the other
 * in a block of memory, so that giving them room is one step.
 *
 * One plan is made for all streams that share code, and grows at its end when another class is met. Each stream has a state block of its
 * own; a class of which it has no record yet has zeros there, which say that there is no room for a row.
 */
import type { ClassBatch } from '../batch.ts';
import type { BigintColumn, Column, NumberColumn } from '../columns.ts';
import type { IntegerType, Scope } from '../layout.ts';

/** Offsets in the state block, in bytes. */
export const state = {
  cycles: 0,
  baseCycles: 8,
  baseNs: 16,
  remainder: 24,
  lastNs: 32,
  backwardNs: 40,
  emptyElementsLeft: 48,
  stopBits: 56,
  detail: 60,
  detailRows: 64,
  detailClass: 108,
  backwardCount: 68,
  batchCount: 72,
  batchCapacity: 76,
  timePointer: 80,
  classPointer: 84,
  rowPointer: 88,
  cyclesPointer: 92,
  cpu: 96,
  byteOrder: 100,
  /** Where the record at hand begins, for classes that must see that it takes some space. */
  recordBegin: 104,
  touchedCount: 112,
  touchedPointer: 116,
  /** Of the record that no code was found for. */
  classId: 120,
  /** Where the arrays of a frame list are. */
  frameClassIds: 128,
  frameTimes: 132,
  frameCycles: 136,
  frameCpus: 140,
  frameContexts: 144,
  frameContextEnds: 148,
  frameBodies: 152,
  frameBodyEnds: 156,
  /** Just beyond the window that frames lie in. */
  windowEnd: 160,
  slots: 168,
} as const;

/** What an array is to the column, or to the class's batch, that it belongs to. Addresses of records are the decoder's own. */
export type ArrayRole = 'time' | 'cpu' | 'address' | 'values' | 'starts' | 'lengths' | 'option' | 'row';

/** An array that belongs to a group's rows. Plans name it by its index in the group. */
export interface PlannedArray {
  readonly role: ArrayRole;
  /** Its column's place in `columnsOf`; of no meaning for time and CPU. */
  readonly column: number;
  readonly elementSizeBytes: number;
  /** What a row takes in the arrays before it. */
  readonly offsetBytes: number;
  /** Elements beyond one a row: a list's `starts` has one more. */
  readonly extra: number;
}

export interface Group {
  readonly index: number;
  /** Of its block in the state. */
  readonly offset: number;
  readonly arrays: readonly PlannedArray[];
  /** The columns with one value for each of the group's rows: their places in `columnsOf`. */
  readonly columns: readonly number[];
  /** What a row takes in all arrays. */
  readonly rowBytes: number;
  /** The most rows that any stream had room for so far. */
  capacityMax: number;
}

/** All columns of a class, each before those within it. Depth is bounded by the types', which metadata readers limit. */
export function columnsOf(batch: ClassBatch): readonly Column[] {
  const columns: Column[] = [];
  const visit = (column: Column): void => {
    columns.push(column);
    if (column.kind === 'struct') column.members.forEach(visit);
    if (column.kind === 'list') visit(column.element);
    if (column.kind === 'variant') column.options.forEach(visit);
  };
  for (const scope of batch.scopes.values()) visit(scope);
  return columns;
}

/** Gives a column, or the batch, its array: a view on the memory. */
export function bindArray(
  batch: ClassBatch,
  columns: readonly Column[],
  { role, column: place }: PlannedArray,
  buffer: ArrayBuffer,
  address: number,
  length: number,
): void {
  if (role === 'time') batch.timeNs = new Float64Array(buffer, address, length);
  else if (role === 'cpu') batch.cpu = new Int32Array(buffer, address, length);
  else if (role !== 'address') bindColumn(columns[place] as Column, role, buffer, address, length);
}

function bindColumn(
  column: Column,
  role: ArrayRole,
  ...view: readonly [buffer: ArrayBuffer, address: number, length: number]
): void {
  switch (column.kind) {
    case 'number':
    case 'bigint': {
      const make = column.values.constructor as new (...view: readonly unknown[]) => never;
      column.values = new make(...view);
      return;
    }
    case 'text':
      if (role === 'lengths') {
        column.lengths = new Uint32Array(...view);
        return;
      }
      // Starts are addresses: the text stays where it was read to.
      column.starts = new Uint32Array(...view);
      column.bytes = new Uint8Array(view[0]);
      return;
    case 'list':
      column.starts = new Uint32Array(...view);
      return;
    case 'variant':
      if (role === 'option') column.option = new Uint32Array(...view);
      else column.row = new Uint32Array(...view);
      return;
    case 'struct':
      throw new Error('a structure has no array of its own');
  }
}

/** Where the address of a group's array is kept, from the state block's beginning. */
export function pointerOffset(group: Group, array: number): number {
  return group.offset + firstPointer + 4 * array;
}

/** From the group's beginning. */
export const firstPointer = 8;

/**
 * What the arrays have room for beyond a group's capacity: lists' `starts` have one more than rows, and arrays that begin a power of two
 * apart would compete for the same lines of the cache. So many that all begin at multiples of 8 bytes.
 */
const spareRows = 8;

/** Rows that a group's arrays are laid out for: an array begins at so many times its `offsetBytes` in the group's memory. */
export function rowsLaidOut(capacity: number): number {
  return capacity + spareRows;
}

/** The first arrays of a class's own group; it has addresses where its fields are read later. */
export const classArrays = { time: 0, cpu: 1, addresses: 2 } as const;

/** How a column is filled; numbers are indexes of arrays in the group whose rows it has. */
export type Plan =
  | { readonly kind: 'number'; readonly store: 'i32' | 'i64' | 'f64'; readonly values: number }
  | { readonly kind: 'text'; readonly starts: number; readonly lengths: number }
  /** Members of one name are told apart by their places, where all are there. */
  | { readonly kind: 'struct'; readonly members: readonly { readonly name: string; readonly plan: Plan }[] }
  | { readonly kind: 'list'; readonly starts: number; readonly group: Group; readonly element: Plan }
  | {
      readonly kind: 'variant';
      readonly option: number;
      readonly row: number;
      readonly options: readonly { readonly group: Group; readonly plan: Plan }[];
    };

interface GroupParts {
  readonly arrays: PlannedArray[];
  readonly columns: number[];
  rowBytes: number;
}

/** Lays out a state block, piece by piece. */
export class StatePlan {
  /** Integers whose value is needed later → where it is kept, as an i64. */
  readonly slots = new Map<IntegerType, number>();
  readonly groups: Group[] = [];
  /** By slot. */
  readonly #slotOffsets: number[] = [];
  #sizeBytes: number = state.slots;
  /** Columns of the class being planned so far. */
  #columnCount = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** @param slots as `collectSlots` and `addSlots` number them; those that have a place keep it */
  placeSlots(slots: ReadonlyMap<IntegerType, number>): void {
    if (slots.size === this.slots.size) return;
    for (const [type, slot] of slots) {
      let offset = this.#slotOffsets[slot];
      if (offset === undefined) {
        offset = this.#sizeBytes;
        this.#slotOffsets[slot] = offset;
        this.#sizeBytes += 8;
      }
      this.slots.set(type, offset);
    }
  }

  /**
   * The group of a class's records: `classArrays`, then the columns of its scopes. Groups of its lists and variants come before it.
   * @param isReadLater whether it keeps where its records are
   */
  addClassGroup(
    batch: ClassBatch,
    isReadLater: boolean,
  ): { readonly group: Group; readonly scopes: ReadonlyMap<Scope, Plan> } {
    this.#columnCount = 0;
    return this.#addGroup((parts) => {
      addArray(parts, 'time', -1, 8);
      addArray(parts, 'cpu', -1, 4);
      if (isReadLater) addArray(parts, 'address', -1, 4);
      const scopes = new Map<Scope, Plan>();
      for (const [scope, column] of batch.scopes) scopes.set(scope, this.#planColumn(column, parts));
      return { scopes };
    });
  }

  #addGroup<T extends object>(define: (parts: GroupParts) => T): T & { readonly group: Group } {
    const parts: GroupParts = { arrays: [], columns: [], rowBytes: 0 };
    const defined = define(parts);
    const offset = this.#sizeBytes;
    this.#sizeBytes += firstPointer + 8 * Math.ceil(parts.arrays.length / 2);
    const group = { index: this.groups.length, offset, capacityMax: 0, ...parts };
    this.groups.push(group);
    return { ...defined, group };
  }

  /** In the order of `columnsOf`. */
  #planColumn(column: Column, parts: GroupParts): Plan {
    const place = this.#columnCount++;
    parts.columns.push(place);
    switch (column.kind) {
      case 'number':
      case 'bigint':
        return planValues(column, place, parts);
      case 'text': {
        const starts = addArray(parts, 'starts', place, 4);
        return { kind: 'text', starts, lengths: addArray(parts, 'lengths', place, 4) };
      }
      case 'struct': {
        const members = column.names.map((name, index) => ({
          name,
          plan: this.#planColumn(column.members[index] as Column, parts),
        }));
        return { kind: 'struct', members };
      }
      case 'list': {
        const child = this.#addGroup((own) => ({ plan: this.#planColumn(column.element, own) }));
        const starts = addArray(parts, 'starts', place, 4, 1);
        return { kind: 'list', starts, group: child.group, element: child.plan };
      }
      case 'variant': {
        const options = column.options.map((option) =>
          this.#addGroup((own) => ({ plan: this.#planColumn(option, own) })),
        );
        const option = addArray(parts, 'option', place, 4);
        return { kind: 'variant', option, row: addArray(parts, 'row', place, 4), options };
      }
    }
  }
}

function addArray(
  parts: GroupParts,
  role: ArrayRole,
  column: number,
  elementSizeBytes: number,
  extra = 0,
): number {
  parts.arrays.push({ role, column, elementSizeBytes, offsetBytes: parts.rowBytes, extra });
  parts.rowBytes += elementSizeBytes;
  return parts.arrays.length - 1;
}

function planValues(column: NumberColumn | BigintColumn, place: number, parts: GroupParts): Plan {
  const store = column.kind === 'bigint' ? 'i64' : column.values instanceof Float64Array ? 'f64' : 'i32';
  return { kind: 'number', store, values: addArray(parts, 'values', place, store === 'i32' ? 4 : 8) };
}
