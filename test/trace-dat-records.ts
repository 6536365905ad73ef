// Events of a trace.dat file reduced to what trace-cmd's raw report says of each, to be compared with it line by line.

import { memorySource, type TraceInput } from '../src/bytes/source.ts';
import type { EventBatch } from '../src/events/batch.ts';
import type { FieldStruct } from '../src/events/columns.ts';
import type { KernelText } from '../src/events/reader.ts';
import type { Selection } from '../src/events/selection.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { structAt } from '../src/events/value.ts';
import { type OpenTracesOptions, openTraces } from '../src/pipeline/open.ts';
import type { HealthNote } from '../src/results/health.ts';

/** One event. */
export interface FoundEvent {
  /** The buffer's instance, empty for the top one. */
  readonly instance: string;
  readonly cpu: number;
  /** From the clock's origin. */
  readonly ns: bigint;
  /** `sched:sched_switch`. */
  readonly name: string;
  readonly tid: number;
  readonly fields: FieldStruct;
  readonly commonFields: FieldStruct;
  readonly kernelText: KernelText | undefined;
}

export interface Found {
  readonly events: readonly FoundEvent[];
  readonly notes: readonly HealthNote[];
}

export function fileInput(name: string, bytes: Uint8Array): TraceInput {
  const open = () => memorySource(name, bytes);
  return { name, location: name, kind: 'file', files: [{ path: name, sizeBytes: bytes.length, open }] };
}

/** Every event with every field, stream by stream. */
export function readTraceDat(bytes: Uint8Array, options: OpenTracesOptions = {}): Found {
  const traces = openTraces([fileInput('trace.dat', bytes)], { ...options, needsOneTimeline: false });
  try {
    const events = readEvents(traces);
    return { events, notes: traces.health().notes };
  } finally {
    traces.close();
  }
}

function readEvents(traces: TraceSet): FoundEvent[] {
  const selection: Selection = { classes: { get: () => 'all' }, cycles: false, packets: false };
  const events: FoundEvent[] = [];
  for (const stream of traces.read(selection)) {
    const instance = /:(?:(.*)\/)?(?:cpu|part)\d+$/.exec(stream.name)?.[1] ?? '';
    for (let batch = stream.next(); batch !== undefined; batch = stream.next()) {
      for (let position = 0; position < batch.count; position++)
        events.push({ instance, ...eventAt(batch, position, traces.originNs) });
    }
  }
  return events;
}

function eventAt(batch: EventBatch, position: number, originNs: bigint): Omit<FoundEvent, 'instance'> {
  const classBatch = batch.classes.get(batch.classIndex[position] as number);
  if (classBatch === undefined) throw new Error('an event has a class');
  const row = batch.row[position] as number;
  const values = (scope: 'common-context' | 'payload') => {
    const column = classBatch.scopes.get(scope);
    return column === undefined ? {} : structAt(column, row);
  };
  const commonFields = values('common-context');
  return {
    ns: originNs + BigInt(batch.timeNs[position] as number),
    cpu: classBatch.cpu[row] as number,
    name: classBatch.eventClass.name,
    tid: Number(commonFields['common_pid']),
    fields: values('payload'),
    commonFields,
    kernelText: classBatch.eventClass.kernelText,
  };
}

/** One line of `trace-cmd report -t -R`. */
export interface ReportedEvent {
  readonly instance: string;
  readonly comm: string;
  readonly tid: number;
  readonly cpu: number;
  readonly ns: bigint;
  /** Without the system. */
  readonly name: string;
  /** `prev_comm=bash prev_pid=3949 …` */
  readonly fields: string;
}

const line = /^(?:(\S+): )? *(.+)-(\d+) +\[(\d+)\]\S* +(\d+)\.(\d{9}): ([^\s:]+): *(.*)$/;

/** @throws Error when a line is none that is known */
export function parseReport(lines: readonly string[]): readonly ReportedEvent[] {
  return lines
    .filter((text) => text !== '' && !/^cpus=\d+$/.test(text))
    .map((text) => {
      const match = line.exec(text);
      if (match === null) throw new Error(`not a line of a report: ${text}`);
      const [, instance = '', comm = '', tid, cpu, seconds, fraction, name = '', fields = ''] = match;
      const ns = BigInt(seconds as string) * 1_000_000_000n + BigInt(fraction as string);
      return { instance, comm, tid: Number(tid), cpu: Number(cpu), ns, name, fields };
    });
}

