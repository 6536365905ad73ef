/**
 * The packets of one data stream file (CTF 1.8 §5): where each begins and ends, and what its header and context say.
 *
 *   ├─ packet header ─┼─ packet context ─┼─ records … ─┼─ padding ─┤
 *   0                                 headBits    contentBits   packetBits
 */
import type { ByteSource } from '../../bytes/source.ts';
import { BitCursor, DecodeFault, needMoreBytes } from '../../events/bit-cursor.ts';
import type { NumberColumn, StructColumn } from '../../events/columns.ts';
import { makeColumn, truncateColumn } from '../../events/columns.ts';
import { compileField, type FieldDecoder } from '../../events/field-decoder.ts';
import type { FieldType, IntegerType, Scope } from '../../events/layout.ts';
import type { RecordDecoder } from '../../events/record-decoder.ts';
import { type FlatHead, flatHeadOf } from './flat-head.ts';
import { type DataStreamClass, isVersion2, type PacketRole, type TraceClass } from './trace-class.ts';
import { uuidText } from './uuid-text.ts';

/** CTF 1.8 §5.1. */
export const packetMagic = 0xc1fc1fc1;

export interface PacketHead {
  /** From 0, in its file. */
  readonly index: number;
  readonly offsetBytes: number;
  readonly headBits: number;
  /** What is there: never beyond the end of the file. */
  readonly packetBits: number;
  readonly contentBits: number;
  /** The file ends before the packet does. */
  readonly isTruncated: boolean;
  readonly streamClass: DataStreamClass;
  readonly instanceId: bigint | undefined;
  readonly cpu: number | undefined;
  readonly beginCycles: bigint | undefined;
  readonly endCycles: bigint | undefined;
  /** The tracer's running counter, and how many bits it has before it begins anew. */
  readonly discardedEvents: { readonly snapshot: bigint; readonly sizeBits: number } | undefined;
  readonly sequenceNumber: { readonly value: bigint; readonly sizeBits: number } | undefined;
}

/** Why a packet's header or context is wrong; nothing after it in the file can be found. */
export class PacketFault extends Error {
  readonly code: string;
  /** From the packet's beginning. */
  readonly atBits: number;

  constructor(code: string, message: string, atBits: number) {
    super(message);
    this.code = code;
    this.atBits = atBits;
  }
}

/** Finds role fields by what they mean; of several that mean the same, the one read last. */
export type RoleFields = ReadonlyMap<PacketRole, FieldType>;

export function roleFieldsOf(traceClass: TraceClass, streamClass: DataStreamClass | undefined): RoleFields {
  const key = streamClass ?? traceClass;
  let fields = knownRoles.get(key);
  if (fields === undefined) {
    fields = findRoleFields(traceClass, streamClass);
    knownRoles.set(key, fields);
  }
  return fields;
}

/** There may be thousands of streams of one class. */
const knownRoles = new WeakMap<DataStreamClass | TraceClass, RoleFields>();

function findRoleFields(traceClass: TraceClass, streamClass: DataStreamClass | undefined): RoleFields {
  const fields = new Map<PacketRole, FieldType>();
  const pending: (FieldType | undefined)[] = [traceClass.packetHeader, streamClass?.packetContext];
  for (let type = pending.pop(); pending.length > 0 || type !== undefined; type = pending.pop()) {
    if (type === undefined) continue;
    const role = traceClass.roles.get(type);
    if (role !== undefined) fields.set(role, type);
    if (type.kind === 'struct') for (const member of type.members.toReversed()) pending.push(member.type);
  }
  return fields;
}

/** What one reads a stream class's packets with. */
export interface StreamClassDecoder {
  readonly streamClass: DataStreamClass;
  readonly roles: RoleFields;
  readonly decoder: RecordDecoder;
  /** Where packet fields go, one row a packet, if they are kept. */
  readonly packetColumns: ReadonlyMap<Scope, StructColumn> | undefined;
}

/** A head in its file. */
interface HeadPlace {
  readonly index: number;
  readonly offsetBytes: number;
  /** From there to the end of the file. */
  readonly remainingBytes: number;
  readonly headBits: number;
}

