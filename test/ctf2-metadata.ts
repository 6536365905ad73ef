// The metadata of a CTF 1.8 trace said in CTF 2 (CTF2-SPEC-2.0 §5), for the same data streams: a twin that differs in nothing but the
// language. What TSDL cannot mean is not written, and of what CTF 2 cannot say the function throws.
import type { Clock } from '../src/events/clock.ts';
import type { FieldReference, FieldType, IntegerType, Scope, StructType } from '../src/events/layout.ts';
import type {
  DataStreamClass,
  EventRecordClass,
  PacketRole,
  TraceClass,
} from '../src/formats/ctf/trace-class.ts';

type Json =
  | string
  | number
  | bigint
  | boolean
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

const roleNames: Readonly<Partial<Record<PacketRole, string>>> = {
  magic: 'packet-magic-number',
  'trace-uuid': 'metadata-stream-uuid',
  'stream-class-id': 'data-stream-class-id',
  'stream-instance-id': 'data-stream-id',
  'packet-size': 'packet-total-length',
  'content-size': 'packet-content-length',
  'begin-time': 'default-clock-timestamp',
  'end-time': 'packet-end-default-clock-timestamp',
  'discarded-events': 'discarded-event-record-counter-snapshot',
  'packet-sequence-number': 'packet-sequence-number',
};

const scopeNames: Readonly<Record<Scope, string>> = {
  'packet-header': 'packet-header',
  'packet-context': 'packet-context',
  'event-header': 'event-record-header',
  'common-context': 'event-record-common-context',
  'specific-context': 'event-record-specific-context',
  payload: 'event-record-payload',
};

/** All fragments, each behind its record separator. */
export function ctf2Metadata(traceClass: TraceClass): string {
  const { environment, packetHeader, streamClasses, uuid } = traceClass;
  const fragments: Json[] = [
    { type: 'preamble', version: 2, uuid: uuid === undefined ? undefined : bytesOfUuid(uuid) },
    {
      type: 'trace-class',
      environment: Object.fromEntries(environment) as { readonly [key: string]: Json },
      'packet-header-field-class': scopeOf(traceClass, undefined, packetHeader),
    },
    ...traceClass.clocks.map(clockClass),
  ];
  for (const streamClass of streamClasses.values()) {
    fragments.push(dataStreamClass(traceClass, streamClass));
    for (const eventClass of streamClass.eventClasses.values()) {
      fragments.push(eventRecordClass(traceClass, streamClass, eventClass));
    }
  }
  return fragments.map((fragment) => `\x1e${spell(fragment)}\n`).join('');
}

