/**
 * The metadata of CTF 2 (CTF2-SPEC-2.0rB §5) to a trace class. Fragments mean only what comes before them, so one pass is enough:
 *
 *   preamble · { alias | trace class | clock class | data stream class | event record class } …
 */
import { eventClassCountMax } from '../../../bytes/limits.ts';
import { TraceError } from '../../../bytes/trace-error.ts';
import type { Clock } from '../../../events/clock.ts';
import type { ClassLayout, IntegerType, Scope, StructType } from '../../../events/layout.ts';
import type { EnvironmentValue } from '../../../events/reader.ts';
import type { ClassIdentity, EventRecordClass, TraceClass } from '../trace-class.ts';
import { LaterRecordClass } from '../tsdl/later-record-class.ts';
import type { ReadingOfEvents } from '../tsdl/parse-tsdl.ts';
import { type ClockClass, checkIdentity, readClockClass } from './clock-fragment.ts';
import { checkAttachments, extensionsOf } from './field-class-properties.ts';
import { fragmentProperties, idOf, readEnvironment, readUuid } from './fragment-parts.ts';
import { type FragmentText, parseFragment, splitFragments } from './fragments.ts';
import { eventAttributes, identityOf } from './identity.ts';
import { JsonNode, type MetadataSource, warningCountMax } from './json-node.ts';
import { TypeBuilder } from './type-builder.ts';
import { byteOrderOf, clockIn, visitIntegers, visitOutsideArrays } from './type-visits.ts';

/**
 * Reads a metadata text, as `metadataText` gives it.
 *
 * @param file the metadata file as the user knows it, for messages
 * @throws TraceError whose code begins with `metadata-`: its place is a line and a column, its chain names the fragment and the
 *   path in it
 */
export function parseJsonMetadata(text: string, file: string, events: ReadingOfEvents = 'whole'): TraceClass {
  return new TraceClassBuilder({ text, file, warnings: [] }, events === 'as-needed').build();
}

interface StreamParts {
  readonly id: bigint;
  readonly name: string | undefined;
  readonly identity: ClassIdentity;
  readonly defaultClock: number | undefined;
  readonly packetContext: StructType | undefined;
  readonly eventHeader: StructType | undefined;
  readonly commonContext: StructType | undefined;
  readonly classIdFields: readonly IntegerType[];
  readonly clock: number | undefined;
  readonly eventClasses: Map<bigint, EventRecordClass>;
}

class TraceClassBuilder {
  readonly #source: MetadataSource;
  readonly #isLazy: boolean;
  readonly #fragments: readonly FragmentText[];
  readonly #clocks: Clock[] = [];
  readonly #clockIndexes = new Map<string, number>();
  readonly #clockIdentities = new Map<string, ClockClass>();
  readonly #streams = new Map<bigint, StreamParts>();
  #types = new TypeBuilder(0, false);
  #uuid: string | undefined;
  #trace: JsonNode | undefined;
  #packetHeader: StructType | undefined;
  #environment: ReadonlyMap<string, EnvironmentValue> = new Map();
  #eventClassCount = 0;

  constructor(source: MetadataSource, isLazy: boolean) {
    this.#source = source;
    this.#isLazy = isLazy;
    this.#fragments = splitFragments(source.text, source.file);
  }