/** Bytes read at first to decode a header and context; doubled as needed. */
const headSizeBytes = 512;
const headSizeMaxBytes = 16 * 1024 * 1024;

/** Reads packet heads of one file, each when asked, and no more of the file than the head before had bytes: most are alike. */
export class PacketHeadReader {
  readonly #source: ByteSource;
  readonly #decoderOf: (streamClass: DataStreamClass) => StreamClassDecoder;
  readonly #cursor = new BitCursor();
  readonly #header: HeaderProbe;
  readonly #isVersion2: boolean;
  readonly #traceClass: TraceClass;
  #bytes = new Uint8Array(headSizeBytes);
  #view = new DataView(this.#bytes.buffer);
  #expectedBytes = headSizeBytes;
  /** The header read last, and how heads with it are read, where nobody wants their fields. */
  #known:
    | { readonly bytes: Uint8Array; readonly streamClass: DataStreamClass; flat: FlatHead | undefined }
    | undefined;

  constructor(
    traceClass: TraceClass,
    source: ByteSource,
    decoderOf: (streamClass: DataStreamClass) => StreamClassDecoder,
  ) {
    this.#traceClass = traceClass;
    this.#source = source;
    this.#decoderOf = decoderOf;
    this.#header = headerProbeOf(traceClass);
    this.#isVersion2 = isVersion2(traceClass);
  }

