import { expect, test } from 'vitest';
import type { FieldType, IntegerType, StructType } from '../../events/layout.ts';
import { flatHeadOf } from './flat-head.ts';
import { type RoleFields, roleFieldsOf } from './packets.ts';
import type { DataStreamClass, PacketRole, TraceClass } from './trace-class.ts';

function integer(sizeBits: number, more: Partial<IntegerType> = {}): IntegerType {
  return {
    ...{ kind: 'integer', sizeBits, alignmentBits: 8, byteOrder: 'le', isSigned: false },
    ...{ displayBase: 10, isText: false, ...more },
  } as IntegerType;
}

function struct(...types: readonly FieldType[]): StructType {
  const members = types.map((type, index) => ({ name: `f${index}`, type }));
  return { kind: 'struct', alignmentBits: 1, members };
}

/** A trace whose packets have this header and context; `used` is the length of a sequence in its events' common context. */
function flatOf(
  header: StructType | undefined,
  context: StructType,
  roles: ReadonlyMap<FieldType, PacketRole>,
  used?: IntegerType,
) {
  const bytes = used && {
    ...{ kind: 'array', alignmentBits: 8, element: integer(8), isText: false },
    length: { kind: 'field', field: { type: used } },
  };
  const streamClass = {
    ...{ id: 0n, packetContext: context, classIdFields: [], eventClasses: new Map() },
    commonContext: bytes && struct(bytes as FieldType),
  } as unknown as DataStreamClass;
  const traceClass = { packetHeader: header, roles } as unknown as TraceClass;
  const fields: RoleFields = roleFieldsOf(traceClass, streamClass);
  return flatHeadOf(traceClass, streamClass, fields);
}

test('values are where they are: behind arrays, in both byte orders', () => {
  const uuid = { kind: 'array', alignmentBits: 8, element: integer(8), length: { kind: 'fixed', count: 16 } };
  const [begin, cpu, size] = [integer(64), integer(16, { byteOrder: 'be' }), integer(32)];
  const roles = new Map<FieldType, PacketRole>([
    [begin, 'begin-time'],
    [cpu, 'cpu'],
    [size, 'content-size'],
  ]);
  const flat = flatOf(struct(integer(32), uuid as FieldType), struct(begin, struct(cpu, size)), roles);
  expect(flat?.sizeBytes).toBe(34);
  const bytes = new DataView(new ArrayBuffer(34));
  bytes.setBigUint64(20, 0xfedcba9876543210n, true);
  bytes.setUint16(28, 0x1234, false);
  bytes.setUint32(30, 0xfffffff8, true);
  expect(flat?.value('begin-time', bytes)).toBe(0xfedcba9876543210n);
  expect(flat?.value('cpu', bytes)).toBe(0x1234n);
  expect(flat?.value('content-size', bytes)).toBe(0xfffffff8n);
  expect(flat?.value('packet-size', bytes)).toBeUndefined();
});

test('other heads are left to the interpreter', () => {
  const none = new Map<FieldType, PacketRole>();
  const length = integer(32);
  expect(flatOf(undefined, struct(length), none)?.sizeBytes).toBe(4);
  expect(flatOf(undefined, struct(length), none, length)).toBeUndefined();
  expect(flatOf(undefined, struct(integer(5, { alignmentBits: 1 })), none)).toBeUndefined();
  expect(flatOf(undefined, struct(integer(32, { alignmentBits: 32 })), none)).toBeUndefined();
  expect(flatOf(undefined, struct({ kind: 'string', alignmentBits: 8 } as FieldType), none)).toBeUndefined();
  const signed = integer(32, { isSigned: true });
  expect(flatOf(undefined, struct(signed), new Map([[signed, 'cpu']]))).toBeUndefined();
});
