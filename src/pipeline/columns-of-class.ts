/**
 * The columns of one class in one stream under canonical names. What a batch brings is looked up once a batch; handlers then
 * index typed arrays.
 */
import type { ClassBatch } from '../events/batch.ts';
import { columnAt } from '../events/batch.ts';
import type { Column, TextColumn } from '../events/columns.ts';
import type { FieldType } from '../events/layout.ts';
import type { FieldSource } from '../events/reader.ts';
import { type Names, wideBytes } from '../kernel/names.ts';
import type { FieldKind } from '../vocabulary/events.ts';
import { type SyscallArchitecture, syscallName } from '../vocabulary/syscall-names.ts';
import type { AnyFieldView, NumberView, TextView } from '../vocabulary/view.ts';
import { ExactColumn } from './exact-column.ts';

/** There are readers for each class of each stream: empty ones share an array. */
const noNumbers = new Float64Array(0);
const noBytes = new Uint8Array(0);
const noView = new DataView(noBytes.buffer);

/** A field that is refreshed once a batch. */
export interface FieldReader {
  readonly value: AnyFieldView;
  /** @returns the value, which may be another typed array now */
  refresh(batch: ClassBatch): AnyFieldView;
}

/** @param source undefined where the class lacks the field: NaN or no text */
export function fieldReader(source: FieldSource | undefined, kind: FieldKind, names: Names): FieldReader {
  if (kind === 'text') return textReader(source, names);
  if (kind === 'exact') return new ExactColumn(source);
  if (source?.kind === 'field' && source.element !== undefined) return elementReader(source, source.element);
  if (source?.kind === 'field' && source.plus !== undefined) return shiftedReader(source, kind, source.plus);
  if (source?.kind === 'field') return numberReader(source, kind);
  return constantReader(source === undefined ? Number.NaN : Number(source.value));
}

function constantReader(constant: number): FieldReader {
  if (Number.isNaN(constant)) return absentReader;
  let value = noNumbers;
  return {
    get value() {
      return value;
    },
    refresh(batch) {
      if (batch.count > value.length)
        value = new Float64Array(Math.max(batch.count, value.length * 2)).fill(constant);
      return value;
    },
  };
}

/** Fields that a class lacks share one array: an earlier, shorter one stays what it was. */
let absentValues = new Float64Array(0);
const absentReader: FieldReader = {
  get value() {
    return absentValues;
  },
  refresh(batch) {
    if (batch.count > absentValues.length)
      absentValues = new Float64Array(Math.max(batch.count, absentValues.length * 2)).fill(Number.NaN);
    return absentValues;
  },
};

/** Numbers that are recorded as another one: all are copied. */
function shiftedReader(source: FieldSource & { kind: 'field' }, kind: FieldKind, plus: number): FieldReader {
  const recorded = numberReader(source, kind);
  let value = noNumbers;
  return {
    get value() {
      return value;
    },
    refresh(batch) {
      const numbers = recorded.refresh(batch) as NumberView;
      if (batch.count > value.length) value = new Float64Array(Math.max(batch.count, value.length * 2));
      for (let row = 0; row < batch.count; row++) value[row] = (numbers[row] as number) + plus;
      return value;
    },
  };
}

/** One element of an array of numbers; NaN where a record's array is shorter. */
function elementReader(source: FieldSource & { kind: 'field' }, element: number): FieldReader {
  const { field } = source;
  let value = noNumbers;
  return {
    get value() {
      return value;
    },
    refresh(batch) {
      const column = columnAt(batch.scopes.get(field.scope), field.path);
      if (batch.count > value.length) value = new Float64Array(Math.max(batch.count, value.length * 2));
      if (column?.kind !== 'list') return value.fill(Number.NaN);
      const numbers = numbersOf(column.element, source.type, 'signed', none, column.element.count);
      for (let row = 0; row < batch.count; row++) {
        const at = (column.starts[row] as number) + element;
        value[row] = at < (column.starts[row + 1] as number) ? (numbers[at] as number) : Number.NaN;
      }
      return value;
    },
  };
}

const none = new Float64Array(0);

function numberReader(source: FieldSource & { kind: 'field' }, kind: FieldKind): FieldReader {
  const { field, type } = source;
  let value: NumberView = noNumbers;
  let of: ClassBatch | undefined;
  let column: Column | undefined;
  let seen: NumberView | undefined;
  return {
    get value() {
      return value;
    },
    refresh(batch) {
      if (batch !== of) {
        of = batch;
        column = columnAt(batch.scopes.get(field.scope), field.path);
      }
      // A column keeps its array from batch to batch, unless it grew or moved.
      if (column === undefined || (column.kind === 'number' && column.values === seen)) return value;
      value = numbersOf(column, type, kind, value, batch.count);
      seen = column.kind === 'number' ? column.values : undefined;
      return value;
    },
  };
}

function numbersOf(
  column: Column,
  type: FieldType,
  kind: FieldKind,
  before: NumberView,
  count: number,
): NumberView {
  if (column.kind === 'number') {
    const { values } = column;
    if (kind !== 'signed' || !(values instanceof Uint32Array) || sizeOf(type) < 32) return values;
    return new Int32Array(values.buffer, values.byteOffset, values.length);
  }
  if (column.kind !== 'bigint') return before;
  const room =
    before instanceof Float64Array && before.length >= count
      ? before
      : new Float64Array(column.values.length);
  if (kind === 'address') lowBits(column.values, room, count);
  else fromHalves(column.values, kind === 'signed' || column.values instanceof BigInt64Array, room, count);
  return room;
}

