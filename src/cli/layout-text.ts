/** Event record classes and their types as text: what `inspect --layouts` prints. */
import {
  type FieldReference,
  type FieldType,
  type FloatType,
  type IntegerType,
  isBytes,
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
    for (const member of type.members) yield* typeLines(member.name, member.type, 2);
  }
}

/** Depth is bounded by the type's, which metadata readers limit. */
function* typeLines(name: string, type: FieldType, depth: number): Generator<string> {
  yield `${'  '.repeat(depth)}${name}: ${describeType(type)}`;
  if (type.kind === 'struct')
    for (const member of type.members) yield* typeLines(member.name, member.type, depth + 1);
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

function describeArray(type: FieldType & { readonly kind: 'array' }): string {
  const count =
    type.length.kind === 'fixed' ? String(type.length.count) : describeReference(type.length.field);
  if (type.isText) return `text of ${count} bytes${inEncoding(type.encoding)}`;
  if (type.isBlob === true)
    return `blob of ${count} bytes${type.mediaType === undefined ? '' : `, ${type.mediaType}`}`;
  const isNested = type.element.kind === 'struct' || type.element.kind === 'variant';
  return `array of ${count}${isNested ? '' : `: ${describeType(type.element)}`}`;
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
