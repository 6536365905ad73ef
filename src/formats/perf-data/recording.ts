/**
 * What a perf.data file says of its recording: the events, the machine, the clock. A file has it in sections, a pipe in records of its own
 * (linux tools/perf/util/header.c; perf.data-file-format.txt).
 */
import { TraceError } from '../../bytes/trace-error.ts';
import type { EnvironmentValue } from '../../events/reader.ts';
import type { TracingData } from '../../tracepoints/tracing-data.ts';
import { type Attribute, attributeSizeMinBytes, readAttribute } from './attribute.ts';
import { nameOfAttribute } from './event-names.ts';
import { features } from './feature-numbers.ts';
import type { SectionReader } from './section-reader.ts';

/** One event that was recorded. */
export interface RecordedEvent {
  readonly attribute: Attribute;
  /** Of its counters: one for each CPU, each thread. */
  readonly ids: readonly bigint[];
  /** As perf names it. */
  name: string;
}

/** Two clocks at the same moment. */
export interface ClockData {
  readonly clockId: number;
  readonly wallClockNs: bigint;
  readonly clockNs: bigint;
}

/** Collects what sections and records say, in their order. */
export class Recording {
  readonly events: RecordedEvent[] = [];
  readonly environment = new Map<string, EnvironmentValue>();
  hostName: string | undefined;
  kernelRelease: string | undefined;
  perfVersion: string | undefined;
  architecture: string | undefined;
  tracingData: TracingData | undefined;
  clockData: ClockData | undefined;
  /** In the clock's nanoseconds. */
  sampleTimes: { readonly first: bigint; readonly last: bigint } | undefined;
  isFolder = false;

  /** An attribute with the ids behind it: what a section or an ATTR record has. */
  addEvent(attribute: Attribute, ids: readonly bigint[]): void {
    this.events.push({ attribute, ids, name: nameOfAttribute(attribute) });
  }

  /** @throws TraceError when the feature's bytes can't be; what was read of it before stays */
  addFeature(feature: number, reader: SectionReader): void {
    const set = (name: string, value: EnvironmentValue) => this.environment.set(name, value);
    switch (feature) {
      case features.hostName:
        this.hostName = reader.string();
        set('hostname', this.hostName);
        break;
      case features.osRelease:
        this.kernelRelease = reader.string();
        set('kernel_release', this.kernelRelease);
        break;
      case features.version:
        this.perfVersion = reader.string();
        set('perf_version', this.perfVersion);
        break;
      case features.arch:
        this.architecture = reader.string();
        set('machine', this.architecture);
        break;
      case features.nrCpus:
        // As written; perf's old documentation has them the other way round.
        set('cpus_available', BigInt(reader.u32()));
        set('cpus_online', BigInt(reader.u32()));
        break;
      case features.cpuDesc:
        set('cpu_description', reader.string());
        break;
      case features.cpuId:
        set('cpu_id', reader.string());
        break;
      case features.totalMem:
        set('memory_kb', reader.u64());
        break;
      case features.cmdline:
        set('command_line', reader.strings().join(' '));
        break;
      case features.eventDesc:
        this.#addEventNames(reader);
        break;
      default:
        this.#addLaterFeature(feature, reader);
    }
  }