function sizeOf(type: FieldType): number {
  return type.kind === 'integer' ? type.sizeBits : 0;
}

const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** 64-bit integers as doubles without a bigint for each: small negative ones stay exact. */
function fromHalves(
  values: BigInt64Array | BigUint64Array,
  isSigned: boolean,
  target: Float64Array,
  count: number,
): void {
  const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const lowAt = isLittleEndian ? 0 : 1;
  for (let row = 0; row < count; row++) {
    const high = halves[row * 2 + 1 - lowAt] as number;
    target[row] = (isSigned ? high | 0 : high) * 2 ** 32 + (halves[row * 2 + lowAt] as number);
  }
}

/** The low 52 bits: exact as doubles. */
function lowBits(values: BigInt64Array | BigUint64Array, target: Float64Array, count: number): void {
  const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const lowAt = isLittleEndian ? 0 : 1;
  for (let row = 0; row < count; row++) {
    const high = (halves[row * 2 + 1 - lowAt] as number) & 0xfffff;
    target[row] = high * 2 ** 32 + (halves[row * 2 + lowAt] as number);
  }
}

function textReader(source: FieldSource | undefined, names: Names): FieldReader {
  if (source?.kind === 'field') return new ColumnText(source, names);
  return new ConstantText(source === undefined ? 0 : names.idOf(String(source.value)), names);
}

/** The same text in every record: the call in `syscall_entry_open`. */
class ConstantText implements TextView, FieldReader {
  readonly value = this;
  readonly constantId: number;
  readonly #text: string;

  constructor(id: number, names: Names) {
    this.constantId = id;
    this.#text = names.text(id);
  }

  at(): string {
    return this.#text;
  }

  idAt(): number {
    return this.constantId;
  }

  isAt(_row: number, id: number): boolean {
    return id === this.constantId;
  }

  refresh(): this {
    return this;
  }
}

class ColumnText implements TextView, FieldReader {
  readonly value = this;
  readonly #source: FieldSource & { kind: 'field' };
  readonly #names: Names;
  #column: TextColumn | undefined;
  #bytes: Uint8Array = noBytes;
  #view: DataView = noView;

  constructor(source: FieldSource & { kind: 'field' }, names: Names) {
    this.#source = source;
    this.#names = names;
  }

  at(row: number): string {
    return this.#names.text(this.idAt(row));
  }

  idAt(row: number): number {
    const column = this.#column;
    if (column === undefined) return 0;
    return this.#names.idOfBytes(column.bytes, column.starts[row] as number, column.lengths[row] as number);
  }

  isAt(row: number, id: number): boolean {
    const column = this.#column;
    if (column === undefined) return id === 0;
    const start = column.starts[row] as number;
    const length = column.lengths[row] as number;
    if (start + wideBytes <= this.#bytes.length && this.#names.isWide(id, this.#view, start, length))
      return true;
    return this.#names.isEqual(id, column.bytes, start, length);
  }

  refresh(batch: ClassBatch): this {
    const { scope, path } = this.#source.field;
    const column = columnAt(batch.scopes.get(scope), path);
    this.#column = column?.kind === 'text' ? column : undefined;
    const bytes = this.#column?.bytes ?? noBytes;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this;
  }
}

/** Names of calls from their numbers. */
export class SyscallNumberText implements TextView, FieldReader {
  readonly value = this;
  readonly #numbers: FieldReader;
  readonly #architecture: SyscallArchitecture | undefined;
  readonly #names: Names;
  /** By number: the name's id, 0 not looked up yet. */
  readonly ids = new Int32Array(1024);

  constructor(numbers: FieldReader, architecture: SyscallArchitecture | undefined, names: Names) {
    this.#numbers = numbers;
    this.#architecture = architecture;
    this.#names = names;
  }

  at(row: number): string {
    return this.#names.text(this.idAt(row));
  }

  /** 0 for a negative number: after `rt_sigreturn` the kernel no longer knows which call it was. */
  idAt(row: number): number {
    const nr = (this.#numbers.value as NumberView)[row] as number;
    if (!(nr >= 0)) return 0;
    if (nr >= this.ids.length) return this.#names.idOf(syscallName(this.#architecture, nr));
    let id = this.ids[nr] as number;
    if (id === 0) {
      id = this.#names.idOf(syscallName(this.#architecture, nr));
      this.ids[nr] = id;
    }
    return id;
  }

  isAt(row: number, id: number): boolean {
    return this.idAt(row) === id;
  }

  get numbers(): NumberView {
    return this.#numbers.value as NumberView;
  }

  refresh(batch: ClassBatch): this {
    this.#numbers.refresh(batch);
    return this;
  }
}

/** Thread or process ids as they were recorded. */
export function idsOf(column: Column | undefined, count: number): Int32Array | undefined {
  if (column?.kind === 'number') {
    const { values } = column;
    if (values instanceof Int32Array) return values;
    if (values instanceof Uint32Array) return new Int32Array(values.buffer, values.byteOffset, values.length);
    return Int32Array.from(values.subarray(0, count));
  }
  if (column?.kind !== 'bigint') return undefined;
  return Int32Array.from(column.values.subarray(0, count) as unknown as ArrayLike<bigint>, Number);
}
