/** `integer { … }`, `floating_point { … }`, `string { … }` and enumerations (CTF 1.8.3 §4.1, §4.2.5). */
import { alignmentMaxBits } from '../../../bytes/limits.ts';
import type {
  ByteOrder,
  EnumerationRange,
  FieldReference,
  FieldType,
  FloatType,
  IntegerType,
  StringType,
} from '../../../events/layout.ts';
import {
  attributesByName,
  booleanValue,
  byteOrderValue,
  textValue,
  unsignedValue,
  wrongValue,
} from './attribute-values.ts';
import type { Source } from './source.ts';
import type { Assignment, AttributeSpecifier, Enumerator, Expression } from './syntax.ts';

/** A type without parts. */
export type LeafType = IntegerType | FloatType | StringType;

/** What types without structure need to know of the trace. */
export interface LeafContext {
  readonly source: Source;
  readonly byteOrder: ByteOrder;
  readonly clockIndexes: ReadonlyMap<string, number>;
  /** Integers with a character encoding: arrays of them are text where their elements are bytes. */
  readonly characters: WeakSet<object>;
}

type DisplayBase = IntegerType['displayBase'];

const displayBases: ReadonlyMap<string, DisplayBase> = new Map(
  (
    [
      [10, 'decimal dec d i u 10'],
      [16, 'hexadecimal hex x X p 16'],
      [8, 'octal oct o 8'],
      [2, 'binary bin b 2'],
    ] as const
  ).flatMap(([base, words]) => words.split(' ').map((word): [string, DisplayBase] => [word, base])),
);

/** The type that a specifier means: a copy of what was made where one is written like it, which had no mistake. */
export function leafType(context: LeafContext, specifier: AttributeSpecifier): LeafType {
  const { leaves } = context.source;
  const { written } = specifier;
  const known = written === undefined ? undefined : leaves.get(written);
  if (known !== undefined) return copyOf(context, known);
  const type = makers[specifier.kind](context, specifier);
  if (written !== undefined) leaves.set(written, copyOf(context, type));
  return type;
}

function integerType(context: LeafContext, specifier: AttributeSpecifier): IntegerType {
  const source: Source = context.source;
  const given = attributesByName(source, specifier.attributes, 'integer');
  const size = given.get('size');
  if (size === undefined) {
    source.fail({ code: 'metadata-missing', at: specifier.at, message: 'The integer has no "size".' });
  }
  const sizeBits = Number(unsignedValue(source, size));
  if (sizeBits < 1 || sizeBits > 64) wrongValue(source, size, '1 to 64 bits');
  const align = given.get('align');
  const signed = given.get('signed');
  const order = given.get('byte_order');
  const base = given.get('base');
  const map = given.get('map');
  const type: IntegerType = {
    kind: 'integer',
    sizeBits,
    alignmentBits: align ? alignmentValue(source, align) : sizeBits % 8 === 0 ? 8 : 1,
    byteOrder: order ? byteOrderValue(source, order, context.byteOrder) : context.byteOrder,
    isSigned: signed ? booleanValue(source, signed) : false,
    displayBase: base ? displayBaseValue(source, base) : 10,
    isText: false,
    ...(map ? { clock: clockValue(context, map) } : {}),
  };
  const encoding = given.get('encoding');
  if (encoding && isCharacterEncoding(source, encoding)) context.characters.add(type);
  warnOfUnknown(source, given, 'integer', 'size align signed byte_order base map encoding');
  return type;
}

/** A copy that is an object of its own, as each field needs one. */
export function copyOf<T extends LeafType>(context: LeafContext, type: T): T {
  const copy = { ...type };
  if (context.characters.has(type)) context.characters.add(copy);
  return copy;
}

const floatSizes: ReadonlyMap<string, FloatType['sizeBits']> = new Map([
  ['5+11', 16],
  ['8+24', 32],
  ['11+53', 64],
  ['16+64', 80],
  ['15+113', 128],
]);

function floatType(context: LeafContext, specifier: AttributeSpecifier): FloatType {
  const source: Source = context.source;
  const given = attributesByName(source, specifier.attributes, 'floating point number');
  const exponent = given.get('exp_dig');
  const mantissa = given.get('mant_dig');
  if (exponent === undefined || mantissa === undefined) {
    const message = `The floating point number has no "${exponent === undefined ? 'exp_dig' : 'mant_dig'}".`;
    source.fail({ code: 'metadata-missing', at: specifier.at, message });
  }
  const digits = `${unsignedValue(source, exponent)}+${unsignedValue(source, mantissa)}`;
  const sizeBits = floatSizes.get(digits);
  if (sizeBits === undefined) {
    source.fail({
      code: 'metadata-attribute',
      at: specifier.at,
      message: `Expected exp_dig + mant_dig of an IEEE 754 format (${[...floatSizes.keys()].join(', ')}), found ${digits}.`,
    });
  }
  const align = given.get('align');
  const order = given.get('byte_order');
  warnOfUnknown(source, given, 'floating point number', 'exp_dig mant_dig align byte_order');
  return {
    kind: 'float',
    sizeBits,
    alignmentBits: align ? alignmentValue(source, align) : 8,
    byteOrder: order ? byteOrderValue(source, order, context.byteOrder) : context.byteOrder,
  };
}

