/** Where the operands of a filter are in the records of one class. */
import { type FieldType, isBytes, type Scope, type StructType } from '../layout.ts';
import type { EventClass, FieldSource } from '../reader.ts';
import type { FieldSelection } from '../selection.ts';
import type { FilterContext } from './compile.ts';
import type { BaseField, FilterExpression, Operand, Step } from './expression.ts';
import { searchOrder } from './expression.ts';
import { visitOperands } from './visit.ts';

/** Where a value comes from. */
export type Place =
  | { readonly kind: 'missing' }
  | { readonly kind: 'constant'; readonly value: number | string }
  | { readonly kind: 'cpu' }
  | { readonly kind: 'time' }
  /** The first of these scopes that has the path: one event scope, or packet scopes. */
  | { readonly kind: 'fields'; readonly scopes: readonly Scope[]; readonly path: readonly Step[] };

type KnownPackets = Partial<FilterContext>;

const baseFields: ReadonlySet<string> = new Set<BaseField>(['name', 'cpu', 'tid', 'pid', 'time']);
const packetScopes: readonly Scope[] = ['packet-context', 'packet-header'];

/** Finds a field or base column; constants are the caller's. */
export function locateOperand(operand: Operand, eventClass: EventClass, known: KnownPackets): Place {
  if (operand.kind === 'base') return locateBase(operand.base, eventClass);
  if (operand.kind !== 'field') return { kind: 'missing' };
  const { scope, path } = operand;
  if (scope !== undefined) {
    return hasField(scope, path, eventClass, known)
      ? { kind: 'fields', scopes: [scope], path }
      : { kind: 'missing' };
  }
  const scopes = searchOrder.filter((candidate) => hasField(candidate, path, eventClass, known));
  const [first] = scopes;
  const [name] = path;
  // A packet's fields may be unknown until it is read; what every event has is certain.
  const isCertain =
    first !== undefined && (!packetScopes.includes(first) || known.packetScopes !== undefined);
  if (!isCertain && path.length === 1 && typeof name === 'string' && baseFields.has(name)) {
    return locateBase(name as BaseField, eventClass);
  }
  if (first === undefined) return { kind: 'missing' };
  return { kind: 'fields', scopes: packetScopes.includes(first) ? scopes : [first], path };
}

function locateBase(base: BaseField, eventClass: EventClass): Place {
  switch (base) {
    case 'name':
      return { kind: 'constant', value: eventClass.name };
    case 'time':
      return { kind: base };
    case 'cpu':
      return eventClass.cpu === undefined ? { kind: base } : locateSource(eventClass.cpu);
    case 'tid':
    case 'pid':
      return locateSource(eventClass[base]);
  }
}

function locateSource(source: FieldSource | undefined): Place {
  if (source === undefined) return { kind: 'missing' };
  if (source.kind === 'constant') return { kind: 'constant', value: source.value };
  return { kind: 'fields', scopes: [source.field.scope], path: source.field.path };
}

/** Packet scopes whose types are not known may have any field. */
function hasField(scope: Scope, path: readonly Step[], eventClass: EventClass, known: KnownPackets): boolean {
  const isPacket = packetScopes.includes(scope);
  if (isPacket && known.packetScopes === undefined) return true;
  const type = isPacket ? known.packetScopes?.get(scope) : eventClass.scopes.get(scope);
  return type !== undefined && hasPath(type, path);
}

/** Depth is bounded by the type's. */
function hasPath(type: FieldType, path: readonly Step[]): boolean {
  if (type.kind === 'variant') {
    if (type.isOptional === true) return type.options.some((option) => hasPath(option.type, path));
    const named = type.options.find((option) => option.name === path[0]);
    if (named !== undefined) return hasPath(named.type, path.slice(1));
    return type.options.some((option) => hasPath(option.type, path));
  }
  const [step, ...rest] = path;
  if (type.kind === 'struct') {
    const member = type.members.find((candidate) => candidate.name === step);
    return member !== undefined && hasPath(member.type, rest);
  }
  if (type.kind === 'array' && !isBytes(type)) return typeof step === 'number' && hasPath(type.element, rest);
  return step === undefined;
}

/** The fields of one class that a filter reads, for its selection. A path ends where a variant or a list begins. */
export function fieldsOf(
  expression: FilterExpression,
  eventClass: EventClass,
  known: KnownPackets = {},
): readonly FieldSelection[] {
  const found = new Map<string, FieldSelection>();
  visitOperands(expression, (operand) => {
    const place = locateOperand(operand, eventClass, known);
    if (place.kind !== 'fields') return;
    for (const scope of place.scopes) {
      const type = packetScopes.includes(scope) ? undefined : eventClass.scopes.get(scope);
      if (type === undefined) continue;
      const path = selectablePath(type, place.path);
      found.set(JSON.stringify([scope, path]), { scope, path, as: 'natural' });
    }
  });
  return [...found.values()];
}

/** Whether a filter may read fields of packet headers or contexts in records of this class. */
export function readsPackets(
  expression: FilterExpression,
  eventClass: EventClass,
  known: KnownPackets = {},
): boolean {
  let found = false;
  visitOperands(expression, (operand) => {
    const place = locateOperand(operand, eventClass, known);
    if (place.kind === 'fields' && packetScopes.includes(place.scopes[0] as Scope)) found = true;
  });
  return found;
}

function selectablePath(root: StructType, path: readonly Step[]): readonly string[] {
  const names: string[] = [];
  let type: FieldType | undefined = root;
  for (const step of path) {
    if (type?.kind !== 'struct' || typeof step !== 'string') break;
    names.push(step);
    type = type.members.find((member) => member.name === step)?.type;
  }
  return names;
}
