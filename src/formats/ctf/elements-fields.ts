/**
 * The fields of one scope, element by element, in the order and with the alignment of CTF 1.8 §4 and CTF2-SPEC-2.0 §6.4.
 *
 * An explicit stack holds what is open, so that neither the depth of types nor the length of sequences costs memory:
 *
 *   struct    ─ member 0, member 1, …         aligned to the largest alignment among its members
 *   array     ─ element, element, …           aligned to its element
 *   variant   ─ the chosen option             not aligned itself
 *   optional  ─ the field, where it is there  not aligned itself
 */
import { emptyElementCountMax } from '../../bytes/limits.ts';
import type {
  ArrayType,
  FieldType,
  FloatType,
  IntegerType,
  StringType,
  StructType,
  VariantType,
} from '../../events/layout.ts';
import { blobElements, fixedText, terminatedText } from './elements-bytes.ts';
import { floatOfBits, spellFloat, spellUuid } from './elements-text.ts';
import type { Walk } from './elements-walk.ts';

type OpenField =
  | { readonly kind: 'struct'; readonly type: StructType; next: number }
  | {
      readonly kind: 'array';
      readonly element: FieldType;
      remaining: number;
      readonly uuid: bigint[] | undefined;
    }
  | { readonly kind: 'variant'; option: FieldType | undefined };

/** CTF2-SPEC-2.0 §5.3.15. */
const defaultMediaType = 'application/octet-stream';

type ScalarType = IntegerType | FloatType | StringType;

/** Lines of a scope's root structure and everything in it. @throws TraceError where the bytes end or contradict the types. */
export function* structElements(walk: Walk, root: StructType): Generator<string> {
  const open: OpenField[] = [];
  const idle = new IdleGuard(walk);
  yield* begin(walk, open, root, undefined);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    idle.check();
    const next = takeNext(top);
    if (next === undefined) {
      yield* end(walk, top);
      open.pop();
    } else {
      yield* begin(walk, open, next.type, next.name);
    }
  }
}

/** Elements that take no space must not make a walk that never ends. */
class IdleGuard {
  readonly #walk: Walk;
  #headBits = -1;
  #steps = 0;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  check(): void {
    const { headBits } = this.#walk.position;
    this.#steps = headBits === this.#headBits ? this.#steps + 1 : 0;
    this.#headBits = headBits;
    const most = elementCountMax(this.#walk);
    if (this.#steps <= most) return;
    throw this.#walk.position.fault(
      'elements-without-size',
      `More than ${most} elements without any size follow each other.`,
    );
  }
}

function takeNext(
  open: OpenField,
): { readonly type: FieldType; readonly name: string | undefined } | undefined {
  switch (open.kind) {
    case 'struct': {
      const member = open.type.members[open.next];
      open.next += 1;
      return member;
    }
    case 'array':
      if (open.remaining === 0) return undefined;
      open.remaining -= 1;
      return { type: open.element, name: undefined };
    case 'variant': {
      const option = open.option;
      open.option = undefined;
      return option === undefined ? undefined : { type: option, name: undefined };
    }
  }
}

function* begin(walk: Walk, open: OpenField[], type: FieldType, name: string | undefined): Generator<string> {
  switch (type.kind) {
    case 'struct':
      walk.position.align(type.alignmentBits);
      yield walk.open(titled('ST', name));
      open.push({ kind: 'struct', type, next: 0 });
      break;
    case 'array':
      yield* beginArray(walk, open, type, name);
      break;
    case 'variant':
      yield beginVariant(walk, open, type, name);
      break;
    default:
      yield* scalarElements(walk, open.at(-1), type, name);
  }
}

function* end(walk: Walk, open: OpenField): Generator<string> {
  if (open.kind === 'array' && open.uuid !== undefined) yield walk.line(`MSU:${spellUuid(open.uuid)}`);
  yield walk.close();
}

function* beginArray(
  walk: Walk,
  open: OpenField[],
  type: ArrayType,
  name: string | undefined,
): Generator<string> {
  const { position } = walk;
  const count = lengthOf(walk, type);
  position.align(type.alignmentBits);
  const isStatic = type.length.kind === 'fixed';
  if (type.isBlob === true) {
    yield walk.open(`${titled(isStatic ? 'SLB' : 'DLB', name)}:${type.mediaType ?? defaultMediaType}`);
    yield* blobElements(walk, count, walk.traceClass.roles.get(type) === 'trace-uuid');
    yield walk.close();
    return;
  }
  if (type.isText && (position.headBits - position.packetBeginBits) % 8 === 0) {
    yield walk.open(titled(isStatic ? 'SLS' : 'DLS', name));
    yield* fixedText(walk, count, type.encoding);
    yield walk.close();
    return;
  }
  yield walk.open(titled(isStatic ? 'SLA' : 'DLA', name));
  const isUuid =
    count === 16 && type.element.kind === 'integer' && walk.traceClass.roles.get(type) === 'trace-uuid';
  open.push({ kind: 'array', element: type.element, remaining: count, uuid: isUuid ? [] : undefined });
}

