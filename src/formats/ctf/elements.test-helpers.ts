/** Layouts made by hand, for tests of the element walk. */
import { memorySource } from '../../bytes/source.ts';
import type {
  ArrayType,
  ByteOrder,
  FieldType,
  IntegerType,
  Member,
  StructType,
} from '../../events/layout.ts';
import { elements } from './elements.ts';
import type { DataStreamClass, EventRecordClass, PacketRole, TraceClass } from './trace-class.ts';

export function integer(
  sizeBits: number,
  byteOrder: ByteOrder = 'le',
  more: Partial<IntegerType> = {},
): IntegerType {
  const alignmentBits = sizeBits % 8 === 0 ? 8 : 1;
  return {
    kind: 'integer',
    sizeBits,
    alignmentBits,
    byteOrder,
    isSigned: false,
    displayBase: 10,
    isText: false,
    ...more,
  };
}

export function struct(members: Readonly<Record<string, FieldType>>): StructType {
  const list: Member[] = Object.entries(members).map(([name, type]) => ({ name, type }));
  const alignments = list.map(({ type }) => (type.kind === 'variant' ? 1 : type.alignmentBits));
  return { kind: 'struct', alignmentBits: Math.max(1, ...alignments), members: list };
}

export function sequence(element: FieldType, length: IntegerType, isText = false): ArrayType {
  const alignmentBits = element.kind === 'variant' ? 1 : element.alignmentBits;
  const field = { scope: 'payload', path: ['length'], type: length } as const;
  return { kind: 'array', alignmentBits, element, length: { kind: 'field', field }, isText };
}

export function fixedArray(element: FieldType, count: number, isText = false): ArrayType {
  const alignmentBits = element.kind === 'variant' ? 1 : element.alignmentBits;
  return { kind: 'array', alignmentBits, element, length: { kind: 'fixed', count }, isText };
}

export const text: FieldType = { kind: 'string', alignmentBits: 8 };

export interface TraceParts {
  readonly packetHeader?: StructType;
  readonly packetContext?: StructType;
  readonly eventHeader?: StructType;
  readonly payloads: readonly StructType[];
  readonly classIdFields?: readonly IntegerType[];
  readonly roles?: readonly (readonly [FieldType, PacketRole])[];
  readonly clock?: number;
}

export function trace(parts: TraceParts): TraceClass {
  const eventClasses = parts.payloads.map((payload, index): EventRecordClass => {
    const id = BigInt(index);
    const attributes = new Map<string, string>();
    return { id, name: `e${index}`, logLevel: undefined, attributes, specificContext: undefined, payload };
  });
  const streamClass: DataStreamClass = {
    id: 0n,
    name: undefined,
    packetContext: parts.packetContext,
    eventHeader: parts.eventHeader,
    commonContext: undefined,
    classIdFields: parts.classIdFields ?? [],
    clock: parts.clock,
    eventClasses: new Map(eventClasses.map((eventClass) => [eventClass.id, eventClass])),
  };
  return {
    version: '1.8',
    uuid: undefined,
    byteOrder: 'le',
    environment: new Map(),
    clocks: [],
    packetHeader: parts.packetHeader,
    streamClasses: new Map([[0n, streamClass]]),
    roles: new Map(parts.roles ?? []),
    warnings: [],
  };
}

/** Lines of the only event record's payload, without offsets and indentation. */
export function payloadLines(payload: StructType, bytes: readonly number[]): string[] {
  const lines = [...elements(trace({ payloads: [payload] }), memorySource('s', new Uint8Array(bytes)))];
  const begin = lines.findIndex((line) => line.includes('SC:5')) + 2;
  return lines.slice(begin, lines.length - 5).map((line) => line.trim().replace(/^(\d+) +/, '$1 '));
}
