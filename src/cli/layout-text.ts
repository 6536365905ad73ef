/** Event record classes and their types as text: what `inspect --layouts` prints. */
import type { FieldReference, FieldType, IntegerType } from '../events/layout.ts';
import type { EventClass, TraceAbout } from '../events/reader.ts';

/** One class: its name, what it means in the vocabulary, and the fields of each of its scopes. */
export function* classLines(eventClass: EventClass, traces: readonly TraceAbout[]): Generator<string> {
  const { name, id, streamClassId, canonical } = eventClass;
  const trace = traces.length > 1 ? `, ${traces[eventClass.trace]?.name ?? ''}` : '';
  const meaning = canonical === undefined ? '' : `, means ${canonical.name}`;
  yield `${name} (id ${id} of stream class ${streamClassId}${trace}${meaning})`;
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
    for (const option of type.options) yield* typeLines(option.name, option.type, depth + 1);
  if (
    type.kind === 'array' &&
    !type.isText &&
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
      return `float${type.sizeBits} ${type.byteOrder}, aligned to ${type.alignmentBits}`;
    case 'string':
      return 'string up to a NUL';
    case 'struct':
      return `structure, aligned to ${type.alignmentBits}`;
    case 'array':
      return describeArray(type);
    case 'variant':
      return `variant chosen by ${describeReference(type.selector)}`;
  }
}

function describeInteger(type: IntegerType): string {
  const sign = type.isSigned ? 'int' : 'uint';
  const parts = [`${sign}${type.sizeBits} ${type.byteOrder}`, `aligned to ${type.alignmentBits}`];
  if (type.displayBase !== 10) parts.push(`base ${type.displayBase}`);
  if (type.clock !== undefined) parts.push(`clock ${type.clock}`);
  if (type.labels !== undefined)
    parts.push(`enumeration of ${type.labels.map(({ label }) => label).join(' ')}`);
  return parts.join(', ');
}

function describeArray(type: FieldType & { readonly kind: 'array' }): string {
  const count =
    type.length.kind === 'fixed' ? String(type.length.count) : describeReference(type.length.field);
  if (type.isText) return `text of ${count} bytes`;
  const isNested = type.element.kind === 'struct' || type.element.kind === 'variant';
  return `array of ${count}${isNested ? '' : `: ${describeType(type.element)}`}`;
}

function describeReference(reference: FieldReference): string {
  return `${reference.scope}.${reference.path.join('.')}`;
}
