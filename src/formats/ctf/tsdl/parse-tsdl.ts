/**
 * TSDL, the language of CTF 1.8's metadata (CTF 1.8.3 §7 and appendix C), to a trace class.
 *
 * In the order in which later parts need earlier ones, whatever their order in the text: byte order, environment and
 * clocks; types; the trace's packet header; streams; events.
 */
import type { Clock } from '../../../events/clock.ts';
import type {
  ByteOrder,
  ClassLayout,
  FieldType,
  IntegerType,
  Scope,
  StructType,
} from '../../../events/layout.ts';
import type { EventRecordClass, PacketRole, TraceClass } from '../trace-class.ts';
import {
  attributesByName,
  byteOrderValue,
  integerValue,
  shownValue,
  textValue,
  unsignedValue,
  uuidValue,
  wrongValue,
} from './attribute-values.ts';
import { assignmentsOf, frequencyDefaultHz, readClocks, readEnvironment } from './clock-block.ts';
import { LaterRecordClass } from './later-record-class.ts';
import { LexicalScope } from './lexical-scope.ts';
import { mayReferOutside } from './outer-references.ts';
import { parseBlockOf, parseMetadata, parseTypesOf } from './parse-metadata.ts';
import { addRoles, classIdFieldsOf, clockOf } from './roles.ts';
import { Source } from './source.ts';
import type { Assignment, Block, Definition, MetadataSyntax, PlainEvent } from './syntax.ts';
import { TypeBuilder } from './type-builder.ts';

/**
 * How much of the text is read at once: all of it, or all but the types of events, which are then read when they are first asked
 * for. An event that is wrong raises its error then, and its warnings are added then.
 */
export type ReadingOfEvents = 'whole' | 'as-needed';

/**
 * Reads a metadata text, as `metadataText` gives it.
 *
 * @param file the metadata file as the user knows it, for messages
 * @throws TraceError whose code begins with `metadata-` and whose place is a line and a column of the text
 */
export function parseTsdl(text: string, file: string, events: ReadingOfEvents = 'whole'): TraceClass {
  const source = new Source(text, file);
  return new TraceClassBuilder(source, parseMetadata(source, events === 'as-needed')).build();
}

interface StreamParts {
  readonly at: number;
  readonly id: bigint;
  readonly name: string | undefined;
  readonly packetContext: StructType | undefined;
  readonly eventHeader: StructType | undefined;
  readonly classIdFields: readonly IntegerType[];
  readonly commonContext: StructType | undefined;
  readonly eventClasses: Map<bigint, EventRecordClass>;
  /** What the types of its events may refer to. */
  readonly outer: ReadonlyMap<Scope, StructType>;
  /** By how they are written: the types of events that were stepped over. Hundreds have the same. */
  readonly types: Map<string, ClassLayout>;
  /** An event that did not say its id was taken in: it must stay alone. */
  hasNamelessId: boolean;
}

class TraceClassBuilder {
  readonly #source: Source;
  readonly #blocks: readonly Block[];
  readonly #events: MetadataSyntax['events'];
  readonly #declarations: MetadataSyntax['declarations'];
  readonly #trace: Block;
  readonly #traceAttributes: ReadonlyMap<string, Assignment>;
  readonly #byteOrder: ByteOrder;
  readonly #environment: ReadonlyMap<string, string | bigint>;
  readonly #clocks: Clock[];
  readonly #root = new LexicalScope();
  readonly #types: TypeBuilder;
  readonly #roles = new Map<FieldType, PacketRole>();
  readonly #streams = new Map<bigint, StreamParts>();

  constructor(source: Source, { blocks, events, declarations }: MetadataSyntax) {
    this.#source = source;
    this.#blocks = blocks;
    this.#events = events;
    this.#declarations = declarations;
    this.#trace = this.#onlyTraceBlock();
    this.#traceAttributes = attributesByName(source, assignmentsOf(this.#trace), 'trace');
    this.#byteOrder = this.#readByteOrder();
    this.#environment = readEnvironment(source, blocks);
    this.#clocks = readClocks(source, blocks);
    this.#types = new TypeBuilder(
      {
        source,
        byteOrder: this.#byteOrder,
        clockIndexes: new Map(this.#clocks.map((clock, index) => [clock.name, index])),
        characters: new WeakSet(),
      },
      this.#environment,
    );
  }

