/**
 * One function for each class: `(out, row, block) → out, full or declined` writes what a template says. Literals are
 * constants in the code, stored eight bytes at a time; what such a store spoils behind is overwritten by what comes next.
 *
 * The room for everything of bounded length is asked for once; text and each element of a list ask again, for their own and
 * all of that.
 */
import type { BigintColumn, NumberColumn } from '../../columns.ts';
import { WasmCode } from '../../wasm/code.ts';
import type { WasmFunction } from '../../wasm/module.ts';
import { decimalBytesMax, floatBytesMax, refused } from './emit-numbers.ts';
import { classBlockHead, state, stream as streamBlock } from './state.ts';
import { arraysOf, type ColumnOfPiece, columnsOf, type IntegerForm, type Piece } from './template.ts';

/** Numbers of the functions that lines call. */
export interface TextFunctions {
  readonly decimal: number;
  readonly signedDecimal: number;
  readonly digits: number;
  readonly float: number;
  readonly escapedText: number;
  readonly plainText: number;
  readonly labelText: number;
}

/** Where a template's labels were put, by piece. */
export type LabelTables = ReadonlyMap<Piece, { readonly address: number; readonly count: number }>;

export interface LineParts {
  readonly pieces: readonly Piece[];
  readonly labels: LabelTables;
  readonly functions: TextFunctions;
  readonly stateAddress: number;
}

/** Text with more pieces would make too much code. */
const pieceCountMax = 1500;

/** Whether code can be generated for a template. */
export function isCompilable(pieces: readonly Piece[]): boolean {
  let count = 0;
  const pending = [...pieces];
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    count += 1;
    if (count > pieceCountMax || piece.kind === 'other') return false;
    if (piece.kind === 'list') for (const inner of piece.element) pending.push(inner);
    if (piece.kind === 'variant') for (const option of piece.options) pending.push(...option);
    // 64-bit integers as doubles are not exact.
    if (piece.kind === 'integer' && piece.column.values instanceof Float64Array) return false;
    if (piece.kind === 'label' && piece.column.values instanceof Float64Array) return false;
  }
  return true;
}

/** A function for a template; with none it declines each record. */
export function lineFunction(parts: LineParts | undefined): WasmFunction {
  const code = new WasmCode(3);
  if (parts === undefined) code.i32(refused.declined);
  else new LineEmitter(code, parts).emit();
  return { parameters: ['i32', 'i32', 'i32'], results: ['i32'], code };
}

class LineEmitter {
  readonly #code: WasmCode;
  readonly #parts: LineParts;
  readonly #slots: ReadonlyMap<ColumnOfPiece, number>;
  /** Room for one of everything that is bounded. */
  readonly #reserve: number;
  readonly #out = 0;
  readonly #block = 2;
  #literal: number[] = [];

  constructor(code: WasmCode, parts: LineParts) {
    this.#code = code;
    this.#parts = parts;
    this.#slots = slotsOf(parts.pieces);
    this.#reserve = boundOf(parts.pieces) + 16;
  }

  emit(): void {
    this.#need();
    this.#pieces(this.#parts.pieces, 1);
    this.#flush();
    this.#code.get(this.#out);
  }

  #need(): void {
    const code = this.#code;
    code.get(this.#out).i32(this.#reserve).op('i32.add');
    code
      .i32(0)
      .memory('i32.load', this.#parts.stateAddress + state.outEnd)
      .op('i32.gt_u')
      .if();
    code.i32(refused.full).op('return').end();
  }

  /** @param row local with the row of the columns that the pieces name */
  #pieces(pieces: readonly Piece[], row: number): void {
    for (const piece of pieces) this.#piece(piece, row);
  }