/** JSON with exact integers, without properties that are undefined. */
function spell(value: Json): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(spell).join()}]`;
  const properties = Object.entries(value).filter(([, property]) => property !== undefined);
  return `{${properties.map(([key, property]) => `${JSON.stringify(key)}:${spell(property as Json)}`).join()}}`;
}

function bytesOfUuid(uuid: string): readonly number[] {
  return [...uuid.replaceAll('-', '').matchAll(/../g)].map(([hex]) => Number.parseInt(hex, 16));
}

/** Cycles of an offset are fewer than a second's (§5.7.2). */
function clockClass(clock: Clock, index: number): Json {
  const cycles = ((clock.offsetCycles % clock.frequencyHz) + clock.frequencyHz) % clock.frequencyHz;
  const seconds = clock.offsetSeconds + (clock.offsetCycles - cycles) / clock.frequencyHz;
  return {
    type: 'clock-class',
    id: String(index),
    name: clock.name,
    uid: clock.uuid,
    frequency: clock.frequencyHz,
    origin: clock.isAbsolute ? 'unix-epoch' : undefined,
    'offset-from-origin': { seconds, cycles },
    precision: clock.precisionCycles === 0n ? undefined : clock.precisionCycles,
    description: clock.description,
  };
}

function dataStreamClass(traceClass: TraceClass, streamClass: DataStreamClass): Json {
  const { clock, commonContext, eventHeader, id, name, packetContext } = streamClass;
  return {
    type: 'data-stream-class',
    id,
    name,
    'default-clock-class-id': clock === undefined ? undefined : String(clock),
    'packet-context-field-class': scopeOf(traceClass, streamClass, packetContext),
    'event-record-header-field-class': scopeOf(traceClass, streamClass, eventHeader),
    'event-record-common-context-field-class': scopeOf(traceClass, undefined, commonContext),
  };
}

function eventRecordClass(
  traceClass: TraceClass,
  streamClass: DataStreamClass,
  eventClass: EventRecordClass,
): Json {
  return {
    type: 'event-record-class',
    id: eventClass.id,
    'data-stream-class-id': streamClass.id,
    name: eventClass.name,
    'specific-context-field-class': scopeOf(traceClass, undefined, eventClass.specificContext),
    'payload-field-class': scopeOf(traceClass, undefined, eventClass.payload),
  };
}

/** @param streamClass of which the fields have roles; undefined where they have those of the packet header or none */
function scopeOf(
  traceClass: TraceClass,
  streamClass: DataStreamClass | undefined,
  type: StructType | undefined,
): Json | undefined {
  return type === undefined
    ? undefined
    : fieldClass(type, (field) => rolesOf(traceClass, streamClass, field));
}

function rolesOf(
  traceClass: TraceClass,
  streamClass: DataStreamClass | undefined,
  field: FieldType,
): readonly string[] | undefined {
  const role = traceClass.roles.get(field);
  const names = new Set(role === undefined ? [] : [roleNames[role]].filter((name) => name !== undefined));
  if (field.kind === 'integer' && streamClass !== undefined) {
    if (streamClass.classIdFields.includes(field)) names.add('event-record-class-id');
    if (field.clock !== undefined && role !== 'end-time') names.add('default-clock-timestamp');
  }
  return names.size === 0 ? undefined : [...names];
}

type RolesOf = (field: FieldType) => readonly string[] | undefined;

/** Recursion ends with the type's depth. */
function fieldClass(type: FieldType, roles: RolesOf): Json {
  const alignment = type.kind === 'variant' || type.alignmentBits === 1 ? undefined : type.alignmentBits;
  switch (type.kind) {
    case 'integer':
      return integerClass(type, roles);
    case 'float':
      return {
        type: 'fixed-length-floating-point-number',
        length: type.sizeBits,
        'byte-order': words[type.byteOrder],
        alignment,
      };
    case 'string':
      return { type: 'null-terminated-string' };
    case 'struct': {
      const members = type.members.map((member) => ({
        name: member.name,
        'field-class': fieldClass(member.type, roles),
      }));
      return { type: 'structure', 'member-classes': members, 'minimum-alignment': alignment };
    }
    case 'array':
      return arrayClass(type, roles, alignment);
    case 'variant': {
      const options = type.options
        .filter(({ ranges }) => ranges.length > 0)
        .map((option) => ({
          name: option.name,
          'selector-field-ranges': option.ranges.map(({ first, last }) => [first, last]),
          'field-class': fieldClass(option.type, roles),
        }));
      return { type: 'variant', 'selector-field-location': locationOf(type.selector), options };
    }
  }
}

const words = { le: 'little-endian', be: 'big-endian' } as const;

function integerClass(type: IntegerType, roles: RolesOf): Json {
  const mappings: { [label: string]: Json[] } = {};
  for (const { label, first, last } of type.labels ?? []) {
    const ranges = mappings[label] ?? [];
    ranges.push([first, last]);
    mappings[label] = ranges;
  }
  return {
    type: `fixed-length-${type.isSigned ? 'signed' : 'unsigned'}-integer`,
    length: type.sizeBits,
    'byte-order': words[type.byteOrder],
    alignment: type.alignmentBits === 1 ? undefined : type.alignmentBits,
    'preferred-display-base': type.displayBase === 10 ? undefined : type.displayBase,
    mappings: type.labels === undefined ? undefined : mappings,
    roles: roles(type),
  };
}

function arrayClass(
  type: FieldType & { kind: 'array' },
  roles: RolesOf,
  alignment: number | undefined,
): Json {
  const own = roles(type);
  if (own !== undefined) return { type: 'static-length-blob', length: 16, roles: own };
  const isStatic = type.length.kind === 'fixed';
  if (type.length.kind === 'located' || type.length.kind === 'rest') throw new Error('CTF has no such array');
  const length =
    type.length.kind === 'fixed'
      ? { length: type.length.count }
      : { 'length-field-location': locationOf(type.length.field) };
  const kind = isStatic ? 'static-length' : 'dynamic-length';
  if (type.isText && type.alignmentBits === 8) return { type: `${kind}-string`, ...length };
  const element = fieldClass(type.element, roles);
  return { type: `${kind}-array`, ...length, 'element-field-class': element, 'minimum-alignment': alignment };
}

function locationOf({ scope, path, others }: FieldReference): Json {
  if (others !== undefined) throw new Error(`a path through the options of a variant: ${path.join('.')}`);
  return { origin: scopeNames[scope], path };
}