function stringType(context: LeafContext, specifier: AttributeSpecifier): StringType {
  const source: Source = context.source;
  const given = attributesByName(source, specifier.attributes, 'string');
  const encoding = given.get('encoding');
  if (encoding) isCharacterEncoding(source, encoding);
  warnOfUnknown(source, given, 'string', 'encoding');
  return { kind: 'string', alignmentBits: 8 };
}

const makers = { integer: integerType, float: floatType, string: stringType };

/** A power of two, as large as the alignment of a packet can be relied on. */
export function alignmentValue(source: Source, attribute: Assignment): number {
  const value = unsignedValue(source, attribute);
  if (value > 0n && (value & (value - 1n)) === 0n && value <= BigInt(alignmentMaxBits)) return Number(value);
  return wrongValue(source, attribute, `a power of two up to ${alignmentMaxBits}`);
}

function displayBaseValue(source: Source, attribute: Assignment): DisplayBase {
  const { value } = attribute;
  const word = value.kind === 'integer' ? `${value.value}` : textValue(source, attribute);
  return (
    displayBases.get(word) ?? wrongValue(source, attribute, 'a base (decimal, hexadecimal, octal, binary)')
  );
}

function isCharacterEncoding(source: Source, attribute: Assignment): boolean {
  switch (textValue(source, attribute).toUpperCase()) {
    case 'NONE':
      return false;
    case 'UTF8':
    case 'UTF-8':
    case 'ASCII':
      return true;
    default:
      return wrongValue(source, attribute, 'none, UTF8 or ASCII');
  }
}

/** `map = clock.monotonic.value`; clocks may be described later in the text. */
function clockValue(context: LeafContext, attribute: Assignment): number {
  const path = textValue(context.source, attribute);
  const name = /^clock\.(.+)\.value$/s.exec(path)?.[1];
  if (name === undefined) wrongValue(context.source, attribute, 'clock.NAME.value');
  const index = context.clockIndexes.get(name);
  if (index !== undefined) return index;
  context.source.fail({
    code: 'metadata-reference',
    at: attribute.value.at,
    message: `The trace has no clock "${name}".`,
    hint: `Its clocks: ${[...context.clockIndexes.keys()].join(', ') || 'none'}.`,
  });
}

function warnOfUnknown(
  source: Source,
  given: ReadonlyMap<string, Assignment>,
  of: string,
  known: string,
): void {
  const names = known.split(' ');
  for (const [name, attribute] of given) {
    if (!names.includes(name)) source.warn(attribute.at, `Attribute "${name}" of the ${of} is not known.`);
  }
}

/** The labels of an enumeration: values left out count on from the one before, from 0. */
export function enumerationRanges(
  source: Source,
  enumerators: readonly Enumerator[],
  base: IntegerType,
): EnumerationRange[] {
  let next = 0n;
  return enumerators.map((enumerator) => {
    const first = enumerator.first === undefined ? next : labelValue(source, enumerator.first, base);
    const last = enumerator.last === undefined ? first : labelValue(source, enumerator.last, base);
    if (last < first) {
      source.fail({
        code: 'metadata-attribute',
        at: enumerator.at,
        message: `The range of label "${enumerator.label}" ends (${last}) before it begins (${first}).`,
      });
    }
    next = last + 1n;
    return { label: enumerator.label, first, last };
  });
}

/** Values that the base cannot have are no error: they never match. In 64 bits, producers write -1 also as 2⁶⁴ - 1. */
function labelValue(source: Source, value: Expression, base: IntegerType): bigint {
  if (value.kind !== 'integer') {
    source.fail({
      code: 'metadata-syntax',
      at: value.at,
      message: 'Expected an integer as the value of the label.',
    });
  }
  return base.isSigned && base.sizeBits === 64 ? BigInt.asIntN(64, value.value) : value.value;
}

export function isLeaf(type: FieldType): type is LeafType {
  return type.kind === 'integer' || type.kind === 'float' || type.kind === 'string';
}

/** Stands for what a named type refers to, until it is used. */
export const unresolved: FieldReference = {
  scope: 'payload',
  path: [],
  type: {
    kind: 'integer',
    sizeBits: 1,
    alignmentBits: 1,
    byteOrder: 'le',
    isSigned: false,
    displayBase: 10,
    isText: false,
    labels: [],
  },
};