  build(): TraceClass {
    const version = this.#readVersion();
    const uuid = this.#traceAttributes.get('uuid');
    for (const declaration of this.#declarations) this.#types.declare(declaration, this.#root);
    const packetHeader = this.#readTrace();
    for (const block of this.#blocks) if (block.name === 'stream') this.#readStream(block, packetHeader);
    this.#checkStreamIds();
    for (const event of this.#events) this.#readEvent(event, packetHeader);
    const areBodiesApart = this.#areBodiesApart(packetHeader);
    const streamClasses = new Map(
      [...this.#streams].map(([id, { at, hasNamelessId, outer, types, ...stream }]) => {
        const { eventHeader, packetContext } = stream;
        const clock = clockOf(eventHeader, packetContext);
        if (clock !== undefined) this.#addImplicitClock();
        return [id, { ...stream, clock, areBodiesApart }] as const;
      }),
    );
    return {
      version,
      uuid: uuid && uuidValue(this.#source, uuid),
      byteOrder: this.#byteOrder,
      environment: this.#environment,
      clocks: this.#clocks,
      packetHeader,
      streamClasses,
      roles: this.#roles,
      warnings: this.#source.warnings,
    };
  }

  #onlyTraceBlock(): Block {
    const [trace, second] = this.#blocks.filter((block) => block.name === 'trace');
    if (trace === undefined) {
      const message = 'The metadata has no trace block.';
      const hint = 'It may have been cut off, or not be the metadata of a CTF 1.8 trace.';
      this.#source.fail({ code: 'metadata-missing', at: 0, message, hint });
    }
    if (second !== undefined) {
      this.#source.fail({
        code: 'metadata-duplicate',
        at: second.at,
        message: 'There is more than one trace block.',
      });
    }
    return trace;
  }

  #readByteOrder(): ByteOrder {
    const attribute = this.#traceAttributes.get('byte_order');
    if (attribute !== undefined) return byteOrderValue(this.#source, attribute, undefined);
    const message = 'The trace block has no "byte_order".';
    return this.#source.fail({ code: 'metadata-missing', at: this.#trace.at, message });
  }

