/** Event record classes and their types as text: what `inspect --layouts` prints. */
import {
  type ArrayType,
  type FieldReference,
  type FieldType,
  type FloatType,
  type IntegerType,
  isBytes,
  type LocatedLength,
  type Member,
  type TextEncoding,
} from '../events/layout.ts';
import type { EventClass, TraceAbout } from '../events/reader.ts';

/** One class: its name, what it means in the vocabulary, and the fields of each of its scopes. */
export function* classLines(eventClass: EventClass, traces: readonly TraceAbout[]): Generator<string> {
  const { name, id, streamClassId, canonical, logLevel, attributes } = eventClass;
  const trace = traces.length > 1 ? `, ${traces[eventClass.trace]?.name ?? ''}` : '';
  const meaning = canonical === undefined ? '' : `, means ${canonical.name}`;
  yield `${name} (id ${id} of stream class ${streamClassId}${trace}${meaning})`;
  if (logLevel !== undefined) yield `  log level ${logLevel}`;
  for (const [key, value] of attributes ?? []) yield `  attribute ${key} = ${value}`;
  for (const [scope, type] of eventClass.scopes) {
    yield `  ${scope}`;
    for (const member of type.members) yield* typeLines(memberTitle(member), member.type, 2);
  }
}

/** Depth is bounded by the type's, which metadata readers limit. */
function* typeLines(name: string, type: FieldType, depth: number): Generator<string> {
  yield `${'  '.repeat(depth)}${name}: ${describeType(type)}`;
  if (type.kind === 'struct')
    for (const member of type.members) yield* typeLines(memberTitle(member), member.type, depth + 1);
  if (type.kind === 'variant')
    for (const option of type.isOptional === true ? type.options.slice(1) : type.options)
      yield* typeLines(type.isOptional === true ? 'value' : option.name, option.type, depth + 1);
  if (
    type.kind === 'array' &&
    !isBytes(type) &&
    (type.element.kind === 'struct' || type.element.kind === 'variant')
  ) {
    yield* typeLines('[]', type.element, depth + 1);
  }
}

/** With where it begins, where the metadata says so; in bytes but for a field that begins within one. */
function memberTitle({ name, offsetBits }: Member): string {
  if (offsetBits === undefined) return name;
  return `${name} @${offsetBits % 8 === 0 ? `${offsetBits / 8}` : `${offsetBits} bits`}`;
}

function describeType(type: FieldType): string {
  switch (type.kind) {
    case 'integer':
      return describeInteger(type);
    case 'float':
      return [
        `float${type.sizeBits} ${type.byteOrder}`,
        `aligned to ${type.alignmentBits}`,
        ...bitOrder(type),
      ].join(', ');
    case 'string':
      return `string up to a NUL${inEncoding(type.encoding)}`;
    case 'struct':
      return `structure, aligned to ${type.alignmentBits}`;
    case 'array':
      return describeArray(type);
    case 'variant':
      return `${type.isOptional === true ? 'optional field' : 'variant'} chosen by ${describeReference(type.selector)}`;
  }
}

function describeInteger(type: IntegerType): string {
  const sign = type.isSigned ? 'int' : 'uint';
  const size =
    type.isVariableLength === true
      ? `${sign} of variable length`
      : `${sign}${type.sizeBits} ${type.byteOrder}`;
  const parts = [size, `aligned to ${type.alignmentBits}`, ...bitOrder(type)];
  if (type.isBoolean === true) parts.push('boolean');
  if (type.displayBase !== 10) parts.push(`base ${type.displayBase}`);
  if (type.clock !== undefined) parts.push(`clock ${type.clock}`);
  if (type.labels !== undefined)
    parts.push(`enumeration of ${type.labels.map(({ label }) => label).join(' ')}`);
  if (type.flags !== undefined) parts.push(`bit map of ${type.flags.map(({ label }) => label).join(' ')}`);
  return parts.join(', ');
}

function describeArray(type: ArrayType): string {
  const count = describeCount(type.length);
  const unit = type.length.kind === 'located' ? 'bytes' : `${count} bytes`;
  const place = type.length.kind === 'located' ? `, ${describePlace(type.length)}` : '';
  if (type.isText) return `text of ${unit}${inEncoding(type.encoding)}${place}`;
  if (type.isBlob === true)
    return `blob of ${unit}${type.mediaType === undefined ? '' : `, ${type.mediaType}`}${place}`;
  const isNested = type.element.kind === 'struct' || type.element.kind === 'variant';
  return `array${count === '' ? '' : ` of ${count}`}${isNested ? '' : `: ${describeType(type.element)}`}${place}`;
}

/** Nothing where the record says how many bytes there are, and not how many elements. */
function describeCount(length: ArrayType['length']): string {
  switch (length.kind) {
    case 'fixed':
      return String(length.count);
    case 'field':
      return describeReference(length.field);
    case 'located':
      return '';
    case 'rest':
      return 'all remaining';
  }
}

/** `__data_loc` and `__rel_loc`, as tracefs `format` files call them. */
function describePlace({ word, from }: LocatedLength): string {
  const origin = from === 'scope' ? "the record's beginning" : "the word's end";
  return `at the offset from ${origin} and of the size that a word says (${describeType(word)})`;
}

function bitOrder({ isBitReversed }: IntegerType | FloatType): readonly string[] {
  return isBitReversed === true ? ['bits reversed'] : [];
}

function inEncoding(encoding: TextEncoding | undefined): string {
  return encoding === undefined || encoding === 'utf-8' ? '' : `, ${encoding}`;
}

function describeReference(reference: FieldReference): string {
  return `${reference.scope}.${reference.path.join('.')}`;
}
