/** An event class of a perf recording. What needs a tracepoint's fields is found out when it is asked for: most are never looked at. */
import { eventScopes } from '../../events/batch-builder.ts';
import type { Scope, StructType } from '../../events/layout.ts';
import type {
  CanonicalMeaning,
  EventClass,
  FieldSource,
  KernelText,
  TraceAbout,
} from '../../events/reader.ts';
import type { EventFormat } from '../../tracepoints/event-format.ts';
import type { SymbolTable } from '../../tracepoints/symbol-table.ts';
import type { TracingData } from '../../tracepoints/tracing-data.ts';
import { type ClassMeaning, describeClass } from '../../vocabulary/describe.ts';
import { type Attribute, attributeTypes } from './attribute.ts';
import type { RecordClass } from './record-classes.ts';
import { recordName, recordTypes } from './record-layouts.ts';
import type { Recording } from './recording.ts';

/** A class of records, as readers describe it. */
export class PerfEventClass implements EventClass {
  readonly index: number;
  readonly trace: number;
  readonly name: string;
  readonly id: bigint;
  readonly streamClassId = 0n;
  readonly logLevel = undefined;
  /** Frames say it. */
  readonly cpu = undefined;
  readonly kernelText?: KernelText;
  readonly kernelSymbols?: Pick<SymbolTable, 'find'>;
  /** How samples were asked for, by the names of `struct perf_event_attr`. */
  readonly attributes?: ReadonlyMap<string, bigint>;
  readonly #record: RecordClass;
  readonly #about: TraceAbout;
  readonly #events: Recording['events'];
  #scopes: ReadonlyMap<Scope, StructType> | undefined;
  #meaning: ClassMeaning | undefined;

  constructor(index: number, record: RecordClass, about: TraceAbout, { tracingData, events }: Recording) {
    this.index = index;
    this.trace = about.index;
    this.name = record.name;
    this.id = BigInt(record.id);
    this.#record = record;
    this.#about = about;
    const { attribute } = record;
    if (attribute !== undefined) {
      this.attributes = new Map([
        ['type', BigInt(attribute.type)],
        ['config', attribute.config],
        [attribute.flags.has('frequency') ? 'sample_freq' : 'sample_period', attribute.samplePeriod],
      ]);
    }
    this.#events = events;
    if (attribute !== undefined && tracingData !== undefined) this.kernelSymbols = tracingData.symbols;
    if (record.format !== undefined && tracingData !== undefined)
      this.kernelText = new TracepointText(record.format, tracingData);
  }

  /** @throws TraceError when a tracepoint's fields are described wrongly; so do those below */
  get scopes(): ReadonlyMap<Scope, StructType> {
    const { commonContext, specificContext, payload } = this.#record;
    this.#scopes ??= eventScopes(commonContext, specificContext, payload);
    return this.#scopes;
  }

  get canonical(): CanonicalMeaning | undefined {
    const { attribute, format } = this.#record;
    // A sample without a described tracepoint may have the name of one, but not its fields.
    if (attribute !== undefined && format === undefined) return this.#sampleMeaning(attribute);
    if (this.#record.isSwitch) return this.#switchMeaning();
    this.#meaning ??= describeClass(this, this.#about);
    return this.#meaning.canonical;
  }

  /** Whoever leaves stands behind the record, where samples have threads at all. */
  #switchMeaning(): CanonicalMeaning | undefined {
    const isRecorded = this.#events.some(({ attribute }) => attribute.flags.has('contextSwitch'));
    const leaves = this.#member('specific-context', 'tid');
    const comes = this.#member('payload', 'next_prev_tid');
    if (!isRecorded || leaves === undefined || comes === undefined) return undefined;
    return {
      name: 'sched_switch',
      fields: new Map([
        ['prev_tid', leaves],
        ['next_tid', comes],
      ]),
    };
  }

  /** Samples of counters tell where the thread was; without a period of their own they have the one that was asked for. */
  #sampleMeaning(attribute: Attribute): CanonicalMeaning | undefined {
    if (attribute.type === attributeTypes.tracepoint) return undefined;
    const ip = this.#member('specific-context', 'ip');
    if (ip === undefined) return undefined;
    const fields = new Map<string, FieldSource>([['ip', ip]]);
    fields.set('period', { kind: 'constant', value: Number(attribute.samplePeriod) });
    for (const name of ['period', 'misc']) {
      const source = this.#member('specific-context', name);
      if (source !== undefined) fields.set(name, source);
    }
    const chain = this.scopes
      .get('specific-context')
      ?.members.find((candidate) => candidate.name === 'callchain');
    if (chain !== undefined) {
      const field = { scope: 'specific-context', path: ['callchain'] } as const;
      fields.set('callchain', { kind: 'field', field, type: chain.type });
    }
    return { name: 'sample', fields };
  }

  get tid(): FieldSource | undefined {
    return this.#find('tid', 'ptid') ?? this.#member('common-context', 'common_pid');
  }

  get pid(): FieldSource | undefined {
    return this.#find('pid', 'ppid');
  }

  /**
   * Of samples what they say. Of other records the thread that they are about, of a fork the one that forks, as what stands behind a record
   * is 0 in those that perf made up; where they are about none, what stands behind them.
   */
  #find(name: string, parent: string): FieldSource | undefined {
    const { attribute } = this.#record;
    if (attribute !== undefined) return this.#member('specific-context', name);
    const isFork = this.name === recordName(recordTypes.fork);
    return this.#member('payload', isFork ? parent : name) ?? this.#member('specific-context', name);
  }

  #member(scope: Scope, name: string): FieldSource | undefined {
    const member = this.scopes.get(scope)?.members.find((candidate) => candidate.name === name);
    if (member?.type.kind !== 'integer') return undefined;
    return { kind: 'field', field: { scope, path: [name] }, type: member.type };
  }
}

class TracepointText implements KernelText {
  readonly #format: EventFormat;
  readonly #tracing: TracingData;

  constructor(format: EventFormat, tracing: TracingData) {
    this.#format = format;
    this.#tracing = tracing;
  }

  get printFormat(): string {
    return this.#format.printFormat;
  }

  get longSizeBytes(): number {
    return this.#tracing.longSizeBytes;
  }

  declaredType(field: string): string | undefined {
    return this.#format.fields.find(({ name }) => name === field)?.declaredType;
  }

  symbolAt(address: bigint) {
    return this.#tracing.symbols.find(address);
  }

  addressOf(name: string): bigint | undefined {
    return this.#tracing.symbols.addressOf(name);
  }

  stringAt(address: bigint): string | undefined {
    return this.#tracing.printkFormats.get(address);
  }

  commandLine(tid: number): string | undefined {
    return this.#tracing.commandLines.get(tid);
  }
}