  #piece(piece: Piece, row: number): void {
    switch (piece.kind) {
      case 'literal':
        for (const byte of piece.bytes) this.#literal.push(byte);
        return;
      case 'integer':
        this.#integer(piece.column, piece.form, row);
        return;
      case 'float':
        this.#float(piece.column, row);
        return;
      case 'text':
        this.#text(piece, row);
        return;
      case 'label':
        this.#label(piece, row);
        return;
      case 'list':
        this.#list(piece, row);
        return;
      case 'variant':
        this.#variant(piece, row);
        return;
      case 'packet':
        this.#packet(piece);
        return;
      case 'other':
        throw new Error('no code is generated for a template with other pieces');
    }
  }

  /** Stores the literal so far and moves `out` behind it. */
  #flush(): void {
    const bytes = this.#literal;
    if (bytes.length === 0) return;
    this.#literal = [];
    this.#store(bytes);
    this.#code.get(this.#out).i32(bytes.length).op('i32.add').set(this.#out);
  }

  #store(bytes: readonly number[]): void {
    for (let at = 0; at < bytes.length; at += 8) {
      let word = 0n;
      for (let index = 7; index >= 0; index--) word = (word << 8n) | BigInt(bytes[at + index] ?? 0);
      this.#code.get(this.#out);
      if (bytes.length - at <= 4) this.#code.i32(Number(BigInt.asIntN(32, word))).memory('i32.store', at);
      else this.#code.i64(word).memory('i64.store', at);
    }
  }

  /** Leaves the address of row `row` of one of the column's arrays on the stack. */
  #element(column: ColumnOfPiece, array: number, row: number, shift: number): void {
    const slot = (this.#slots.get(column) as number) + array;
    this.#code.get(this.#block).memory('i32.load', classBlockHead + 4 * slot);
    this.#code.get(row).i32(shift).op('i32.shl', 'i32.add');
  }

  #value(column: NumberColumn | BigintColumn, row: number): void {
    if (column.kind === 'bigint') {
      this.#element(column, 0, row, 3);
      this.#code.memory('i64.load');
    } else {
      this.#element(column, 0, row, 2);
      this.#code.memory(column.values instanceof Int32Array ? 'i64.load32_s' : 'i64.load32_u');
    }
  }

  #integer(column: NumberColumn | BigintColumn, form: IntegerForm, row: number): void {
    this.#flush();
    const code = this.#code;
    const { functions } = this.#parts;
    code.get(this.#out);
    this.#value(column, row);
    if (form.kind === 'decimal') code.call(isSigned(column) ? functions.signedDecimal : functions.decimal);
    else {
      if (isSigned(column)) this.#maskNegative(form.maskBits);
      code.i32(form.bitsPerDigit).i32(form.countMin).call(functions.digits);
    }
    code.set(this.#out);
  }

  #maskNegative(bits: number): void {
    if (bits >= 64) return;
    const code = this.#code;
    const value = code.local('i64');
    code
      .tee(value)
      .get(value)
      .i64((1n << BigInt(bits)) - 1n)
      .op('i64.and');
    code.get(value).i64(0n).op('i64.ge_s', 'select');
  }

  #float(column: NumberColumn, row: number): void {
    this.#flush();
    this.#code.get(this.#out);
    this.#element(column, 0, row, 3);
    this.#code.memory('f64.load').call(this.#parts.functions.float);
    this.#setOrReturn();
  }

  #setOrReturn(): void {
    const code = this.#code;
    code.tee(this.#out).i32(1).op('i32.le_u').if().get(this.#out).op('return').end();
  }

  #text(piece: Piece & { kind: 'text' }, row: number): void {
    this.#flush();
    const code = this.#code;
    code.get(this.#out);
    this.#element(piece.column, 0, row, 2);
    code.memory('i32.load');
    this.#element(piece.column, 1, row, 2);
    code.memory('i32.load').i32(this.#reserve).call(this.#parts.functions.escapedText);
    this.#setOrReturn();
  }

  #label(piece: Piece & { kind: 'label' }, row: number): void {
    this.#flush();
    const { functions, labels } = this.#parts;
    const table = labels.get(piece);
    if (table === undefined) throw new Error('labels are put into memory before code is generated');
    const code = this.#code;
    code.get(this.#out);
    this.#value(piece.column, row);
    if (!piece.isSigned) code.i64(-(2n ** 63n)).op('i64.xor');
    code.i32(table.address).i32(table.count).i32(this.#reserve).call(functions.labelText);
    this.#setOrReturn();
  }

  #list(piece: Piece & { kind: 'list' }, row: number): void {
    this.#flush();
    const code = this.#code;
    const element = code.local('i32');
    const end = code.local('i32');
    const start = code.local('i32');
    this.#element(piece.column, 0, row, 2);
    code.memory('i32.load').tee(start).set(element);
    this.#element(piece.column, 0, row, 2);
    code.memory('i32.load', 4).set(end);
    const done = code.block();
    const next = code.loop();
    code.get(element).get(end).op('i32.ge_u').brIf(done);
    this.#need();
    code.get(element).get(start).op('i32.eq').if();
    this.#constant(piece.first);
    code.else();
    this.#constant(piece.between);
    code.end();
    if (piece.withIndex) {
      this.#literal.push(0x5b);
      this.#flush();
      code.get(this.#out).get(element).get(start).op('i32.sub', 'i64.extend_i32_u');
      code.call(this.#parts.functions.decimal).set(this.#out);
      for (const character of '] = ') this.#literal.push(character.charCodeAt(0));
    }
    this.#pieces(piece.element, element);
    this.#flush();
    code.get(element).i32(1).op('i32.add').set(element).br(next).end().end();
  }

  #constant(bytes: Uint8Array): void {
    this.#literal = [...bytes];
    this.#flush();
  }

  #variant(piece: Piece & { kind: 'variant' }, row: number): void {
    this.#flush();
    const code = this.#code;
    const option = code.local('i32');
    const inner = code.local('i32');
    this.#element(piece.column, 0, row, 2);
    code.memory('i32.load').set(option);
    this.#element(piece.column, 1, row, 2);
    code.memory('i32.load').set(inner);
    const done = code.block();
    piece.options.forEach((pieces, index) => {
      code.get(option).i32(index).op('i32.eq').if();
      this.#pieces(pieces, inner);
      this.#flush();
      code.br(done).end();
    });
    code.end();
  }

  /** The packet's text is known to the stream's block. */
  #packet(piece: Piece & { kind: 'packet' }): void {
    this.#flush();
    const code = this.#code;
    const length = code.local('i32');
    const at = this.#parts.stateAddress + state.streamAddress;
    code.i32(0).memory('i32.load', at).memory('i32.load', streamBlock.packetLength).tee(length).if();
    code.get(this.#out).i32(0).memory('i32.load', at).memory('i32.load', streamBlock.packetText);
    code.get(length).i32(this.#reserve).call(this.#parts.functions.plainText);
    this.#setOrReturn();
    this.#constant(piece.after);
    code.end();
  }
}

function slotsOf(pieces: readonly Piece[]): ReadonlyMap<ColumnOfPiece, number> {
  const slots = new Map<ColumnOfPiece, number>();
  let next = 0;
  for (const column of columnsOf(pieces)) {
    slots.set(column, next);
    next += arraysOf(column).length;
  }
  return slots;
}

function isSigned(column: NumberColumn | BigintColumn): boolean {
  return column.values instanceof Int32Array || column.values instanceof BigInt64Array;
}

/** The bytes that one of everything takes whose length is bounded. Depth is the type's. */
function boundOf(pieces: readonly Piece[]): number {
  let bytes = 0;
  for (const piece of pieces) {
    // Each may spoil 8 bytes behind it.
    bytes += 8;
    if (piece.kind === 'literal') bytes += piece.bytes.length;
    if (piece.kind === 'packet') bytes += piece.after.length;
    if (piece.kind === 'integer') bytes += piece.form.kind === 'decimal' ? decimalBytesMax : 64;
    if (piece.kind === 'float') bytes += floatBytesMax;
    if (piece.kind === 'list')
      bytes += piece.first.length + piece.between.length + decimalBytesMax + 16 + boundOf(piece.element);
    if (piece.kind === 'variant') for (const option of piece.options) bytes += boundOf(option);
  }
  return bytes;
}
