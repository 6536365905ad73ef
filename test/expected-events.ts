// Events as text that can be compared: what the corpus expects of a trace, and what a reader delivers, spelled the same way.
// Integers are exact, whatever their size; floats begin with `f`, so that 2 and 2.0 differ.
import type { EventBatch } from '../src/events/batch.ts';
import {
  bytesAt,
  type Column,
  isBlobColumn,
  isBooleanColumn,
  type StructColumn,
  textAt,
} from '../src/events/columns.ts';
import type { FieldType, Scope } from '../src/events/layout.ts';

export interface ComparableEvent {
  /** From the clock's origin; undefined for events without a clock. */
  readonly ns: bigint | undefined;
  readonly cpu: number | undefined;
  /** Stream class and, where the trace has them, stream ids: events of one group keep their order. */
  readonly streamClassId: bigint;
  readonly streamId: bigint | undefined;
  /** Everything else: clock value, name, id, contexts, payload. */
  readonly text: string;
}

interface JsonObject {
  readonly [key: string]: Json;
}
type Json = null | boolean | string | bigint | number | readonly Json[] | JsonObject;

/** A line of `events.jsonl`, without losing a digit: integers become bigint, what has a point or an exponent stays a number. */
export function parseExpectedEvent(line: string): ComparableEvent {
  const event = JSON.parse(line, keepIntegers) as { readonly [key: string]: Json };
  const scopes = ['common_context', 'specific_context', 'payload'] as const;
  return {
    ns: (event['ns'] as bigint | null) ?? undefined,
    cpu: event['cpu_id'] === undefined ? undefined : Number(event['cpu_id']),
    streamClassId: event['stream_class_id'] as bigint,
    streamId: (event['stream_id'] as bigint | null) ?? undefined,
    text: spellEvent(
      (event['cycles'] as bigint | null) ?? undefined,
      event['name'] as string,
      event['id'] as bigint,
      scopes.map((scope) => (event[scope] === undefined ? '{}' : spellJson(event[scope]))),
    ),
  };
}

function keepIntegers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number') return value;
  const source = context?.source;
  if (source === undefined) throw new Error('JSON.parse must give the source of numbers: run with Node 24');
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function spellJson(value: Json): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return `f${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(spellJson).join()}]`;
  const object = value as JsonObject;
  if (typeof object['float'] === 'string') return `f${object['float']}`;
  const members = Object.entries(object).map(([name, member]) => `${name}:${spellJson(member)}`);
  return `{${members.join()}}`;
}

const eventScopes: readonly Scope[] = ['common-context', 'specific-context', 'payload'];

/** The events of a batch. Recursion ends with the type's depth. */
export function* eventsOf(batch: EventBatch, originNs: bigint): Generator<ComparableEvent> {
  for (let position = 0; position < batch.count; position++) {
    const classBatch = batch.classes.get(batch.classIndex[position] as number);
    if (classBatch === undefined) throw new Error('each record of a batch belongs to a class of the batch');
    const row = batch.row[position] as number;
    const { eventClass, scopes } = classBatch;
    const timeNs = batch.timeNs[position] as number;
    const hasTime = !Number.isNaN(timeNs);
    const cpu = classBatch.cpu[row] as number;
    yield {
      ns: hasTime ? originNs + BigInt(timeNs) : undefined,
      cpu: cpu < 0 ? undefined : cpu,
      streamClassId: eventClass.streamClassId,
      streamId: batch.stream.instanceId,
      text: spellEvent(
        hasTime ? batch.cycles?.[position] : undefined,
        eventClass.name,
        eventClass.id,
        eventScopes.map((scope) => spellScope(scopes.get(scope), row)),
      ),
    };
  }
}

function spellEvent(cycles: bigint | undefined, name: string, id: bigint, scopes: readonly string[]): string {
  return `${cycles ?? 'no clock'} ${name} (${id}) ${scopes.join(' ')}`;
}

function spellScope(column: StructColumn | undefined, row: number): string {
  return column === undefined ? '{}' : spellColumn(column, row);
}

function spellColumn(column: Column, row: number): string {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      if (isBooleanColumn(column)) return String(Number(column.values[row]) !== 0);
      return spellNumber(column.type, column.values[row] as number | bigint);
    case 'text':
      if (isBlobColumn(column)) return `{blob_hex:"${Buffer.from(bytesAt(column, row)).toString('hex')}"}`;
      return JSON.stringify(textAt(column, row));
    case 'struct': {
      const members = column.members.map(
        (member, index) => `${column.names[index]}:${spellColumn(member, row)}`,
      );
      return `{${members.join()}}`;
    }
    case 'list': {
      const elements: string[] = [];
      for (let index = column.starts[row] as number; index < (column.starts[row + 1] as number); index++) {
        elements.push(spellColumn(column.element, index));
      }
      return `[${elements.join()}]`;
    }
    case 'variant': {
      const option = column.option[row] as number;
      if (column.isOptional === true && option === 0) return 'null';
      return spellColumn(column.options[option] as Column, column.row[row] as number);
    }
  }
}

/** The corpus writes NaN and infinities as Python does. */
const oddFloats = new Map<number, string>([
  [Number.NaN, 'nan'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
]);

function spellNumber(type: FieldType, value: number | bigint): string {
  if (type.kind === 'float') return `f${oddFloats.get(Number(value)) ?? value}`;
  if (type.kind === 'integer' && type.flags !== undefined) return `{bits:${value}}`;
  if (type.kind !== 'integer' || type.labels === undefined) return String(value);
  const wanted = BigInt(value);
  const labels = type.labels
    .filter(({ first, last }) => first <= wanted && wanted <= last)
    .map(({ label }) => label);
  return `{int:${value},labels:[${labels.map((label) => JSON.stringify(label)).join()}]}`;
}
