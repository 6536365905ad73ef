/** An event class of a CTF trace. What needs its types is found out when it is asked for: the metadata may not be read so far. */
import { eventScopes } from '../../events/batch-builder.ts';
import type { Scope, StructType } from '../../events/layout.ts';
import type { CanonicalMeaning, EventClass, FieldSource, TraceAbout } from '../../events/reader.ts';
import { type ClassMeaning, describeClass } from '../../vocabulary/describe.ts';
import type { DataStreamClass, EventRecordClass } from './trace-class.ts';

export class CtfEventClass implements EventClass {
  readonly index: number;
  readonly trace: number;
  readonly name: string;
  readonly id: bigint;
  readonly streamClassId: bigint;
  readonly logLevel: number | undefined;
  readonly emfUri?: string;
  readonly attributes: ReadonlyMap<string, string | bigint>;
  readonly #streamClass: DataStreamClass;
  readonly #record: EventRecordClass;
  readonly #about: TraceAbout;
  #scopes: ReadonlyMap<Scope, StructType> | undefined;
  #meaning: ClassMeaning | undefined;

  constructor(index: number, streamClass: DataStreamClass, record: EventRecordClass, about: TraceAbout) {
    this.index = index;
    this.trace = about.index;
    this.name = record.name;
    this.id = record.id;
    this.streamClassId = streamClass.id;
    this.logLevel = record.logLevel;
    const emfUri = record.attributes.get('model.emf.uri');
    if (typeof emfUri === 'string') this.emfUri = emfUri;
    this.attributes = record.attributes;
    this.#streamClass = streamClass;
    this.#record = record;
    this.#about = about;
  }

  /** @throws TraceError when the metadata is wrong about it; so do all below */
  get scopes(): ReadonlyMap<Scope, StructType> {
    const { specificContext, payload } = this.#record;
    this.#scopes ??= eventScopes(this.#streamClass.commonContext, specificContext, payload);
    return this.#scopes;
  }

  get canonical(): CanonicalMeaning | undefined {
    return this.#described.canonical;
  }

  get tid(): FieldSource | undefined {
    return this.#described.tid;
  }

  get pid(): FieldSource | undefined {
    return this.#described.pid;
  }

  get cpu(): FieldSource | undefined {
    return this.#described.cpu;
  }

  get #described(): ClassMeaning {
    this.#meaning ??= describeClass(this, this.#about);
    return this.#meaning;
  }
}