  build(): TraceClass {
    const { text, file, warnings } = this.#source;
    for (const fragment of this.#fragments) {
      this.#readFragment(JsonNode.ofFragment(parseFragment(fragment, text, file), this.#source, fragment));
    }
    if (this.#fragments.length === 0) this.#failMissing('has no preamble fragment');
    if (this.#streams.size === 0) this.#failMissing('has no data stream class fragment');
    this.#warnOfHeaderFields();
    return {
      version: '2.0',
      uuid: this.#uuid,
      byteOrder: byteOrderOf([
        this.#packetHeader,
        ...[...this.#streams.values()].map((each) => each.packetContext),
      ]),
      environment: this.#environment,
      clocks: this.#clocks,
      packetHeader: this.#packetHeader,
      streamClasses: this.#streamClasses(),
      roles: this.#types.roles,
      warnings,
      ...(this.#trace === undefined ? {} : { identity: identityOf(this.#trace) }),
    };
  }

  #failMissing(what: string): never {
    const { file, text } = this.#source;
    const message = `The metadata ${what}, which it must have.`;
    const hint = 'It may have been cut off, or the tracer ended before it wrote all of it.';
    const lines = text.split('\n').length;
    throw new TraceError({
      code: 'metadata-missing',
      file,
      place: { unit: 'line', line: lines, column: 1 },
      message,
      hint,
    });
  }

  #readFragment(node: JsonNode): void {
    const typeNode: JsonNode = node.need('type');
    const type = typeNode.text();
    const properties = fragmentProperties.get(type);
    if (properties === undefined) {
      typeNode.fail('metadata-unknown-type', `There is no fragment type ${typeNode.shown}.`);
    }
    node.fragmentType = type;
    const isFirst = node.fragmentNumber === this.#fragments[0]?.number;
    if (isFirst && type !== 'preamble') {
      node.fail('metadata-order', `Expected a preamble as the first fragment, found ${typeNode.shown}.`);
    }
    if (!isFirst && type === 'preamble')
      node.fail('metadata-duplicate', 'There is a preamble before this one.');
    node.allow(properties);
    if (type !== 'preamble') checkAttachments(node);
    this.#readKind(node, type);
  }

  #readKind(node: JsonNode, type: string): void {
    if (type === 'preamble') this.#readPreamble(node);
    else if (type === 'field-class-alias')
      this.#types.declareAlias(node.need('name'), node.need('field-class'));
    else if (type === 'trace-class') this.#readTrace(node);
    else if (type === 'clock-class') this.#readClock(node);
    else if (type === 'data-stream-class') this.#readStream(node);
    else this.#readEvent(node);
  }

  /** §5.4; an extension may change what all else means, so that none that is not known may be declared (§5.1). */
  #readPreamble(node: JsonNode): void {
    const version = node.need('version');
    if (version.integer() !== 2n)
      version.fail('metadata-version', `Expected CTF version 2, found ${version.shown}.`);
    for (const { namespace, name, node: extension } of extensionsOf(node)) {
      const message = `The trace needs the extension "${name}" of "${namespace}", which is not known.`;
      extension.fail('metadata-extension', message, 'Its data streams cannot be read rightly without.');
    }
    const attributes = node.get('attributes');
    attributes?.entries();
    const uuid = node.get('uuid');
    this.#uuid = uuid && readUuid(uuid);
    this.#types = new TypeBuilder(this.#source.text.length, uuid !== undefined);
  }

