/** What fields mean to a reader by their roles (CTF2-SPEC-2.0 §5.3.3, §5.6.1, §5.8.1). */
import type { FieldType, Scope } from '../../../events/layout.ts';
import type { PacketRole } from '../trace-class.ts';
import type { JsonNode } from './json-node.ts';

/** In a packet header or context, as the reader of packets calls it. */
const packetRoles: Partial<Record<Scope, Readonly<Record<string, PacketRole>>>> = {
  'packet-header': {
    'packet-magic-number': 'magic',
    'metadata-stream-uuid': 'trace-uuid',
    'data-stream-class-id': 'stream-class-id',
    'data-stream-id': 'stream-instance-id',
  },
  'packet-context': {
    'packet-total-length': 'packet-size',
    'packet-content-length': 'content-size',
    'default-clock-timestamp': 'begin-time',
    'packet-end-default-clock-timestamp': 'end-time',
    'discarded-event-record-counter-snapshot': 'discarded-events',
    'packet-sequence-number': 'packet-sequence-number',
  },
};

const eventHeaderRoles = ['default-clock-timestamp', 'event-record-class-id'];

const allRoles: readonly string[] = [
  ...new Set([...Object.values(packetRoles).flatMap((roles) => Object.keys(roles)), ...eventHeaderRoles]),
];

/** Each may be given once; twice does no harm. */
const countMax = 2 * allRoles.length;

export interface RoleContext {
  /** Undefined in an alias that nobody uses yet: all roles may be. */
  readonly scope: Scope | undefined;
  readonly hasClock: boolean;
  readonly hasUuid: boolean;
  /** The first member of the scope's structure itself. */
  readonly isFirst: boolean;
}

/** What the roles of one field say. */
export interface FieldRoles {
  readonly packet: readonly PacketRole[];
  readonly isTimestamp: boolean;
  readonly isClassId: boolean;
}

export const noRoles: FieldRoles = { packet: [], isTimestamp: false, isClassId: false };

/** @throws TraceError `metadata-role`: no such role, or the field cannot have it */
export function readRoles(node: JsonNode | undefined, type: FieldType, context: RoleContext): FieldRoles {
  if (node === undefined) return noRoles;
  const packet: PacketRole[] = [];
  let isTimestamp = false;
  let isClassId = false;
  if (Array.isArray(node.value) && node.value.length > countMax) {
    node.fail('metadata-limit', `Expected at most ${countMax} roles, found ${node.value.length}.`);
  }
  for (const element of node.elements()) {
    const name = element.text();
    if (!allRoles.includes(name)) element.fail('metadata-role', `There is no role ${element.shown}.`);
    checkField(element, name, type, context);
    if (context.scope === undefined) continue;
    const ofPacket = packetRoles[context.scope];
    const isOfScope = ofPacket ? Object.hasOwn(ofPacket, name) : isEventHeaderRole(context.scope, name);
    if (!isOfScope) {
      element.warn(`Role "${name}" means nothing in the ${context.scope}.`);
      continue;
    }
    checkScope(element, name, context);
    if (ofPacket !== undefined) packet.push(ofPacket[name]!);
    isTimestamp ||= name === 'default-clock-timestamp';
    isClassId ||= name === 'event-record-class-id';
  }
  return { packet, isTimestamp, isClassId };
}

function isEventHeaderRole(scope: Scope, name: string): boolean {
  return scope === 'event-header' && eventHeaderRoles.includes(name);
}

/** What a role asks of the field class itself. */
function checkField(node: JsonNode, role: string, type: FieldType, { scope }: RoleContext): void {
  const isBlob = type.kind === 'array';
  if (role === 'metadata-stream-uuid') {
    if (!isBlob)
      node.fail(
        'metadata-role',
        'Role "metadata-stream-uuid" is for a static-length BLOB, this is an integer.',
      );
    const count = type.length.kind === 'fixed' ? type.length.count : undefined;
    if (count !== 16) node.fail('metadata-role', `Role "${role}" is for 16 bytes, this BLOB has ${count}.`);
    return;
  }
  if (isBlob) node.fail('metadata-role', `Role "${role}" is for an unsigned integer, this is a BLOB.`);
  if (role !== 'packet-magic-number' || type.kind !== 'integer') return;
  // A role without a meaning where it stands asks for nothing.
  if (scope !== undefined && scope !== 'packet-header') return;
  if (type.isVariableLength === true || type.sizeBits !== 32) {
    const found = type.isVariableLength === true ? 'a variable length' : `${type.sizeBits} bits`;
    node.fail('metadata-role', `Role "${role}" is for an integer of 32 bits, this has ${found}.`);
  }
}

/** What a role asks of what is around the field. */
function checkScope(node: JsonNode, role: string, context: RoleContext): void {
  if (role === 'packet-magic-number' && !context.isFirst) {
    node.fail('metadata-role', `Role "${role}" is for the first member of the packet header alone.`);
  }
  if (role === 'metadata-stream-uuid' && !context.hasUuid) {
    node.fail('metadata-role', `Role "${role}" needs the "uuid" of the preamble, which has none.`);
  }
  if (role.endsWith('default-clock-timestamp') && !context.hasClock) {
    node.fail('metadata-role', `Role "${role}" needs a data stream class with a "default-clock-class-id".`);
  }
}

/** Readers of packets know one role of a field. A total length alone is that of the content as well. */
export function oneRole(roles: readonly PacketRole[], node: JsonNode): readonly PacketRole[] {
  if (roles.length < 2) return roles;
  const rest = roles.includes('packet-size') ? roles.filter((role) => role !== 'content-size') : roles;
  if (rest.length > 1) node.warn(`Of the ${roles.length} roles of one field "${rest[0]}" alone is used.`);
  return rest;
}
