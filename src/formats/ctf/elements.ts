/**
 * The elements of a data stream file one after the other: what `diatrace inspect --elements` shows, and what the compiled
 * decoders are held against. It shares no code with them.
 *
 *   P { PC { SC:0 {…} DSI  SC:1 {…} PI  ER { SC:2 {…} ERI  SC:3 {…} SC:4 {…} SC:5 {…} } ER {…} } }      CTF 1.8 §5, §6;
 *                                                                                             CTF2-SPEC-2.0 §6
 *
 *   P packet · PC its content · ER event record · SC:n scope n (packet header, packet context, event header, common context,
 *   specific context, payload) · ST structure · FLUI FLSI FLFPN integers and floats of fixed length · NTS SLS DLS strings ·
 *   RD bytes · SLA DLA arrays of fixed length and sequences · VU VS VB variants · PMN magic · MSU UUID · in CTF 2 also
 *   VLUI VLSI integers of variable length · FLB booleans · FLBM bit maps · SLB DLB blobs · OB OU OS optional fields ·
 *   DCV clock value · DSI data stream, PI packet, ERI event record information
 *
 * Each line begins with the offset in bits from the start of the file.
 */
import type { ByteSource } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import { type Scope, type StructType, scopes } from '../../events/layout.ts';
import { structElements } from './elements-fields.ts';
import { BitPosition } from './elements-position.ts';
import { Walk } from './elements-walk.ts';
import type { DataStreamClass, EventRecordClass, TraceClass } from './trace-class.ts';

/**
 * Lines without line ends, read as they are asked for; memory does not grow with the file. Where the bytes contradict the
 * metadata the last line says so, `offset message`, and nothing follows. Does not close the source.
 */
export function* elements(traceClass: TraceClass, source: ByteSource): Generator<string, void, undefined> {
  const position = new BitPosition(source);
  const walk = new Walk(traceClass, position);
  try {
    while (!position.isAtSourceEnd) yield* packetElements(walk);
  } catch (error) {
    if (!(error instanceof TraceError) || error.place.unit !== 'bit') throw error;
    const { packetOffsetBytes, offset } = error.place;
    yield `${String(packetOffsetBytes * 8 + offset).padStart(6)} ${error.reason}`;
  }
}

function* packetElements(walk: Walk): Generator<string> {
  walk.beginPacket();
  yield walk.open('P');
  yield walk.open('PC');
  yield* scopeElements(walk, 'packet-header', walk.traceClass.packetHeader);
  walk.enterStream(chooseStreamClass(walk));
  yield walk.line(streamInformation(walk));
  if (walk.streamClass !== undefined) {
    yield* scopeElements(walk, 'packet-context', walk.streamClass.packetContext);
    yield walk.line(packetInformation(walk));
    yield* eventElements(walk, walk.streamClass);
  }
  yield walk.close();
  skipPadding(walk);
  yield walk.close();
}

/**
 * A file whose packets do not say how long they are is one packet: what follows its content is padding, and where its
 * content has no size either, all of the file is content (CTF 1.8 §5.2). In CTF 2 a packet that only says how long its content
 * is has no padding (CTF2-SPEC-2.0 §6.1).
 */
function skipPadding(walk: Walk): void {
  const { position, packet } = walk;
  if (packet.totalBits !== undefined) {
    position.skipTo(position.packetBeginBits + Number(packet.totalBits));
  } else if (packet.contentBits !== undefined && walk.isVersion2) {
    if (packet.contentBits % 8n !== 0n) {
      throw position.fault(
        'packet-size',
        `Expected packet total length (${packet.contentBits}) is not a multiple of 8.`,
      );
    }
  } else if (packet.contentBits !== undefined) {
    position.skipTo(position.sourceEndBits);
  } else if (!position.isAtSourceEnd) {
    const remainingBits = position.sourceEndBits - position.headBits;
    throw position.fault(
      'undescribed-data',
      `Cannot read the remaining ${remainingBits} bits: no event record class describes them.`,
    );
  }
}

