/** A tracepoint's class of events. Its fields are found out when they are asked for: a kernel has 2000 tracepoints. */
import { TraceError } from '../../bytes/trace-error.ts';
import { eventScopes } from '../../events/batch-builder.ts';
import type { ClassLayout, Scope, StructType } from '../../events/layout.ts';
import type {
  CanonicalMeaning,
  EventClass,
  FieldSource,
  KernelText,
  TraceAbout,
} from '../../events/reader.ts';
import type { EventFormat } from '../../tracepoints/event-format.ts';
import { type ClassMeaning, describeClass } from '../../vocabulary/describe.ts';

export class TraceDatEventClass implements EventClass {
  readonly index: number;
  readonly trace: number;
  readonly name: string;
  readonly id: bigint;
  readonly streamClassId = 0n;
  readonly logLevel = undefined;
  readonly cpu = undefined;
  readonly pid = undefined;
  readonly kernelText: KernelText;
  /** What records of this class are decoded by; made when the first one is met. */
  readonly layout: ClassLayout;
  readonly #format: EventFormat;
  readonly #about: TraceAbout;
  readonly #note: (detail: string) => void;
  #types: Pick<ClassLayout, 'commonContext' | 'payload'> | undefined;
  #scopes: ReadonlyMap<Scope, StructType> | undefined;
  #meaning: ClassMeaning | undefined;

  /** @param note is told once what is wrong with the fields: they are left out then */
  constructor(
    index: number,
    format: EventFormat,
    about: TraceAbout,
    kernelText: KernelText,
    note: (detail: string) => void,
  ) {
    this.index = index;
    this.trace = about.index;
    this.name = `${format.system}:${format.name}`;
    this.id = BigInt(format.id);
    this.kernelText = kernelText;
    this.#format = format;
    this.#about = about;
    this.#note = note;
    const types = () => this.#parsedTypes();
    this.layout = {
      get commonContext() {
        return types().commonContext as StructType;
      },
      specificContext: undefined,
      get payload() {
        return types().payload;
      },
    };
  }

  get scopes(): ReadonlyMap<Scope, StructType> {
    const { commonContext, payload } = this.#parsedTypes();
    this.#scopes ??= eventScopes(commonContext, undefined, payload);
    return this.#scopes;
  }

  get canonical(): CanonicalMeaning | undefined {
    // Names with a system are the kernel's own, whoever recorded them.
    this.#meaning ??= describeClass(this, { ...this.#about, tracer: undefined });
    return this.#meaning.canonical;
  }

  get tid(): FieldSource | undefined {
    const member = this.scopes.get('common-context')?.members.find(({ name }) => name === 'common_pid');
    if (member?.type.kind !== 'integer') return undefined;
    return { kind: 'field', field: { scope: 'common-context', path: ['common_pid'] }, type: member.type };
  }

  #parsedTypes(): Pick<ClassLayout, 'commonContext' | 'payload'> {
    if (this.#types !== undefined) return this.#types;
    try {
      this.#types = { commonContext: this.#format.commonContext, payload: this.#format.payload };
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      this.#note(error.message);
      this.#types = { commonContext: nothing, payload: undefined };
    }
    return this.#types;
  }
}

const nothing: StructType = { kind: 'struct', alignmentBits: 8, members: [] };
