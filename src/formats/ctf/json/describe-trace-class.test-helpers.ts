/** A trace class as lines that a person can check against its metadata. */
import type { EnumerationRange, FieldReference, FieldType, IntegerType } from '../../../events/layout.ts';
import type { ClassIdentity, TraceClass } from '../trace-class.ts';

/** `u8le@8` is an unsigned integer of 8 bits, little endian, aligned to 8 bits; `leb` one of variable length. */
export function describeTraceClass(traceClass: TraceClass): string[] {
  const { uuid, environment, clocks, packetHeader, streamClasses, warnings, identity } = traceClass;
  const lines: string[] = [];
  const scope = (name: string, type: FieldType | undefined) => {
    if (type !== undefined) lines.push(...describeField(name, type, traceClass));
  };
  if (uuid !== undefined) lines.push(`uuid ${uuid}`);
  if (identity !== undefined) lines.push(`trace${describeIdentity(identity)}`);
  for (const [name, value] of environment)
    lines.push(`env ${name} = ${value}${typeof value === 'string' ? '' : 'n'}`);
  for (const clock of clocks) {
    const {
      name,
      frequencyHz,
      offsetSeconds,
      offsetCycles,
      precisionCycles,
      accuracyCycles,
      origin,
      description,
    } = clock;
    const bounds = `± ${precisionCycles}${accuracyCycles === undefined ? '' : ` ± ${accuracyCycles}`}`;
    const offset = `${offsetSeconds} s + ${offsetCycles} cycles ${bounds}`;
    lines.push(
      `clock ${name} ${frequencyHz} Hz, ${offset} from ${origin}${description ? `: ${description}` : ''}`,
    );
  }
  scope('packet-header', packetHeader);
  for (const stream of streamClasses.values()) {
    const ids = stream.classIdFields.map((type) => describeType(type)).join(' ');
    const rest = `clock ${stream.clock ?? 'none'}, ids ${ids || 'none'}`;
    lines.push(`stream ${stream.id}${describeIdentity(stream.identity)}: ${rest}`);
    scope('packet-context', stream.packetContext);
    scope('event-header', stream.eventHeader);
    scope('common-context', stream.commonContext);
    for (const event of stream.eventClasses.values()) {
      const attributes = [...event.attributes].map(([name, value]) => ` ${name}=${value}`).join('');
      const level = event.logLevel === undefined ? '' : ` level ${event.logLevel}`;
      lines.push(`event ${event.id} ${event.name}${describeIdentity(event.identity)}${level}${attributes}`);
      scope('specific-context', event.specificContext);
      scope('payload', event.payload);
    }
  }
  for (const warning of warnings) lines.push(`warning ${warning}`);
  return lines;
}

function describeIdentity(identity: ClassIdentity = {}): string {
  return ['namespace', 'name', 'uid']
    .map((key) => identity[key as keyof ClassIdentity])
    .map((value) => (value === undefined ? '' : ` "${value}"`))
    .join('');
}

function describeField(name: string, type: FieldType, traceClass: TraceClass, indent = '  '): string[] {
  const role = traceClass.roles.get(type);
  const first = `${indent}${name} ${describeType(type)}${role === undefined ? '' : ` (${role})`}`;
  const below = `${indent}  `;
  const element = type.kind === 'array' ? type.element : type;
  if (element.kind === 'struct') {
    return [
      first,
      ...element.members.flatMap((member) => describeField(member.name, member.type, traceClass, below)),
    ];
  }
  if (element.kind !== 'variant') return [first];
  const options = element.options.map((option) => {
    const chosenBy = option.ranges.map((range) => describeRange(range)).join('|');
    return describeField(`${option.name} if ${chosenBy || 'never'}:`, option.type, traceClass, below);
  });
  return [first, ...options.flat()];
}

function describeType(type: FieldType): string {
  switch (type.kind) {
    case 'integer':
      return describeInteger(type);
    case 'float':
      return `f${type.sizeBits}${type.byteOrder}@${type.alignmentBits}${type.isBitReversed ? ' reversed' : ''}`;
    case 'string':
      return `string@${type.alignmentBits}${type.encoding ? ` ${type.encoding}` : ''}`;
    case 'array': {
      const length =
        type.length.kind === 'field'
          ? describeReference(type.length.field)
          : `${type.length.kind === 'fixed' ? type.length.count : 'located'}`;
      const start = `[${length}]@${type.alignmentBits}`;
      if (type.isBlob) return `${start} ${type.mediaType}`;
      return type.isText
        ? `${start} ${type.encoding ?? 'utf-8'}`
        : `${start} of ${describeType(type.element)}`;
    }
    case 'variant':
      return `${type.isOptional ? 'optional' : 'variant'} <${describeReference(type.selector)}>`;
    case 'struct':
      return `struct@${type.alignmentBits}`;
  }
}

function describeInteger(type: IntegerType): string {
  const { isSigned, sizeBits, byteOrder, alignmentBits, displayBase, clock, labels, flags } = type;
  const size = type.isVariableLength ? 'leb' : `${sizeBits}${byteOrder}`;
  const words = [
    `${isSigned ? 'i' : 'u'}${size}@${alignmentBits}`,
    displayBase === 10 ? '' : `base ${displayBase}`,
    type.isBitReversed ? 'reversed' : '',
    type.isBoolean ? 'boolean' : '',
    clock === undefined ? '' : `clock ${clock}`,
    labels ? `{${labels.map(describeLabel).join(' ')}}` : '',
    flags ? `flags {${flags.map(describeLabel).join(' ')}}` : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

function describeLabel(range: EnumerationRange): string {
  return `${range.label}=${describeRange(range)}`;
}

function describeRange({ first, last }: { readonly first: bigint; readonly last: bigint }): string {
  return first === last ? `${first}` : `${first}…${last}`;
}

function describeReference({ scope, path, type, others = [] }: FieldReference): string {
  return `${scope}:${path.join('.')} ${[type, ...others].map(describeType).join(' or ')}`;
}