  /** §5.6. */
  #readTrace(node: JsonNode): void {
    if (this.#trace !== undefined) {
      node.fail(
        'metadata-duplicate',
        `There is a trace class in fragment ${this.#trace.fragmentNumber} already.`,
      );
    }
    if (this.#streams.size > 0) {
      node.fail('metadata-order', 'The trace class must come before all data stream classes.');
    }
    this.#trace = node;
    identityOf(node);
    this.#environment = readEnvironment(node.get('environment'));
    const context = { scope: 'packet-header', complete: new Map(), clock: undefined } as const;
    this.#packetHeader = this.#types.buildScope(node.get('packet-header-field-class'), context);
  }

  #readClock(node: JsonNode): void {
    const read = readClockClass(node, this.#uuid);
    if (this.#clockIndexes.has(read.id)) {
      node.need('id').fail('metadata-duplicate', `There is a clock class with the id "${read.id}" already.`);
    }
    checkIdentity(node, read, this.#clockIdentities);
    this.#clockIndexes.set(read.id, this.#clocks.length);
    this.#clocks.push(read.clock);
  }

  /** §5.8. */
  #readStream(node: JsonNode): void {
    const id = idOf(node, 'id');
    if (this.#streams.has(id)) {
      (node.get('id') ?? node).fail(
        'metadata-duplicate',
        `There is a data stream class with the id ${id} already.`,
      );
    }
    const own = identityOf(node);
    const defaultClock = this.#clockIndex(node.get('default-clock-class-id'));
    const complete = new Map<Scope, StructType>();
    if (this.#packetHeader !== undefined) complete.set('packet-header', this.#packetHeader);
    const make = (property: string, scope: Scope) => {
      const type = this.#types.buildScope(node.get(property), { scope, complete, clock: defaultClock });
      if (type !== undefined) complete.set(scope, type);
      return type;
    };
    const packetContext = make('packet-context-field-class', 'packet-context');
    const eventHeader = make('event-record-header-field-class', 'event-header');
    this.#streams.set(id, {
      id,
      name: own.name,
      identity: own,
      defaultClock,
      packetContext,
      eventHeader,
      commonContext: make('event-record-common-context-field-class', 'common-context'),
      classIdFields: this.#classIdsIn(eventHeader),
      clock: clockIn([packetContext, eventHeader]),
      eventClasses: new Map(),
    });
  }

  #clockIndex(node: JsonNode | undefined): number | undefined {
    if (node === undefined) return undefined;
    const id = node.text();
    const index = this.#clockIndexes.get(id);
    return index === undefined
      ? node.fail('metadata-reference', `No clock class with the id ${node.shown} comes before.`)
      : index;
  }

  #classIdsIn(eventHeader: StructType | undefined): IntegerType[] {
    const ids: IntegerType[] = [];
    visitIntegers(eventHeader, (type) => {
      if (this.#types.classIds.has(type)) ids.push(type);
    });
    return ids;
  }

  /** §5.9. */
  #readEvent(node: JsonNode): void {
    const streamId = idOf(node, 'data-stream-class-id');
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      const at: JsonNode = node.get('data-stream-class-id') ?? node;
      at.fail('metadata-reference', `No data stream class with the id ${streamId} comes before.`);
    }
    const id = idOf(node, 'id');
    const other = stream.eventClasses.get(id);
    if (other !== undefined) {
      const message = `Data stream class ${streamId} has an event record class ${id} already, "${other.name}".`;
      (node.get('id') ?? node).fail('metadata-duplicate', message);
    }
    if (++this.#eventClassCount > eventClassCountMax) {
      node.fail('metadata-limit', `Expected at most ${eventClassCountMax} event record classes, found more.`);
    }
    const own = identityOf(node);
    const known = { id, name: own.name ?? `(unnamed ${id})`, ...eventAttributes(node), identity: own };
    const read = () => this.#eventTypes(node, stream);
    const hasContext = node.get('specific-context-field-class') !== undefined;
    const recordClass = this.#isLazy
      ? new LaterRecordClass(known, hasContext, read)
      : { ...known, ...read() };
    stream.eventClasses.set(id, recordClass);
  }

  #eventTypes(node: JsonNode, stream: StreamParts): ClassLayout {
    const complete = new Map<Scope, StructType>();
    const { packetContext, eventHeader, commonContext, defaultClock: clock } = stream;
    const outer = [this.#packetHeader, packetContext, eventHeader, commonContext];
    for (const [index, type] of outer.entries())
      if (type !== undefined) complete.set(outerScopes[index]!, type);
    const make = (property: string, scope: Scope) =>
      this.#types.buildScope(node.get(property), { scope, complete, clock });
    const specificContext = make('specific-context-field-class', 'specific-context');
    if (specificContext !== undefined) complete.set('specific-context', specificContext);
    return { specificContext, payload: make('payload-field-class', 'payload') };
  }

  /** Without a field for the id of its class each data stream is of class 0 (§6.1), which readers of packets take as the first. */
  #streamClasses(): TraceClass['streamClasses'] {
    const areBodiesApart = this.#isLazy && this.#areBodiesApart();
    const entries = [...this.#streams].map(
      ([id, { defaultClock, ...stream }]) => [id, { ...stream, areBodiesApart }] as const,
    );
    const isZero = ([id]: readonly [bigint, unknown]) => id === 0n;
    return new Map([...entries.filter(isZero), ...entries.filter((entry) => !isZero(entry))]);
  }

  /** Told from the texts: a location outside of an event must name its origin. An escape could hide the name. */
  #areBodiesApart(): boolean {
    const isOfEvents = /"type"\s*:\s*"(?:event-record-class|field-class-alias)"/;
    const mayReferOutside =
      /\\|"(?:packet-header|packet-context|event-record-header|event-record-common-context)"/;
    return !this.#fragments.some(({ json }) => isOfEvents.test(json) && mayReferOutside.test(json));
  }

  /** §5.6, §5.8: what has no role and selects nothing is not for headers. It can be read, so it is only said. */
  #warnOfHeaderFields(): void {
    const { warnings } = this.#source;
    const check = (header: StructType | undefined, what: string) => {
      visitOutsideArrays(header, (type) => {
        if (type.kind === 'struct' || type.kind === 'variant' || this.#types.hasRole(type)) return;
        // Where events are read as needed, one of them may have the variant that an integer is for.
        if (this.#types.selectors.has(type) || (this.#isLazy && type.kind === 'integer')) return;
        const warning = `The ${what} has a field that has no role and selects nothing (${this.#source.file})`;
        if (warnings.length < warningCountMax && !warnings.includes(warning)) warnings.push(warning);
      });
    };
    check(this.#packetHeader, 'packet header');
    for (const { eventHeader, id } of this.#streams.values())
      check(eventHeader, `event record header of data stream class ${id}`);
  }
}

const outerScopes: readonly Scope[] = ['packet-header', 'packet-context', 'event-header', 'common-context'];