/** What a reported event and a found one differ in; empty when in nothing. */
export function differences(reported: ReportedEvent, found: FoundEvent): readonly string[] {
  const name = found.name.slice(found.name.indexOf(':') + 1);
  const comm = found.kernelText?.commandLine(found.tid) ?? '<...>';
  const heads: readonly (readonly [string, unknown, unknown])[] = [
    ['instance', reported.instance, found.instance],
    ['cpu', reported.cpu, found.cpu],
    ['ns', reported.ns, found.ns],
    ['name', reported.name, name],
    ['tid', reported.tid, found.tid],
    ['comm', reported.comm, comm],
  ];
  const wrong = heads
    .filter(([, expected, actual]) => expected !== actual)
    .map(([what, expected, actual]) => `${what}: trace-cmd ${expected}, diatrace ${actual}`);
  const values = fieldValues(reported.fields, Object.keys(found.fields));
  if (values === undefined)
    return [...wrong, `fields: ${reported.fields} are not ${Object.keys(found.fields)}`];
  for (const [field, text] of values) {
    // An array that goes up to the end of the record has size 0 in its format: trace-cmd prints a number of no bytes.
    if (name === 'bprint' && field === 'buf' && text === '0') continue;
    if (!isSame(text, found.fields[field], found.kernelText))
      wrong.push(`${field}: trace-cmd ${text}, diatrace ${String(found.fields[field])}`);
  }
  return wrong;
}

/** Takes `a=1 b=x y` apart, whose values may have spaces, by the names that must be there in this order; nothing else may be. */
function fieldValues(text: string, names: readonly string[]): ReadonlyMap<string, string> | undefined {
  const pattern = names.map((name) => `${name.replace(/\W/g, '\\$&')}=(.*)`).join(' ');
  const match = new RegExp(`^${pattern}$`, 's').exec(text.trimEnd());
  if (match === null) return undefined;
  return new Map(names.map((name, index) => [name, match[index + 1] as string]));
}

/** Whether a value is spelled so: trace-cmd prints some numbers as the event's `print fmt` does, in hexadecimal, in octal, as a symbol. */
function isSame(text: string, value: unknown, kernelText: KernelText | undefined): boolean {
  if (typeof value === 'string') return text.trimEnd() === value.trimEnd();
  if (Array.isArray(value)) return isSameArray(text, value);
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') return false;
  const number = BigInt(value);
  const spellings = [
    number,
    BigInt.asUintN(32, number),
    BigInt.asUintN(64, number),
    BigInt.asIntN(64, number),
  ];
  if (/^-?\d+$/.test(text) && spellings.includes(BigInt(text))) return true;
  const hex = text.replace(/^0x/, '');
  if (/^[0-9a-f]+$/.test(hex) && spellings.includes(BigInt(`0x${hex}`))) return true;
  const address = BigInt.asUintN(64, number);
  if (text === '(nil)') return address === 0n;
  if (/^[0-7]+$/.test(text) && BigInt(`0o${text}`) === number) return true;
  if (kernelText?.stringAt(address) === text) return true;
  const symbol = kernelText?.symbolAt(address);
  return (
    symbol !== undefined && [symbol.name, `${symbol.name}+0x${symbol.offset.toString(16)}`].includes(text)
  );
}

/** `ARRAY[0b, 00, …]`: the bytes, in the file's order; here little endian. */
function isSameArray(text: string, values: readonly unknown[]): boolean {
  const match = /^ARRAY\[(.*)\]$/.exec(text);
  if (match === null) return false;
  const bytes = match[1] === '' ? [] : (match[1] as string).split(', ');
  const size = values.length === 0 ? 0 : bytes.length / values.length;
  return (
    (values.length > 0 || bytes.length === 0) &&
    values.every((value, index) => {
      const hex = bytes
        .slice(index * size, (index + 1) * size)
        .reverse()
        .join('');
      const number = BigInt.asUintN(size * 8, BigInt(value as bigint));
      return BigInt(`0x${hex}`) === number;
    })
  );
}
