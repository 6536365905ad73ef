/**
 * C types of tracepoints' fields → layout types. A `format` file gives the size and the sign of each field, so a type's name is needed
 * only where it says more: `char` is text, `bool` is true or false, a pointer is an address, and elements of arrays whose bytes stand
 * elsewhere in the record have no size but their type's.
 *
 * Records are packed as the kernel's compiler laid them out and begin anywhere: no type here has an alignment beyond a byte.
 */
import type { ArrayType, FieldType, IntegerType } from '../events/layout.ts';
import type { TracedMachine } from './event-format.ts';
import type { FieldDeclaration } from './field-declaration.ts';

interface ElementKind {
  readonly sizeBytes: number;
  readonly isSigned: boolean;
}

const signed = (sizeBytes: number): ElementKind => ({ sizeBytes, isSigned: true });
const unsigned = (sizeBytes: number): ElementKind => ({ sizeBytes, isSigned: false });

/** Sizes that are the same on every machine. */
const fixedKinds: ReadonlyMap<string, ElementKind> = new Map([
  ...['char', 'signed char', 's8', '__s8', 'int8_t'].map((name) => [name, signed(1)] as const),
  ...['unsigned char', 'u8', '__u8', 'uint8_t', 'bool', '_Bool'].map((name) => [name, unsigned(1)] as const),
  ...['short', 'short int', 'signed short', 's16', '__s16', 'int16_t'].map(
    (name) => [name, signed(2)] as const,
  ),
  ...['unsigned short', 'short unsigned int', 'u16', '__u16', 'uint16_t', '__be16', '__le16', 'umode_t'].map(
    (name) => [name, unsigned(2)] as const,
  ),
  ...['int', 'signed int', 'signed', 's32', '__s32', 'int32_t', 'pid_t'].map(
    (name) => [name, signed(4)] as const,
  ),
  ...[
    'unsigned int',
    'unsigned',
    'uint',
    'u32',
    '__u32',
    'uint32_t',
    '__be32',
    '__le32',
    'dev_t',
    'gfp_t',
  ].map((name) => [name, unsigned(4)] as const),
  ...['long long', 'long long int', 'signed long long', 's64', '__s64', 'int64_t', 'loff_t', 'ktime_t'].map(
    (name) => [name, signed(8)] as const,
  ),
  ...[
    'unsigned long long',
    'long long unsigned int',
    'u64',
    '__u64',
    'uint64_t',
    '__be64',
    '__le64',
    'sector_t',
  ].map((name) => [name, unsigned(8)] as const),
]);
const signedLongs = new Set(['long', 'long int', 'signed long', 'ssize_t', 'off_t']);
const unsignedLongs = new Set([
  'unsigned long',
  'long unsigned int',
  'size_t',
  'uintptr_t',
  'cpumask_t',
  'struct cpumask',
  'cpumask_var_t',
  'nodemask_t',
]);
/** Bits by CPU or node: `__data_loc cpumask_t cpus` is an array although no brackets say so. */
const masks = new Set(['cpumask_t', 'struct cpumask', 'cpumask_var_t', 'nodemask_t']);
const byteSizes: ReadonlySet<number> = new Set([1, 2, 4, 8]);

/** What a `format` line says of a field beside its declaration. */
export interface FieldExtent {
  readonly sizeBytes: number;
  /** Undefined in kernels before 2.6.33, which do not say it. */
  readonly isSigned: boolean | undefined;
}

/** Whether values are signed where the line does not say it. */
export function isSignedByName(declaration: FieldDeclaration): boolean {
  if (declaration.isPointer || declaration.located !== undefined) return false;
  return fixedKinds.get(declaration.baseType)?.isSigned ?? signedLongs.has(declaration.baseType);
}

/**
 * The type of a field's bytes.
 * @returns undefined when they can't be laid out so: a located field that is no 32-bit word
 */
export function fieldType(
  declaration: FieldDeclaration,
  extent: FieldExtent,
  machine: TracedMachine,
): FieldType | undefined {
  const { sizeBytes } = extent;
  const isSigned = extent.isSigned ?? isSignedByName(declaration);
  if (declaration.located !== undefined) {
    return sizeBytes === 4 ? locatedArray(declaration, machine) : undefined;
  }
  // Kernels before 3.19 leave out the brackets of arrays up to the record's end.
  if (declaration.length !== undefined || sizeBytes === 0)
    return arrayInPlace(declaration, sizeBytes, isSigned, machine);
  const isAggregate = !declaration.isPointer && /^(struct|union)\b/.test(declaration.baseType);
  if (isAggregate || !byteSizes.has(sizeBytes)) return blob({ kind: 'fixed', count: sizeBytes });
  return integer(declaration, sizeBytes, isSigned, machine);
}

