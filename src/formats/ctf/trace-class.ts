/**
 * What CTF metadata says, in whichever language it was written: TSDL (CTF 1.8 §7) or JSON (CTF 2) become this.
 */
import type { Clock } from '../../events/clock.ts';
import type { ByteOrder, FieldType, IntegerType, StructType } from '../../events/layout.ts';
import type { EnvironmentValue } from '../../events/reader.ts';

/**
 * What a field of a packet header or context means to a reader. CTF 1.8 marks them by name (§5), CTF 2 by role.
 * A field that bears the name but has another type than the role needs has no role: it is data.
 */
export type PacketRole =
  | 'magic'
  | 'trace-uuid'
  | 'stream-class-id'
  | 'stream-instance-id'
  | 'packet-size'
  | 'content-size'
  | 'begin-time'
  | 'end-time'
  | 'discarded-events'
  | 'packet-sequence-number'
  | 'cpu';

/** What tells a class from others, also of other traces (CTF2-SPEC-2.0 §5.6 to §5.9); CTF 1.8 has none. */
export interface ClassIdentity {
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
}

export interface EventRecordClass {
  readonly id: bigint;
  readonly name: string;
  readonly logLevel: number | undefined;
  /** `model.emf.uri` and other attributes that are kept but mean nothing to a reader. */
  readonly attributes: ReadonlyMap<string, string | bigint>;
  readonly identity?: ClassIdentity;
  /** Made when first asked for where the metadata is read as needed, which may raise a TraceError; so is the payload. */
  readonly specificContext: StructType | undefined;
  readonly payload: StructType | undefined;
}

export interface DataStreamClass {
  readonly id: bigint;
  readonly name: string | undefined;
  readonly packetContext: StructType | undefined;
  readonly eventHeader: StructType | undefined;
  readonly commonContext: StructType | undefined;
  /** Integers of the event header whose value is the event record class's id; the one read last counts. */
  readonly classIdFields: readonly IntegerType[];
  /** The clock that its events' times come from: an index in `TraceClass.clocks`. */
  readonly clock: number | undefined;
  readonly eventClasses: ReadonlyMap<bigint, EventRecordClass>;
  readonly identity?: ClassIdentity;
  /** As `RecordLayout` has it. */
  readonly areBodiesApart?: boolean;
}

export interface TraceClass {
  /** `1.8`, `2.0`. */
  readonly version: string;
  /** What packet headers carry: the trace's in CTF 1.8, the metadata stream's in CTF 2. */
  readonly uuid: string | undefined;
  readonly identity?: ClassIdentity;
  /** The native byte order of CTF 1.8; in CTF 2, which has none, that of the first number of a packet. */
  readonly byteOrder: ByteOrder;
  readonly environment: ReadonlyMap<string, EnvironmentValue>;
  readonly clocks: readonly Clock[];
  readonly packetHeader: StructType | undefined;
  readonly streamClasses: ReadonlyMap<bigint, DataStreamClass>;
  /** Roles of the fields of packet header and packet contexts, by type object. */
  readonly roles: ReadonlyMap<FieldType, PacketRole>;
  /** Oddities that do not stop reading (an environment entry of a strange type, an unknown attribute), one sentence each. */
  readonly warnings: readonly string[];
}

/** Whether it is CTF 2's, whose packets are read a little differently (CTF2-SPEC-2.0 §6.1). */
export function isVersion2({ version }: TraceClass): boolean {
  return version.startsWith('2');
}