function* eventElements(walk: Walk, streamClass: DataStreamClass): Generator<string> {
  if (streamClass.eventClasses.size === 0) return;
  const { position } = walk;
  const isOver = () =>
    position.contentEndBits === Number.POSITIVE_INFINITY
      ? position.isAtSourceEnd
      : position.headBits >= position.contentEndBits;
  while (!isOver()) {
    const begin = position.headBits;
    yield* eventRecordElements(walk, streamClass);
    if (position.headBits === begin) {
      throw position.fault('event-without-size', 'An event record takes no space, which CTF 1.8 §6 forbids.');
    }
  }
}

function* eventRecordElements(walk: Walk, streamClass: DataStreamClass): Generator<string> {
  walk.beginEvent();
  walk.position.align(eventAlignmentOf(streamClass));
  yield walk.open('ER');
  yield* scopeElements(walk, 'event-header', streamClass.eventHeader);
  const eventClass = chooseEventClass(walk, streamClass);
  yield walk.line(`ERI:T${eventClass.id}:#${eventClass.name}`);
  yield* scopeElements(walk, 'common-context', streamClass.commonContext);
  yield* scopeElements(walk, 'specific-context', eventClass.specificContext);
  yield* scopeElements(walk, 'payload', eventClass.payload);
  yield walk.close();
}

function* scopeElements(walk: Walk, scope: Scope, type: StructType | undefined): Generator<string> {
  if (type === undefined) return;
  walk.position.align(type.alignmentBits);
  yield walk.open(`SC:${scopes.indexOf(scope)}`);
  yield* structElements(walk, type);
  yield walk.close();
}

/** What the packet header says; a trace with one class needs no id, one without classes has packets without anything. */
function chooseStreamClass(walk: Walk): DataStreamClass | undefined {
  const { streamClasses } = walk.traceClass;
  const [first] = streamClasses.values();
  const recorded = walk.packet.streamClassId;
  if (recorded === undefined && streamClasses.size <= 1) return first;
  const id = recorded ?? 0n;
  const streamClass = streamClasses.get(id);
  if (streamClass !== undefined) return streamClass;
  throw walk.position.fault(
    'unknown-stream-class',
    `Data stream type ID ${id} doesn't select an existing data stream type.`,
  );
}

function chooseEventClass(walk: Walk, streamClass: DataStreamClass): EventRecordClass {
  const { eventClasses } = streamClass;
  const [first] = eventClasses.values();
  if (first !== undefined && walk.eventClassId === undefined && eventClasses.size === 1) return first;
  const id = walk.eventClassId ?? 0n;
  const eventClass = eventClasses.get(id);
  if (eventClass !== undefined) return eventClass;
  throw walk.position.fault(
    'unknown-event-class',
    `Event record type ID ${id} doesn't select an existing event record type.`,
  );
}

/** Padding before the first scope stands before the record, not in it; without a common first scope there is only one class. */
function eventAlignmentOf(streamClass: DataStreamClass): number {
  const [only] = streamClass.eventClasses.values();
  const firstScope =
    streamClass.eventHeader ?? streamClass.commonContext ?? only?.specificContext ?? only?.payload;
  return firstScope?.alignmentBits ?? 1;
}

function streamInformation(walk: Walk): string {
  if (walk.streamClass === undefined) return 'DSI';
  return `DSI:T${walk.streamClass.id}${appended('I', walk.packet.streamInstanceId)}`;
}

function packetInformation(walk: Walk): string {
  const { packet } = walk;
  const parts = [
    appended('T', packet.totalBits),
    appended('C', packet.contentBits),
    appended('E', packet.endCycles),
    appended('S', packet.sequenceNumber),
    appended('D', packet.discardedEvents),
  ];
  return `PI${parts.join('')}`;
}

function appended(code: string, value: bigint | undefined): string {
  return value === undefined ? '' : `:${code}${value}`;
}