/** `char comm[16]`, `u8 addr[6]`, `unsigned long args[6]`; a size of 0 means "up to the record's end". */
function arrayInPlace(
  declaration: FieldDeclaration,
  sizeBytes: number,
  isSigned: boolean,
  machine: TracedMachine,
): FieldType {
  const length = (elementBytes: number): ArrayType['length'] =>
    sizeBytes === 0 ? { kind: 'rest' } : { kind: 'fixed', count: sizeBytes / elementBytes };
  if (isTextElement(declaration)) return text(length(1));
  if (isByteElement(declaration)) return blob(length(1));
  // Old kernels write a macro's name into the brackets: the size and the element's type tell how many there are.
  const declared = product(declaration.length ?? '');
  const elementBytes = elementKind(declaration, machine)?.sizeBytes ?? sizeBytes / (declared ?? 1);
  const isEven = byteSizes.has(elementBytes) && sizeBytes % elementBytes === 0;
  if (!isEven) return blob(length(1));
  const element = integer(declaration, elementBytes, isSigned, machine);
  return { kind: 'array', alignmentBits: 8, element, length: length(elementBytes), isText: false };
}

function locatedArray(declaration: FieldDeclaration, machine: TracedMachine): ArrayType {
  const word = plainInteger(32, false, machine);
  const length = { kind: 'located', word, from: declaration.located ?? 'scope' } as const;
  if (isTextElement(declaration)) return text(length);
  const kind = elementKind(declaration, machine);
  const isArray = declaration.length !== undefined || masks.has(declaration.baseType);
  if (kind === undefined || !isArray || isByteElement(declaration)) return blob(length);
  const element = integer(declaration, kind.sizeBytes, kind.isSigned, machine);
  return { kind: 'array', alignmentBits: 8, element, length, isText: false };
}

function text(length: ArrayType['length']): ArrayType {
  return { kind: 'array', alignmentBits: 8, element: byteType(true), length, isText: true };
}

function blob(length: ArrayType['length']): ArrayType {
  return { kind: 'array', alignmentBits: 8, element: byteType(false), length, isText: false, isBlob: true };
}

function byteType(isText: boolean): IntegerType {
  return {
    kind: 'integer',
    sizeBits: 8,
    alignmentBits: 8,
    byteOrder: 'le',
    isSigned: false,
    displayBase: isText ? 10 : 16,
    isText,
  };
}

function integer(
  declaration: FieldDeclaration,
  sizeBytes: number,
  isSigned: boolean,
  machine: TracedMachine,
): IntegerType {
  const plain = plainInteger(sizeBytes * 8, isSigned, machine);
  if (declaration.isPointer || masks.has(declaration.baseType)) return { ...plain, displayBase: 16 };
  if (declaration.baseType === 'bool' || declaration.baseType === '_Bool')
    return { ...plain, isBoolean: true };
  return plain;
}

function plainInteger(sizeBits: number, isSigned: boolean, { byteOrder }: TracedMachine): IntegerType {
  return { kind: 'integer', sizeBits, alignmentBits: 8, byteOrder, isSigned, displayBase: 10, isText: false };
}

function isTextElement({ baseType, isPointer }: FieldDeclaration): boolean {
  return baseType === 'char' && !isPointer;
}

/** Bytes that mean something as a whole: addresses, identifiers, dumps. */
function isByteElement({ baseType, isPointer }: FieldDeclaration): boolean {
  if (isPointer || baseType === 'bool' || baseType === '_Bool') return false;
  const kind = fixedKinds.get(baseType);
  return kind !== undefined && kind.sizeBytes === 1 && !kind.isSigned;
}

function elementKind(
  { baseType, isPointer }: FieldDeclaration,
  machine: TracedMachine,
): ElementKind | undefined {
  if (isPointer || unsignedLongs.has(baseType)) return unsigned(machine.longSizeBytes);
  if (signedLongs.has(baseType)) return signed(machine.longSizeBytes);
  return fixedKinds.get(baseType);
}

/** `16`, `0x10`, `2*4`; undefined when it is not all numbers. */
function product(length: string): number | undefined {
  let result = 1;
  for (const factor of length.split('*')) {
    if (!/^(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,9})$/.test(factor)) return undefined;
    result *= Number(factor);
  }
  return result > 0 ? result : undefined;
}
