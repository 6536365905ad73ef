/** An event record class whose types are made when they are first asked for. */
import type { ClassLayout, StructType } from '../../../events/layout.ts';
import type { EventRecordClass } from '../trace-class.ts';

type Known = Omit<EventRecordClass, keyof ClassLayout>;

export class LaterRecordClass implements EventRecordClass {
  readonly id: Known['id'];
  readonly name: Known['name'];
  readonly logLevel: Known['logLevel'];
  readonly attributes: Known['attributes'];
  readonly identity?: NonNullable<Known['identity']>;
  readonly #hasContext: boolean;
  readonly #read: () => ClassLayout;
  #types: ClassLayout | undefined;

  /** @param read is called once, unless it throws */
  constructor(known: Known, hasContext: boolean, read: () => ClassLayout) {
    this.id = known.id;
    this.name = known.name;
    this.logLevel = known.logLevel;
    this.attributes = known.attributes;
    if (known.identity !== undefined) this.identity = known.identity;
    this.#hasContext = hasContext;
    this.#read = read;
  }

  /** @throws TraceError when the metadata is wrong about the event */
  get specificContext(): StructType | undefined {
    return this.#hasContext ? this.#all().specificContext : undefined;
  }

  /** @throws TraceError when the metadata is wrong about the event */
  get payload(): StructType | undefined {
    return this.#all().payload;
  }

  #all(): ClassLayout {
    this.#types ??= this.#read();
    return this.#types;
  }
}