  /**
   * The head of the packet at `offsetBytes`.
   * @throws PacketFault
   */
  read(index: number, offsetBytes: number): PacketHead {
    const remainingBytes = this.#source.sizeBytes - offsetBytes;
    for (;;) {
      const wanted = Math.min(this.#expectedBytes, remainingBytes);
      const count = this.#source.read(offsetBytes, this.#bytes.subarray(0, wanted));
      const known = this.#known;
      if (known?.flat !== undefined && count >= known.flat.sizeBytes && startsWith(this.#bytes, known.bytes))
        return this.#readFlat(index, offsetBytes, remainingBytes, known.streamClass, known.flat);
      try {
        this.#cursor.setWindow(this.#bytes.subarray(0, count), 0, remainingBytes * 8);
        const head = this.#decode(index, offsetBytes, remainingBytes);
        this.#expectedBytes = Math.ceil(head.headBits / 8);
        return head;
      } catch (error) {
        if (
          error === needMoreBytes &&
          count === wanted &&
          wanted < remainingBytes &&
          wanted < headSizeMaxBytes
        ) {
          this.#expectMore();
        } else if (error === needMoreBytes) {
          throw new PacketFault('packet-head', 'the packet header and context do not fit', 0);
        } else if (error instanceof DecodeFault) {
          throw new PacketFault(
            'packet-head',
            `the packet header or context cannot be read: ${error.message}`,
            error.atBits,
          );
        } else {
          throw error;
        }
      }
    }
  }

  #expectMore(): void {
    this.#expectedBytes = Math.max(headSizeBytes, this.#expectedBytes * 2);
    if (this.#expectedBytes <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(this.#expectedBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #readFlat(
    index: number,
    offsetBytes: number,
    remainingBytes: number,
    streamClass: DataStreamClass,
    flat: FlatHead,
  ): PacketHead {
    const value = (role: PacketRole) => flat.value(role, this.#view);
    const place = { index, offsetBytes, remainingBytes, headBits: flat.sizeBytes * 8 };
    return this.#interpret(place, streamClass, roleFieldsOf(this.#traceClass, streamClass), value);
  }

  #decode(index: number, offsetBytes: number, remainingBytes: number): PacketHead {
    const cursor = this.#cursor;
    const streamClass = this.#findStreamClass(cursor);
    const { decoder, roles, packetColumns } = this.#decoderOf(streamClass);
    const rows =
      packetColumns && [...packetColumns.values()].map((column) => ({ column, count: column.count }));
    try {
      cursor.at = 0;
      cursor.byteOrder = undefined;
      decoder.decodePacketScope('packet-header', cursor);
      decoder.decodePacketScope('packet-context', cursor);
      const value = (role: PacketRole): bigint | undefined => {
        const type = roles.get(role);
        const read = type?.kind === 'integer' ? decoder.valueOf(type) : undefined;
        return read === undefined ? undefined : BigInt.asUintN(64, BigInt(read));
      };
      const place = { index, offsetBytes, remainingBytes, headBits: cursor.at };
      const head = this.#interpret(place, streamClass, roles, value);
      if (this.#known !== undefined && packetColumns === undefined)
        this.#known.flat ??= flatHeadOf(this.#traceClass, streamClass, roles);
      return head;
    } catch (error) {
      for (const { column, count } of rows ?? []) truncateColumn(column, count);
      throw error;
    }
  }

  /** Headers of one stream are usually alike: one that is equal to the one before needs no look. */
  #findStreamClass(cursor: BitCursor): DataStreamClass {
    const known = this.#known;
    if (known !== undefined && startsWith(cursor.bytes, known.bytes)) return known.streamClass;
    const streamClass = this.#header.readStreamClass(cursor);
    const isWhole = cursor.at % 8 === 0;
    this.#known = isWhole
      ? { bytes: cursor.bytes.slice(0, cursor.at / 8), streamClass, flat: undefined }
      : undefined;
    return streamClass;
  }

  #interpret(
    { index, offsetBytes, remainingBytes, headBits }: HeadPlace,
    streamClass: DataStreamClass,
    roles: RoleFields,
    value: (role: PacketRole) => bigint | undefined,
  ): PacketHead {
    const contentSize = value('content-size');
    const packetSize = value('packet-size') ?? (this.#isVersion2 ? contentSize : undefined);
    const sizes = checkSizes(packetSize, contentSize, headBits, remainingBytes * 8);
    const cpu = value('cpu');
    return {
      index,
      offsetBytes,
      headBits,
      ...sizes,
      streamClass,
      instanceId: value('stream-instance-id'),
      cpu: cpu === undefined || cpu > 0x7fffffffn ? undefined : Number(cpu),
      beginCycles: value('begin-time'),
      endCycles: value('end-time'),
      discardedEvents: counter(
        roles.get('discarded-events'),
        value('discarded-events'),
        (snapshot, sizeBits) => ({ snapshot, sizeBits }),
      ),
      sequenceNumber: counter(
        roles.get('packet-sequence-number'),
        value('packet-sequence-number'),
        (sequence, sizeBits) => ({ value: sequence, sizeBits }),
      ),
    };
  }
}

function counter<T>(
  type: FieldType | undefined,
  value: bigint | undefined,
  make: (value: bigint, sizeBits: number) => T,
): T | undefined {
  return type?.kind === 'integer' && value !== undefined ? make(value, type.sizeBits) : undefined;
}

/**
 * A packet without a size goes on to the end of the file; one without a content size is full (CTF 1.8 §5.2). In CTF 2 one that has
 * a content size alone is full too (CTF2-SPEC-2.0 §6.1).
 */
function checkSizes(
  packetSize: bigint | undefined,
  contentSize: bigint | undefined,
  headBits: number,
  remainingBits: number,
) {
  const packetBits = packetSize ?? BigInt(remainingBits);
  const contentBits = contentSize ?? packetBits;
  if (packetBits % 8n !== 0n)
    throw new PacketFault('packet-size', `packet size is ${packetBits} bits, not a multiple of 8`, headBits);
  if (contentBits > packetBits) {
    throw new PacketFault(
      'packet-size',
      `packet content is ${contentBits} bits, more than the packet's ${packetBits}`,
      headBits,
    );
  }
  if (packetBits < BigInt(headBits) || packetBits === 0n) {
    throw new PacketFault(
      'packet-size',
      `packet size is ${packetBits} bits, less than its header and context of ${headBits} bits`,
      headBits,
    );
  }
  if (contentBits < BigInt(headBits)) {
    throw new PacketFault(
      'packet-size',
      `packet content is ${contentBits} bits, less than its header and context of ${headBits} bits`,
      headBits,
    );
  }
  const isTruncated = packetBits > BigInt(remainingBits);
  return {
    packetBits: isTruncated ? remainingBits : Number(packetBits),
    contentBits: contentBits > BigInt(remainingBits) ? remainingBits : Number(contentBits),
    isTruncated,
  };
}

/** All readers of a trace's packet heads share one: it keeps nothing that they could not agree on. */
const headerProbes = new WeakMap<TraceClass, HeaderProbe>();

function headerProbeOf(traceClass: TraceClass): HeaderProbe {
  let probe = headerProbes.get(traceClass);
  if (probe === undefined) {
    probe = new HeaderProbe(traceClass);
    headerProbes.set(traceClass, probe);
  }
  return probe;
}

/** Reads a packet header just to know the stream class, since what follows depends on it. */
class HeaderProbe {
  readonly #traceClass: TraceClass;
  readonly #roles: RoleFields;
  readonly #slots = new Map<IntegerType, number>();
  readonly #values: (number | bigint)[] = [];
  readonly #columns: StructColumn | undefined;
  readonly #decode: FieldDecoder | undefined;

  constructor(traceClass: TraceClass) {
    this.#traceClass = traceClass;
    this.#roles = roleFieldsOf(traceClass, undefined);
    const header = traceClass.packetHeader;
    if (header === undefined) return;
    collectIntegers(header, this.#slots);
    this.#columns = makeColumn(header) as StructColumn;
    this.#decode = compileField(header, this.#columns, {
      slots: this.#slots,
      values: this.#values,
      onClock: () => {},
      classIds: new Set(),
      onClassId: () => {},
    });
  }

  readStreamClass(cursor: BitCursor): DataStreamClass {
    if (this.#columns !== undefined) truncateColumn(this.#columns, 0);
    this.#decode?.(cursor);
    const magic = this.#valueOf('magic');
    if (magic !== undefined && BigInt.asUintN(32, BigInt(magic)) !== BigInt(packetMagic)) {
      throw new PacketFault(
        'packet-magic',
        `packet magic is 0x${BigInt(magic).toString(16)}, not 0x${packetMagic.toString(16)}`,
        0,
      );
    }
    this.#checkUuid(cursor);
    const id = this.#valueOf('stream-class-id');
    const streamClasses = this.#traceClass.streamClasses;
    if (id === undefined) {
      const [only] = streamClasses.values();
      if (only === undefined)
        throw new PacketFault('unknown-stream-class', 'the metadata has no data stream class', cursor.at);
      return only;
    }
    const streamClass = streamClasses.get(BigInt(id));
    if (streamClass === undefined) {
      throw new PacketFault('unknown-stream-class', `no data stream class has the id ${id}`, cursor.at);
    }
    return streamClass;
  }

  #valueOf(role: PacketRole): number | bigint | undefined {
    const type = this.#roles.get(role);
    const slot = type?.kind === 'integer' ? this.#slots.get(type) : undefined;
    return slot === undefined ? undefined : this.#values[slot];
  }

  #checkUuid(cursor: BitCursor): void {
    const type = this.#roles.get('trace-uuid');
    const expected = this.#traceClass.uuid;
    const header = this.#traceClass.packetHeader;
    if (type === undefined || expected === undefined || header === undefined) return;
    const index = header.members.findIndex((member) => member.type === type);
    const column = this.#columns?.members[index];
    if (column?.kind !== 'list') return;
    const bytes = (column.element as NumberColumn).values;
    const found = uuidText(bytes, column.starts[column.count - 1] as number);
    if (found !== expected) {
      throw new PacketFault(
        'packet-uuid',
        `the packet belongs to trace ${found}, the metadata to ${expected}`,
        cursor.at,
      );
    }
  }
}

function startsWith(bytes: Uint8Array, wanted: Uint8Array): boolean {
  if (bytes.length < wanted.length) return false;
  for (let index = 0; index < wanted.length; index++) if (bytes[index] !== wanted[index]) return false;
  return true;
}

function collectIntegers(root: FieldType, slots: Map<IntegerType, number>): void {
  const pending: FieldType[] = [root];
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (type.kind === 'integer') slots.set(type, slots.size);
    if (type.kind === 'struct') for (const member of type.members) pending.push(member.type);
    if (type.kind === 'array') {
      pending.push(type.element);
      if (type.length.kind === 'field') slots.set(type.length.field.type, slots.size);
    }
    if (type.kind === 'variant') for (const option of type.options) pending.push(option.type);
  }
}
