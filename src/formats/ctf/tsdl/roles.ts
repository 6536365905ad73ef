/** What fields mean to a reader by their names (CTF 1.8.3 §5, §6.1, §8), where their types fit. */
import type { FieldType, IntegerType, StructType } from '../../../events/layout.ts';
import type { PacketRole } from '../trace-class.ts';
import { visitIntegers } from './frames.ts';

const headerRoles: ReadonlyMap<string, PacketRole> = new Map([
  ['magic', 'magic'],
  ['uuid', 'trace-uuid'],
  ['stream_id', 'stream-class-id'],
  ['stream_instance_id', 'stream-instance-id'],
]);

const contextRoles: ReadonlyMap<string, PacketRole> = new Map([
  ['packet_size', 'packet-size'],
  ['content_size', 'content-size'],
  ['timestamp_begin', 'begin-time'],
  ['timestamp_end', 'end-time'],
  ['events_discarded', 'discarded-events'],
  ['packet_seq_num', 'packet-sequence-number'],
  ['cpu_id', 'cpu'],
]);

/**
 * Adds the roles of the fields of a packet header or packet context. Structures and variants within are looked into, as
 * in event headers, where LTTng nests its ids: of several fields with one role, the one read last counts.
 */
export function addRoles(
  roles: Map<FieldType, PacketRole>,
  scope: 'packet-header' | 'packet-context',
  struct: StructType,
): void {
  const byName = scope === 'packet-header' ? headerRoles : contextRoles;
  const visit = (type: FieldType, name: string, isFirst: boolean): void => {
    const role = byName.get(name);
    if (role !== undefined && fits(role, type, isFirst)) roles.set(type, role);
    const parts = type.kind === 'struct' ? type.members : type.kind === 'variant' ? type.options : [];
    for (const part of parts) visit(part.type, part.name, false);
  };
  for (const [index, { name, type }] of struct.members.entries()) visit(type, name, index === 0);
}

function fits(role: PacketRole, type: FieldType, isFirst: boolean): boolean {
  if (role === 'trace-uuid') return isUuid(type);
  if (type.kind !== 'integer' || type.isSigned) return false;
  return role !== 'magic' || (type.sizeBits === 32 && isFirst);
}

function isUuid(type: FieldType): boolean {
  if (type.kind !== 'array' || type.length.kind !== 'fixed' || type.length.count !== 16) return false;
  const { element } = type;
  return (
    element.kind === 'integer' && element.sizeBits === 8 && element.alignmentBits === 8 && !element.isSigned
  );
}

/** The integers of an event header that say which class a record has, in the order of reading. */
export function classIdFieldsOf(eventHeader: StructType | undefined): IntegerType[] {
  const fields: IntegerType[] = [];
  visitIntegers(eventHeader, (integer, name) => {
    if (name === 'id' && !integer.isSigned) fields.push(integer);
  });
  return fields;
}

/** The clock of a stream's events: what its event header maps first, else its packet context. */
export function clockOf(
  eventHeader: StructType | undefined,
  packetContext: StructType | undefined,
): number | undefined {
  let clock: number | undefined;
  for (const type of [eventHeader, packetContext]) {
    visitIntegers(type, (integer) => {
      clock ??= integer.clock;
    });
  }
  return clock;
}
