/**
 * A class's lines as a template, from which code is generated: the same text as `fields.ts` writes field by field, which a
 * test holds equal.
 */
import {
  type BigintColumn,
  type Column,
  encodingOf,
  isBlobColumn,
  isBooleanColumn,
  type NumberColumn,
  type StructColumn,
} from '../../events/columns.ts';
import type { IntegerType } from '../../events/layout.ts';
import type { IntegerForm, LabelSegment, Piece } from '../../events/text/compiled/template.ts';
import { booleanText, isShown, labelsText, noValue, shownMembers } from './fields.ts';

const encoder = new TextEncoder();
const other: readonly Piece[] = [{ kind: 'other' }];
/** Cutting the values by labels takes the square of their number. */
const labelCountMax = 1000;

export function literal(text: string): Piece {
  return { kind: 'literal', bytes: encoder.encode(text) };
}

/** Undefined when all fields are left out, and with them the scope. */
export function scopePieces(column: StructColumn, withNames: boolean): readonly Piece[] | undefined {
  const shown = shownMembers(column);
  return shown && memberPieces(column, shown, withNames);
}

function fieldPieces(column: Column, withNames: boolean): readonly Piece[] {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      return numberPieces(column);
    case 'text':
      if (isBlobColumn(column) || encodingOf(column) !== 'utf-8') return other;
      return [literal('"'), { kind: 'text', column }, literal('"')];
    case 'struct':
      return memberPieces(column, column.members.map(isShown), withNames);
    case 'list': {
      const element = fieldPieces(column.element, withNames);
      const [first, between] = [encoder.encode(' '), encoder.encode(', ')];
      return [
        literal('['),
        { kind: 'list', column, first, between, withIndex: withNames, element },
        literal(' ]'),
      ];
    }
    case 'variant': {
      const options = column.options.map((option) => fieldPieces(option, withNames));
      const [begin, end] = [literal('{ '), literal(' }')];
      if (column.isOptional !== true) return [begin, { kind: 'variant', column, options }, end];
      return [
        { kind: 'variant', column, options: [[literal(noValue)], [begin, ...(options[1] ?? other), end]] },
      ];
    }
  }
}

function memberPieces(column: StructColumn, shown: readonly boolean[], withNames: boolean): readonly Piece[] {
  const pieces: Piece[] = [literal('{')];
  column.members.forEach((member, index) => {
    if (!shown[index]) return;
    const name = withNames ? `${column.names[index]} = ` : '';
    pieces.push(literal(`${pieces.length === 1 ? ' ' : ', '}${name}`), ...fieldPieces(member, withNames));
  });
  pieces.push(literal(' }'));
  return pieces;
}

function numberPieces(column: NumberColumn | BigintColumn): readonly Piece[] {
  const { type } = column;
  if (type.kind !== 'integer') return column.kind === 'number' ? [{ kind: 'float', column }] : other;
  if (isBooleanColumn(column)) return [booleanPiece(column, type)];
  if (type.flags !== undefined) return other;
  const number = integerPieces(column, type);
  if (type.labels === undefined) return number;
  if (type.labels.length > labelCountMax) return other;
  const label: Piece = { kind: 'label', column, isSigned: type.isSigned, segments: () => segmentsOf(type) };
  return [literal('( '), label, literal(' : container = '), ...number, literal(' )')];
}

function booleanPiece(column: NumberColumn | BigintColumn, { sizeBits }: IntegerType): Piece {
  const segments = [0n, (1n << BigInt(sizeBits)) - 1n].map((last) => ({
    last,
    text: encoder.encode(booleanText(last > 0n)),
  }));
  return { kind: 'label', column, isSigned: false, segments: () => segments };
}

function integerPieces(column: NumberColumn | BigintColumn, type: IntegerType): readonly Piece[] {
  const { sizeBits, isSigned } = type;
  const integer = (form: IntegerForm): Piece => ({ kind: 'integer', column, form });
  switch (type.displayBase) {
    case 10:
      return [integer({ kind: 'decimal' })];
    case 16: {
      const maskBits = Math.ceil(sizeBits / 4) * 4;
      return [literal('0x'), integer({ kind: 'digits', bitsPerDigit: 4, maskBits, countMin: 1 })];
    }
    case 8: {
      const maskBits = isSigned && sizeBits < 64 ? Math.ceil(sizeBits / 3) * 3 : 64;
      return [literal('0'), integer({ kind: 'digits', bitsPerDigit: 3, maskBits, countMin: 1 })];
    }
    case 2:
      return [
        literal('0b'),
        integer({ kind: 'digits', bitsPerDigit: 1, maskBits: sizeBits, countMin: sizeBits }),
      ];
  }
}

/** The values of the type, cut where the set of labels changes. */
function segmentsOf(type: IntegerType): readonly LabelSegment[] {
  const bits = BigInt(type.sizeBits);
  const greatest = type.isSigned ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  const least = type.isSigned ? -(1n << (bits - 1n)) : 0n;
  const lasts = new Set([greatest]);
  for (const { first, last } of type.labels ?? []) {
    for (const edge of [first - 1n, last]) if (edge >= least && edge < greatest) lasts.add(edge);
  }
  const sorted = [...lasts].sort((a, b) => (a < b ? -1 : 1));
  return sorted.map((last) => ({ last, text: labelsText(type, last) }));
}