  /** Only 1.8 is this language as it is read here. */
  #readVersion(): string {
    for (const [name, wanted] of [
      ['major', 1n],
      ['minor', 8n],
    ] as const) {
      const attribute = this.#traceAttributes.get(name);
      if (attribute === undefined) {
        this.#source.warn(this.#trace.at, `The trace block has no "${name}"; ${wanted} is assumed.`);
      } else if (unsignedValue(this.#source, attribute) !== wanted) {
        this.#source.fail({
          code: 'metadata-version',
          at: attribute.at,
          message: `Expected CTF version 1.8, found "${name} = ${shownValue(attribute.value)}".`,
        });
      }
    }
    return '1.8';
  }

  /** Types declared in a block, then what it defines. */
  #enter(
    block: Pick<Block, 'name' | 'entries'>,
    defined: readonly string[],
  ): { scope: LexicalScope; definitions: Map<string, Definition> } {
    const scope = new LexicalScope(this.#root);
    const definitions = new Map<string, Definition>();
    for (const entry of block.entries) {
      if (entry.kind === 'assignment') continue;
      if (entry.kind !== 'definition') {
        this.#types.declare(entry, scope);
      } else if (definitions.has(entry.path)) {
        const message = `"${entry.path}" of the ${block.name} is defined twice.`;
        this.#source.fail({ code: 'metadata-duplicate', at: entry.at, message });
      } else if (defined.includes(entry.path)) {
        definitions.set(entry.path, entry);
      } else {
        const message = `Expected ${defined.join(', ')} before ":=" in the ${block.name} block, found "${entry.path}".`;
        this.#source.fail({ code: 'metadata-attribute', at: entry.at, message });
      }
    }
    return { scope, definitions };
  }

  #define(
    definition: Definition | undefined,
    lexical: LexicalScope,
    scope: Scope,
    complete: ReadonlyMap<Scope, StructType>,
    chain: readonly string[],
  ): StructType | undefined {
    if (definition === undefined) return undefined;
    const names = implicitlyMapped[scope];
    const clock = this.#clocks.length <= 1 ? 0 : undefined;
    const implicitClock = names === undefined ? undefined : { names, clock };
    return this.#types.define(definition.type, lexical, { scope, complete, chain, implicitClock });
  }

  #readTrace(): StructType | undefined {
    const { scope, definitions } = this.#enter(this.#trace, ['packet.header']);
    this.#warnOfUnknown(this.#traceAttributes, 'trace', ['major', 'minor', 'uuid', 'byte_order']);
    const header = this.#define(definitions.get('packet.header'), scope, 'packet-header', new Map(), [
      'trace',
    ]);
    if (header !== undefined) addRoles(this.#roles, 'packet-header', header);
    return header;
  }

  #readStream(block: Block, packetHeader: StructType | undefined): void {
    const given = attributesByName(this.#source, assignmentsOf(block), 'stream');
    this.#warnOfUnknown(given, 'stream', ['id', 'name']);
    const [idGiven, name] = [given.get('id'), given.get('name')];
    const id = idGiven ? unsignedValue(this.#source, idGiven) : 0n;
    if (this.#streams.has(id)) {
      const message = idGiven ? `Stream ${id} is described twice.` : 'A second stream has no "id".';
      this.#source.fail({ code: 'metadata-duplicate', at: idGiven?.at ?? block.at, message });
    }
    const { scope, definitions } = this.#enter(block, ['packet.context', 'event.header', 'event.context']);
    const complete = outermost(packetHeader);
    const make = (path: string, dynamic: Scope) => {
      const type = this.#define(definitions.get(path), scope, dynamic, complete, [`stream ${id}`]);
      if (type !== undefined) complete.set(dynamic, type);
      return type;
    };
    const packetContext = make('packet.context', 'packet-context');
    if (packetContext !== undefined) addRoles(this.#roles, 'packet-context', packetContext);
    const eventHeader = make('event.header', 'event-header');
    this.#streams.set(id, {
      at: block.at,
      id,
      name: name && textValue(this.#source, name),
      packetContext,
      eventHeader,
      classIdFields: classIdFieldsOf(eventHeader),
      commonContext: make('event.context', 'common-context'),
      eventClasses: new Map(),
      outer: complete,
      types: new Map(),
      hasNamelessId: false,
    });
  }

  /** §5.1: with more than one stream, the packet header must say which one a packet belongs to. */
  #checkStreamIds(): void {
    const second = [...this.#streams.values()][1];
    if (second === undefined) return;
    if ([...this.#roles.values()].includes('stream-class-id')) return;
    this.#source.fail({
      code: 'metadata-missing',
      at: second.at,
      message: `There are ${this.#streams.size} streams, but the packet header has no unsigned integer "stream_id".`,
    });
  }

  #readEvent(event: Block | PlainEvent, packetHeader: StructType | undefined): void {
    const isPlain = event.kind === 'plain-event';
    if (isPlain && this.#readPlainEvent(event)) return;
    const block = isPlain ? parseBlockOf(event, this.#source) : event;
    const given = attributesByName(this.#source, assignmentsOf(block), 'event');
    const stream = this.#streamOf(block, given.get('stream_id'), packetHeader);
    const id = this.#eventId(block, given.get('id'), stream);
    const nameGiven = given.get('name');
    const name = nameGiven ? textValue(this.#source, nameGiven) : `(unnamed ${id})`;
    if (nameGiven === undefined)
      this.#source.warn(block.at, `Event ${id} of stream ${stream.id} has no name.`);
    const logLevel = given.get('loglevel');
    stream.eventClasses.set(id, {
      id,
      name,
      logLevel: logLevel && Number(integerValue(this.#source, logLevel)),
      attributes: otherAttributes(given),
      ...this.#eventTypes(block.entries, name, stream),
    });
  }

  /** Takes in an event without its types. False when something is wrong with it: then the block is read as a whole to say what. */
  #readPlainEvent(plain: PlainEvent): boolean {
    const { id, streamId, hasContext } = plain;
    const stream = streamId === undefined ? this.#onlyStream() : this.#streams.get(streamId);
    if (stream === undefined || stream.hasNamelessId || stream.eventClasses.has(id)) return false;
    if (stream.eventClasses.size > 0 && stream.classIdFields.length === 0) return false;
    const recordClass = new LaterRecordClass(plain, hasContext, () => this.#typesOf(plain, stream));
    stream.eventClasses.set(id, recordClass);
    return true;
  }

  #onlyStream(): StreamParts | undefined {
    const [first] = this.#streams.values();
    return this.#streams.size === 1 ? first : undefined;
  }

  #typesOf(plain: PlainEvent, stream: StreamParts): ClassLayout {
    const written = this.#source.text.slice(plain.typesAt, plain.end);
    let types = stream.types.get(written);
    if (types === undefined) {
      types = this.#eventTypes(parseTypesOf(plain, this.#source), plain.name, stream);
      stream.types.set(written, types);
    }
    return types;
  }

  #eventTypes(entries: Block['entries'], name: string, stream: StreamParts): ClassLayout {
    const { scope, definitions } = this.#enter({ name: 'event', entries }, ['context', 'fields']);
    const chain = [`event ${name}`];
    let complete = stream.outer;
    const context = definitions.get('context');
    const specificContext = this.#define(context, scope, 'specific-context', complete, chain);
    if (specificContext !== undefined) complete = new Map(complete).set('specific-context', specificContext);
    return {
      specificContext,
      payload: this.#define(definitions.get('fields'), scope, 'payload', complete, chain),
    };
  }

  /** Asked only where events are not read anyway. */
  #areBodiesApart(packetHeader: StructType | undefined): boolean {
    if (this.#events.every(({ kind }) => kind === 'block')) return false;
    const outer = [...this.#streams.values()].flatMap((stream) => [
      stream.packetContext,
      stream.eventHeader,
      stream.commonContext,
    ]);
    return !mayReferOutside(this.#source.text, this.#events, this.#declarations, [packetHeader, ...outer]);
  }

  /** §7.4: an event need not name its stream when there is one, which need not be described. */
  #streamOf(block: Block, given: Assignment | undefined, packetHeader: StructType | undefined): StreamParts {
    const id = given && unsignedValue(this.#source, given);
    if (this.#streams.size === 0 && (id === undefined || id === 0n))
      this.#streams.set(0n, undescribedStream(block.at, packetHeader));
    const [first, second] = this.#streams.values();
    if (id === undefined && first !== undefined && second === undefined) return first;
    if (id === undefined || given === undefined) {
      const message = `The event has no "stream_id", which it needs as there are ${this.#streams.size} streams.`;
      return this.#source.fail({ code: 'metadata-missing', at: block.at, message });
    }
    return this.#streams.get(id) ?? wrongValue(this.#source, given, 'the id of a stream of the trace');
  }

  #eventId(block: Block, given: Assignment | undefined, stream: StreamParts): bigint {
    const isFirst = stream.eventClasses.size === 0;
    if (given === undefined && isFirst) stream.hasNamelessId = true;
    if ((given === undefined || stream.hasNamelessId) && !isFirst) {
      const message = `Stream ${stream.id} has several events, and one of them has no "id".`;
      this.#source.fail({ code: 'metadata-missing', at: block.at, message });
    }
    const id = given ? unsignedValue(this.#source, given) : 0n;
    const other = stream.eventClasses.get(id);
    if (other !== undefined) {
      const message = `Event ${id} of stream ${stream.id} is described twice; the first is "${other.name}".`;
      this.#source.fail({ code: 'metadata-duplicate', at: given?.at ?? block.at, message });
    }
    if (!isFirst && stream.classIdFields.length === 0) {
      const message = `Stream ${stream.id} has several events, but its event header has no unsigned integer "id".`;
      this.#source.fail({ code: 'metadata-missing', at: stream.at, message });
    }
    return id;
  }

  #warnOfUnknown(given: ReadonlyMap<string, Assignment>, of: string, known: readonly string[]): void {
    for (const [name, attribute] of given) {
      if (!known.includes(name))
        this.#source.warn(attribute.at, `Attribute "${name}" of the ${of} is not known.`);
    }
  }

  /** §8: without a clock block, fields named `timestamp` count nanoseconds of one clock. */
  #addImplicitClock(): void {
    if (this.#clocks.length > 0) return;
    this.#clocks.push({
      name: 'default',
      frequencyHz: frequencyDefaultHz,
      offsetSeconds: 0n,
      offsetCycles: 0n,
      precisionCycles: 0n,
      isAbsolute: false,
      origin: 'clock default',
    });
  }
}

/** Times that get the trace's only clock where they are not mapped to one. */
const implicitlyMapped: Partial<Record<Scope, readonly string[]>> = {
  'packet-context': ['timestamp_begin'],
  'event-header': ['timestamp'],
};

function undescribedStream(at: number, packetHeader: StructType | undefined): StreamParts {
  return {
    at,
    id: 0n,
    name: undefined,
    packetContext: undefined,
    eventHeader: undefined,
    classIdFields: [],
    commonContext: undefined,
    eventClasses: new Map(),
    outer: outermost(packetHeader),
    types: new Map(),
    hasNamelessId: false,
  };
}

function outermost(packetHeader: StructType | undefined): Map<Scope, StructType> {
  return new Map(packetHeader ? [['packet-header', packetHeader]] : []);
}

const readAttributes = new Set(['id', 'stream_id', 'name', 'loglevel']);

function otherAttributes(given: ReadonlyMap<string, Assignment>): Map<string, string | bigint> {
  const others = new Map<string, string | bigint>();
  for (const [name, { value }] of given) {
    if (!readAttributes.has(name))
      others.set(name, value.kind === 'path' ? value.names.join('.') : value.value);
  }
  return others;
}