/** Counts are bounded by the bits of the file before they are believed; elements without size by the limit. */
function lengthOf(walk: Walk, type: ArrayType): number {
  if (type.length.kind === 'fixed') return type.length.count;
  if (type.length.kind !== 'field') throw new Error('arrays whose bytes are counted are no part of CTF');
  const { field } = type.length;
  const count = walk.valueOf(field);
  if (count === undefined) throw missingField(walk, 'length', field.path);
  const { position } = walk;
  const most = elementCountMax(walk);
  if (count < 0n || count > BigInt(most)) {
    throw position.fault(
      'sequence-length',
      `Length ${count} is not from 0 to ${most}, the most that can follow.`,
    );
  }
  return Number(count);
}

/** One for each bit of the packet, and some that take no space. */
function elementCountMax(walk: Walk): number {
  const { packetBeginBits, contentEndBits, sourceEndBits } = walk.position;
  return emptyElementCountMax + Math.min(contentEndBits, sourceEndBits) - packetBeginBits;
}

function beginVariant(walk: Walk, open: OpenField[], type: VariantType, name: string | undefined): string {
  const { selector } = type;
  const value = walk.valueOf(selector);
  if (value === undefined) throw missingField(walk, 'selector', selector.path);
  const option = type.options.find(({ ranges }) =>
    ranges.some(({ first, last }) => first <= value && value <= last),
  );
  if (option === undefined) {
    throw walk.position.fault(
      'variant-selector',
      `Selector value ${value} doesn't select a valid variant option.`,
    );
  }
  const isAbsent = type.isOptional === true && option === type.options[0];
  open.push({ kind: 'variant', option: isAbsent ? undefined : option.type });
  const { isBoolean = false, isSigned } = selector.type;
  const code = `${type.isOptional === true ? 'O' : 'V'}${isBoolean ? 'B' : isSigned ? 'S' : 'U'}`;
  const state = type.isOptional === true ? `:${isAbsent ? 'disabled' : 'enabled'}` : '';
  return walk.open(`${titled(code, name)}${state}${isBoolean ? '' : `:${value}`}`);
}

function missingField(walk: Walk, what: string, path: readonly string[]): Error {
  return walk.position.fault(
    'field-not-read',
    `The ${what} field ${path.join('.')} is not in this event record.`,
  );
}

function* scalarElements(
  walk: Walk,
  parent: OpenField | undefined,
  type: ScalarType,
  name: string | undefined,
): Generator<string> {
  walk.position.align(type.alignmentBits);
  switch (type.kind) {
    case 'integer':
      yield* integerElements(walk, parent, type, name);
      break;
    case 'float': {
      const begin = walk.position.headBits;
      const bits = readFixed(walk, type);
      const value = floatOfBits(bits, type.sizeBits);
      yield walk.line(`${titled('FLFPN', name)}:${spellFloat(value)}`, begin);
      break;
    }
    case 'string':
      yield walk.open(titled('NTS', name));
      yield* terminatedText(walk, type.encoding);
      yield walk.close();
      break;
  }
}

function* integerElements(
  walk: Walk,
  parent: OpenField | undefined,
  type: IntegerType,
  name: string | undefined,
): Generator<string> {
  const begin = walk.position.headBits;
  const { value, clockBits } = readInteger(walk, type);
  yield walk.line(`${titled(integerCode(type), name)}:${spellInteger(type, value)}`, begin);
  if (parent?.kind === 'array') parent.uuid?.push(BigInt.asUintN(type.sizeBits, value));
  yield* walk.noteInteger(type, value, clockBits);
}

/** A value, and how many bits of a clock it says (CTF2-SPEC-2.0 §6.3). */
function readInteger(walk: Walk, type: IntegerType): { readonly value: bigint; readonly clockBits: number } {
  if (type.isVariableLength === true) {
    const { value, countBytes } = walk.position.readVariable(type.isSigned);
    return { value, clockBits: countBytes * 7 };
  }
  const bits = readFixed(walk, type);
  return { value: type.isSigned ? BigInt.asIntN(type.sizeBits, bits) : bits, clockBits: type.sizeBits };
}

function readFixed(walk: Walk, { sizeBits, byteOrder, isBitReversed }: IntegerType | FloatType): bigint {
  const bits = walk.position.readBits(sizeBits, byteOrder);
  if (isBitReversed !== true) return bits;
  let reversed = 0n;
  for (let bit = 0; bit < sizeBits; bit++) reversed = (reversed << 1n) | ((bits >> BigInt(bit)) & 1n);
  return reversed;
}

function integerCode(type: IntegerType): string {
  if (type.isBoolean === true) return 'FLB';
  if (type.flags !== undefined) return 'FLBM';
  return `${type.isVariableLength === true ? 'VL' : 'FL'}${type.isSigned ? 'S' : 'U'}I`;
}

/** A bit map is followed by the names of which at least one bit is set (CTF2-SPEC-2.0 §6.4.4). */
function spellInteger(type: IntegerType, value: bigint): string {
  if (type.isBoolean === true) return String(value !== 0n);
  if (type.flags === undefined) return String(value);
  const names = new Set<string>();
  for (const { label, first, last } of type.flags) {
    for (let bit = 0; bit < type.sizeBits; bit++) {
      if (first <= bit && bit <= last && ((value >> BigInt(bit)) & 1n) === 1n) names.add(label);
    }
  }
  return `${value}:${[...names].join()}`;
}

function titled(code: string, name: string | undefined): string {
  return name === undefined ? code : `${code}:${name}`;
}
