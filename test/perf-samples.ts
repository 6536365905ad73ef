// The samples of a perf.data file as diatrace reads them, as numbers.
import type { FieldStruct } from '../src/events/columns.ts';
import type { ClassSelection } from '../src/events/selection.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { structAt } from '../src/events/value.ts';
import { type OpenTracesOptions, openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';

export interface PerfRecord {
  readonly event: string;
  /** Undefined where it has none. */
  readonly clockNs: bigint | undefined;
  readonly cpu: number;
  readonly context: FieldStruct;
  readonly payload: FieldStruct;
}

/** Every record, in the order of the reader. */
export function readPerfRecords(set: TraceSet): PerfRecord[] {
  const records: PerfRecord[] = [];
  const classes = new Map<number, ClassSelection>(set.classes.map(({ index }) => [index, 'all']));
  for (const stream of set.read({ classes, cycles: true, packets: false })) {
    for (let batch = stream.next(); batch !== undefined; batch = stream.next()) {
      for (let position = 0; position < batch.count; position++) {
        const classBatch = batch.classes.get(batch.classIndex[position] as number);
        const row = batch.row[position] as number;
        if (classBatch === undefined) throw new Error('a record has a class');
        const [context, payload] = (['specific-context', 'payload'] as const).map((scope) => {
          const column = classBatch.scopes.get(scope);
          return column === undefined ? {} : structAt(column, row);
        }) as [FieldStruct, FieldStruct];
        const cycles = batch.cycles?.[position];
        records.push({
          event: classBatch.eventClass.name,
          clockNs: Number.isNaN(batch.timeNs[position]) ? undefined : cycles,
          cpu: classBatch.cpu[row] as number,
          context,
          payload,
        });
      }
    }
  }
  return records;
}

export interface PerfSample {
  readonly event: string;
  readonly tid: number | undefined;
  readonly timeNs: bigint | undefined;
  readonly cpu: number;
  readonly period: bigint | undefined;
  readonly ip: bigint | undefined;
  readonly callchain: readonly bigint[];
}

/** Where perf script may say that addresses are: in files that are mapped there, counted from the file's beginning. */
export type PrintedAddresses = (address: bigint) => readonly bigint[];

/** From the mappings of all processes: which ones an address was in at the time is the kernel model's to know. */
export function printedAddresses(records: readonly PerfRecord[]): PrintedAddresses {
  const mappings = records
    .filter(({ event }) => /^PERF_RECORD_MMAP2?$/.test(event))
    .map(({ payload }) => payload);
  const places = mappings.map((payload) => {
    const [begin, size, offset] = ['addr', 'len', 'pgoff'].map((name) => payload[name] as bigint);
    return { begin: begin as bigint, end: (begin as bigint) + (size as bigint), offset: offset as bigint };
  });
  return (address) => [
    address,
    ...places
      .filter(({ begin, end }) => begin <= address && address < end)
      .map(({ begin, offset }) => address - begin + offset),
  ];
}

/** From here up addresses of a call chain say what the next ones are: kernel, user, guest. */
const contextMin = 0xffff_ffff_ffff_f001n;

export function readPerfSamples(path: string, options: OpenTracesOptions = {}): PerfSample[] {
  const set = openTraces([openNodeInput(path)], options);
  try {
    return samplesIn(readPerfRecords(set));
  } finally {
    set.close();
  }
}

export function samplesIn(records: readonly PerfRecord[]): PerfSample[] {
  return records
    .filter(({ event }) => !event.startsWith('PERF_RECORD_'))
    .map(({ event, clockNs, cpu, context }) => ({
      event,
      tid: context['tid'] as number | undefined,
      timeNs: clockNs,
      cpu,
      period: context['period'] as bigint | undefined,
      ip: context['ip'] as bigint | undefined,
      callchain: ((context['callchain'] as readonly bigint[] | undefined) ?? []).filter(
        (address) => address < contextMin,
      ),
    }));
}
