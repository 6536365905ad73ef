/**
 * Packet heads that are all of numbers of whole bytes, one right after the other, as LTTng's are: where the values are that mean something is
 * known, and they are read there. Thousands of packets have such heads.
 */
import type { FieldType, IntegerType } from '../../events/layout.ts';
import { collectSlots } from '../../events/record-decoder.ts';
import type { RoleFields } from './packets.ts';
import type { DataStreamClass, PacketRole, TraceClass } from './trace-class.ts';

interface Place {
  readonly offsetBytes: number;
  readonly sizeBytes: 1 | 2 | 4 | 8;
  readonly isLittleEndian: boolean;
}

export class FlatHead {
  /** Header and context. */
  readonly sizeBytes: number;
  readonly #places: ReadonlyMap<PacketRole, Place>;

  constructor(sizeBytes: number, places: ReadonlyMap<PacketRole, Place>) {
    this.sizeBytes = sizeBytes;
    this.#places = places;
  }

  /** @param bytes those of the head are the first */
  value(role: PacketRole, bytes: DataView): bigint | undefined {
    const place = this.#places.get(role);
    if (place === undefined) return undefined;
    const { offsetBytes, sizeBytes, isLittleEndian } = place;
    switch (sizeBytes) {
      case 1:
        return BigInt(bytes.getUint8(offsetBytes));
      case 2:
        return BigInt(bytes.getUint16(offsetBytes, isLittleEndian));
      case 4:
        return BigInt(bytes.getUint32(offsetBytes, isLittleEndian));
      case 8:
        return bytes.getBigUint64(offsetBytes, isLittleEndian);
    }
  }
}

/** There may be thousands of streams of one class, each with readers of its own. */
const known = new WeakMap<DataStreamClass, { readonly flat: FlatHead | undefined }>();

/** Undefined where heads are not like that, or where records need a value of theirs. */
export function flatHeadOf(
  traceClass: TraceClass,
  streamClass: DataStreamClass,
  roles: RoleFields,
): FlatHead | undefined {
  let found = known.get(streamClass);
  if (found === undefined) {
    found = { flat: findFlatHead(traceClass, streamClass, roles) };
    known.set(streamClass, found);
  }
  return found.flat;
}

function findFlatHead(
  traceClass: TraceClass,
  streamClass: DataStreamClass,
  roles: RoleFields,
): FlatHead | undefined {
  const { packetHeader } = traceClass;
  const { packetContext } = streamClass;
  const layout = { ...streamClass, classes: streamClass.eventClasses, packetHeader };
  const needed = collectSlots({ layout, roleFields: [] }, []);
  const roleOf = new Map([...roles].map(([role, type]) => [type, role]));
  const places = new Map<PacketRole, Place>();
  let offsetBytes = 0;
  const pending: FieldType[] = [packetContext, packetHeader].filter((type) => type !== undefined);
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (type.kind === 'struct') {
      if (type.alignmentBits > 8 || type.members.some((member) => member.offsetBits !== undefined))
        return undefined;
      for (const member of type.members.toReversed()) pending.push(member.type);
      continue;
    }
    if (type.kind === 'array' && (type.length.kind !== 'fixed' || type.isText || type.alignmentBits > 8))
      return undefined;
    const element = type.kind === 'array' ? type.element : type;
    const count = type.kind === 'array' && type.length.kind === 'fixed' ? type.length.count : 1;
    if (!isWhole(element) || needed.has(element)) return undefined;
    const role = type === element ? roleOf.get(type) : undefined;
    const sizeBytes = element.sizeBits / 8;
    if (role !== undefined) {
      if (!isPlaced(sizeBytes) || element.isSigned) return undefined;
      places.set(role, { offsetBytes, sizeBytes, isLittleEndian: element.byteOrder === 'le' });
    }
    offsetBytes += count * sizeBytes;
  }
  return new FlatHead(offsetBytes, places);
}

/** At any byte, and as it stands there. */
function isWhole(type: FieldType): type is IntegerType {
  return (
    type.kind === 'integer' &&
    type.alignmentBits === 8 &&
    type.sizeBits % 8 === 0 &&
    type.isVariableLength !== true &&
    type.isBitReversed !== true
  );
}

function isPlaced(sizeBytes: number): sizeBytes is Place['sizeBytes'] {
  return sizeBytes === 1 || sizeBytes === 2 || sizeBytes === 4 || sizeBytes === 8;
}