  #addLaterFeature(feature: number, reader: SectionReader): void {
    const set = (name: string, value: EnvironmentValue) => this.environment.set(name, value);
    switch (feature) {
      case features.cpuTopology:
        set('cpu_cores', reader.strings().join(' '));
        set('cpu_threads', reader.strings().join(' '));
        break;
      case features.numaTopology:
        set('numa_nodes', numaNodes(reader));
        break;
      case features.pmuMappings:
        set(
          'pmus',
          listOf(reader, 8, () => numberedName(reader)),
        );
        break;
      case features.groupDesc:
        set(
          'event_groups',
          listOf(reader, 12, () => group(reader)),
        );
        break;
      case features.hybridTopology:
        set(
          'hybrid_cpus',
          listOf(reader, 8, () => `${reader.string()}: ${reader.string()}`),
        );
        break;
      case features.cpuPmuCaps:
        set(
          'cpu_pmu_capabilities',
          listOf(reader, 8, () => `${reader.string()}=${reader.string()}`),
        );
        break;
      case features.sampleTime:
        this.sampleTimes = { first: reader.u64(), last: reader.u64() };
        break;
      case features.clockId:
        set('clock_resolution_ns', reader.u64());
        break;
      case features.clockData:
        this.#addClockData(reader);
        break;
      case features.dirFormat:
        this.isFolder = true;
        break;
      default:
        break;
    }
  }

  #addClockData(reader: SectionReader): void {
    const version = reader.u32();
    if (version !== 1) return;
    const clockId = reader.i32();
    this.clockData = { clockId, wallClockNs: reader.u64(), clockNs: reader.u64() };
  }

  /**
   * Names of events, which are found by an id of theirs or, where they have none, by their place. A file whose attributes have none
   * (the first versions) has them here.
   */
  #addEventNames(reader: SectionReader): void {
    const count = reader.u32();
    const sizeBytes = reader.u32();
    if (sizeBytes < attributeSizeMinBytes) {
      throw reader.error(
        `An event's attribute takes ${sizeBytes} bytes, where ${attributeSizeMinBytes} are the least.`,
      );
    }
    reader.count(count, sizeBytes + 8);
    const byId = new Map<bigint, RecordedEvent>();
    for (const event of this.events) for (const id of event.ids) byId.set(id, event);
    const isFirst = this.events.length === 0;
    for (let index = 0; index < count; index++) {
      const attribute = readAttribute(reader, sizeBytes);
      const idCount = reader.u32();
      const name = reader.string();
      const ids = readIds(reader, idCount);
      if (isFirst) this.addEvent(attribute, ids);
      const known = ids.length === 0 ? this.events[index] : byId.get(ids[0] as bigint);
      const event = known ?? this.events[index];
      if (event !== undefined && name !== '') event.name = name;
    }
  }
}

/** Ids one after the other. */
export function readIds(reader: SectionReader, count: number): readonly bigint[] {
  reader.count(count, 8);
  return Array.from({ length: count }, () => reader.u64());
}

function listOf(reader: SectionReader, leastBytes: number, one: () => string): string {
  const count = reader.count(reader.u32(), leastBytes);
  return Array.from({ length: count }, one).join(', ');
}

function numberedName(reader: SectionReader): string {
  const number = reader.u32();
  return `${reader.string()} = ${number}`;
}

function group(reader: SectionReader): string {
  const name = reader.string();
  const leader = reader.u32();
  return `${name === '' ? '{anonymous}' : name}: ${reader.u32()} from ${leader}`;
}

function numaNodes(reader: SectionReader): string {
  const count = reader.count(reader.u32(), 24);
  const nodes = Array.from({ length: count }, () => {
    const node = reader.u32();
    const totalKb = reader.u64();
    reader.skip(8);
    return `${node}: ${reader.string()} (${totalKb} kB)`;
  });
  return nodes.join(', ');
}

/** What a pipe's ATTR record has: an attribute, and ids to its end. */
export function addAttrRecord(recording: Recording, reader: SectionReader): void {
  const begin = reader.at;
  reader.skip(4);
  const sizeBytes = reader.u32() || attributeSizeMinBytes;
  reader.at = begin;
  if (sizeBytes < attributeSizeMinBytes || sizeBytes > reader.remainingBytes) {
    const message = `Its size of ${sizeBytes} bytes is not one of 64 to ${reader.remainingBytes}.`;
    throw reader.error(message);
  }
  const attribute = readAttribute(reader, sizeBytes);
  recording.addEvent(attribute, readIds(reader, Math.floor(reader.remainingBytes / 8)));
}

/** What an EVENT_UPDATE record changes: the name of the event with that id, if it is that. */
export function addEventUpdate(recording: Recording, reader: SectionReader): void {
  const nameUpdate = 2n;
  const type = reader.u64();
  const id = reader.u64();
  if (type !== nameUpdate) return;
  const event = recording.events.find(({ ids }) => ids.includes(id));
  const name = reader.text(reader.remainingBytes);
  if (event !== undefined && name !== '') event.name = name;
}

/** Whether an error is about the file, which reading can go on without. */
export function isAboutFile(error: unknown): error is TraceError {
  return error instanceof TraceError;
}
