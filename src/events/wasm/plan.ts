/**
 * Where generated code keeps what it decodes: the state block of one decoder, and in it the groups of columns.
 *
 *   state   clock and time │ order arrays │ slots (8 bytes each) │ group │ group │ …
 *   group   count i32 │ capacity i32 │ pointer i32 for each array of its columns
 *
 * A group is what has rows of its own: a class's records, the elements of a list, an option of a variant.
 */
import type { ClassBatch } from '../batch.ts';
import type { BigintColumn, Column, NumberColumn, TextColumn } from '../columns.ts';
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
  touchedCount: 112,
  touchedPointer: 116,
  slots: 120,
} as const;

/** An array that belongs to a group's rows. Plans name it by its index in the group. */
export interface PlannedArray {
  readonly elementSizeBytes: number;
  /** Elements beyond one a row: a list's `starts` has one more. */
  readonly extra: number;
  /** Gives the column its array, as a view on the memory. */
  readonly bind: (buffer: ArrayBuffer, address: number, length: number) => void;
}

export interface Group {
  readonly index: number;
  /** Of its block in the state. */
  readonly offset: number;
  readonly arrays: readonly PlannedArray[];
  /** The columns with one value for each of the group's rows. */
  readonly columns: readonly Column[];
}

/** Where the address of a group's array is kept, from the state block's beginning. */
export function pointerOffset(group: Group, array: number): number {
  return group.offset + 8 + 4 * array;
}

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
  readonly columns: Column[];
}

/** Lays out a state block, piece by piece. */
export class StatePlan {
  /** Integers whose value is needed later → where it is kept, as an i64. */
  readonly slots = new Map<IntegerType, number>();
  readonly groups: Group[] = [];
  #sizeBytes: number;

  /** @param slots as `collectSlots` numbers them */
  constructor(slots: ReadonlyMap<IntegerType, number>) {
    let greatest = -1;
    for (const [type, slot] of slots) {
      this.slots.set(type, state.slots + 8 * slot);
      greatest = Math.max(greatest, slot);
    }
    this.#sizeBytes = state.slots + 8 * (greatest + 1);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The group of a class's records: time and CPU, then the columns of its scopes. */
  addClassGroup(batch: ClassBatch): {
    readonly group: Group;
    readonly time: number;
    readonly cpu: number;
    readonly scopes: ReadonlyMap<Scope, Plan>;
  } {
    return this.#addGroup((parts) => {
      const time = addArray(parts, 8, (buffer, at, length) => {
        batch.timeNs = new Float64Array(buffer, at, length);
      });
      const cpu = addArray(parts, 4, (buffer, at, length) => {
        batch.cpu = new Int32Array(buffer, at, length);
      });
      const scopes = new Map<Scope, Plan>();
      for (const [scope, column] of batch.scopes) scopes.set(scope, this.#planColumn(column, parts));
      return { time, cpu, scopes };
    });
  }

  #addGroup<T extends object>(define: (parts: GroupParts) => T): T & { readonly group: Group } {
    const parts: GroupParts = { arrays: [], columns: [] };
    const defined = define(parts);
    const offset = this.#sizeBytes;
    this.#sizeBytes += 8 + 8 * Math.ceil(parts.arrays.length / 2);
    const group = { index: this.groups.length, offset, ...parts };
    this.groups.push(group);
    return { ...defined, group };
  }

  #planColumn(column: Column, parts: GroupParts): Plan {
    parts.columns.push(column);
    switch (column.kind) {
      case 'number':
      case 'bigint':
        return planValues(column, parts);
      case 'text':
        return planText(column, parts);
      case 'struct': {
        const members = column.names.map((name, index) => ({
          name,
          plan: this.#planColumn(column.members[index] as Column, parts),
        }));
        return { kind: 'struct', members };
      }
      case 'list': {
        const child = this.#addGroup((own) => ({ plan: this.#planColumn(column.element, own) }));
        const starts = addArray(
          parts,
          4,
          (buffer, at, length) => {
            column.starts = new Uint32Array(buffer, at, length);
          },
          1,
        );
        return { kind: 'list', starts, group: child.group, element: child.plan };
      }
      case 'variant': {
        const options = column.options.map((option) =>
          this.#addGroup((own) => ({ plan: this.#planColumn(option, own) })),
        );
        const option = addArray(parts, 4, (buffer, at, length) => {
          column.option = new Uint32Array(buffer, at, length);
        });
        const row = addArray(parts, 4, (buffer, at, length) => {
          column.row = new Uint32Array(buffer, at, length);
        });
        return { kind: 'variant', option, row, options };
      }
    }
  }
}

function addArray(
  parts: GroupParts,
  elementSizeBytes: number,
  bind: PlannedArray['bind'],
  extra = 0,
): number {
  parts.arrays.push({ elementSizeBytes, extra, bind });
  return parts.arrays.length - 1;
}

function planValues(column: NumberColumn | BigintColumn, parts: GroupParts): Plan {
  const make = column.values.constructor as new (buffer: ArrayBuffer, at: number, length: number) => never;
  const store = column.kind === 'bigint' ? 'i64' : column.values instanceof Float64Array ? 'f64' : 'i32';
  const values = addArray(parts, store === 'i32' ? 4 : 8, (buffer, at, length) => {
    column.values = new make(buffer, at, length);
  });
  return { kind: 'number', store, values };
}

/** Starts are addresses: the text stays where it was read to. */
function planText(column: TextColumn, parts: GroupParts): Plan {
  const starts = addArray(parts, 4, (buffer, at, length) => {
    column.starts = new Uint32Array(buffer, at, length);
    column.bytes = new Uint8Array(buffer);
  });
  const lengths = addArray(parts, 4, (buffer, at, length) => {
    column.lengths = new Uint32Array(buffer, at, length);
  });
  return { kind: 'text', starts, lengths };
}
