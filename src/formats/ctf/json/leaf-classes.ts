/** Field classes without fields of their own (CTF2-SPEC-2.0 §5.3.4 to §5.3.17): bit arrays, numbers, strings, BLOBs. */
import { alignmentMaxBits } from '../../../bytes/limits.ts';
import type {
  ArrayType,
  ByteOrder,
  FloatType,
  IntegerType,
  StringType,
  TextEncoding,
} from '../../../events/layout.ts';
import { readNamedRanges } from './integer-ranges.ts';
import type { JsonNode } from './json-node.ts';

/** A power of two, in bits; 1 where there is none. */
export function readAlignment(node: JsonNode | undefined): number {
  if (node === undefined) return 1;
  const bits = node.integer();
  if (bits < 1n || (bits & (bits - 1n)) !== 0n) {
    node.fail('metadata-property', `Expected a positive power of two, found ${bits}.`);
  }
  if (bits > BigInt(alignmentMaxBits)) {
    node.fail('metadata-limit', `Expected an alignment of at most ${alignmentMaxBits} bits, found ${bits}.`);
  }
  return Number(bits);
}

/** A count of bytes or elements. */
export function readCount(node: JsonNode): number {
  const count = node.integerFrom(0n, 'a length of 0 or more');
  if (count > BigInt(Number.MAX_SAFE_INTEGER)) {
    node.fail('metadata-limit', `Expected a length of at most 2^53, found ${count}.`);
  }
  return Number(count);
}

interface BitParts {
  readonly alignmentBits: number;
  readonly byteOrder: ByteOrder;
  readonly isBitReversed?: true;
}

/** What all classes of fixed length share, but for the length itself. */
function readBitParts(node: JsonNode): BitParts {
  const byteOrder =
    node.need('byte-order').oneOf(['little-endian', 'big-endian']) === 'little-endian' ? 'le' : 'be';
  const bitOrder = node.get('bit-order')?.oneOf(['first-to-last', 'last-to-first']);
  const natural = byteOrder === 'le' ? 'first-to-last' : 'last-to-first';
  const parts = { alignmentBits: readAlignment(node.get('alignment')), byteOrder } as const;
  return bitOrder === undefined || bitOrder === natural ? parts : { ...parts, isBitReversed: true };
}

/** Our integers have 64 bits at most; the specification has no limit. */
function readBitLength(node: JsonNode): number {
  const length = node.need('length');
  const bits = length.integerFrom(1n, 'a length of 1 bit or more');
  if (bits > 64n)
    length.fail(
      'metadata-unsupported',
      `Expected at most 64 bits, found ${bits}.`,
      'Longer numbers are not read.',
    );
  return Number(bits);
}

const bases = [2n, 8n, 10n, 16n];

function readDisplayBase(node: JsonNode): 2 | 8 | 10 | 16 {
  const base = node.get('preferred-display-base');
  if (base === undefined) return 10;
  const value = base.integer();
  if (!bases.includes(value)) base.fail('metadata-property', `Expected base 2, 8, 10 or 16, found ${value}.`);
  return Number(value) as 2 | 8 | 10 | 16;
}

/** §5.3.4: bits without a meaning, shown like a number in base 16. */
export function readBitArray(node: JsonNode): IntegerType {
  const sizeBits = readBitLength(node);
  return {
    kind: 'integer',
    sizeBits,
    ...readBitParts(node),
    isSigned: false,
    displayBase: 16,
    isText: false,
  };
}

/** §5.3.5. */
export function readBitMap(node: JsonNode): IntegerType {
  const named = node.need('flags');
  const flags = readNamedRanges(named);
  if (flags === undefined) return named.fail('metadata-property', 'Expected one flag or more, found none.');
  return { ...readBitArray(node), flags };
}

/** §5.3.6. */
export function readBoolean(node: JsonNode): IntegerType {
  return { ...readBitArray(node), displayBase: 10, isBoolean: true };
}

/** §5.3.8. */
export function readFixedInteger(node: JsonNode, isSigned: boolean): IntegerType {
  const sizeBits = readBitLength(node);
  return { kind: 'integer', sizeBits, ...readBitParts(node), ...readNumberParts(node, isSigned) };
}

/** §5.3.10. */
export function readVariableInteger(node: JsonNode, isSigned: boolean): IntegerType {
  const parts = readNumberParts(node, isSigned);
  return {
    kind: 'integer',
    sizeBits: 64,
    alignmentBits: 8,
    byteOrder: 'le',
    isVariableLength: true,
    ...parts,
  };
}

function readNumberParts(node: JsonNode, isSigned: boolean) {
  const labels = readNamedRanges(node.get('mappings'));
  const parts = { isSigned, displayBase: readDisplayBase(node), isText: false };
  return labels === undefined ? parts : { ...parts, labels };
}

/** §5.3.9. */
export function readFloat(node: JsonNode): FloatType {
  const length = node.need('length');
  const bits = length.integer();
  const isFormat = bits === 16n || bits === 32n || bits === 64n || (bits >= 128n && bits % 32n === 0n);
  if (!isFormat) {
    length.fail(
      'metadata-property',
      `Expected 16, 32, 64, 128 bits or a multiple of 32 above, found ${bits}.`,
    );
  }
  if (bits > 128n) {
    length.fail(
      'metadata-unsupported',
      `Expected at most 128 bits, found ${bits}.`,
      'Longer numbers are not read.',
    );
  }
  return { kind: 'float', sizeBits: Number(bits) as 16 | 32 | 64 | 128, ...readBitParts(node) };
}

const encodings: readonly TextEncoding[] = ['utf-8', 'utf-16be', 'utf-16le', 'utf-32be', 'utf-32le'];

function readEncoding(node: JsonNode): { readonly encoding?: TextEncoding } {
  const encoding = node.get('encoding')?.oneOf(encodings);
  return encoding === undefined || encoding === 'utf-8' ? {} : { encoding };
}

/** §5.3.12. */
export function readNullTerminated(node: JsonNode): StringType {
  return { kind: 'string', alignmentBits: 8, ...readEncoding(node) };
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

/** §5.3.13, §5.3.14. */
export function readTextArray(node: JsonNode, length: ArrayType['length']): ArrayType {
  return {
    kind: 'array',
    alignmentBits: 8,
    element: byteType(true),
    length,
    isText: true,
    ...readEncoding(node),
  };
}

/** §5.3.16, §5.3.17. */
export function readBlob(node: JsonNode, length: ArrayType['length']): ArrayType {
  const mediaType = node.get('media-type')?.text() ?? 'application/octet-stream';
  return {
    kind: 'array',
    alignmentBits: 8,
    element: byteType(false),
    length,
    isText: false,
    isBlob: true,
    mediaType,
  };
}
