/**
 * What stands in bytes of its own: texts up to a NUL, texts and blobs of known length (CTF2-SPEC-2.0 §6.4.11 to §6.4.15; CTF 1.8
 * has the same in UTF-8 and without blobs).
 */
import type { TextEncoding } from '../../events/layout.ts';
import { spellBytes, spellHex, spellUuid } from './elements-text.ts';
import type { Walk } from './elements-walk.ts';

const uuidSizeBytes = 16;

const unitSizesBytes: Readonly<Record<TextEncoding, number>> = {
  'utf-8': 1,
  'utf-16be': 2,
  'utf-16le': 2,
  'utf-32be': 4,
  'utf-32le': 4,
};

/** Up to the first code unit whose bits are all 0, which is included. */
export function* terminatedText(walk: Walk, encoding: TextEncoding = 'utf-8'): Generator<string> {
  const unitBytes = unitSizesBytes[encoding];
  let isEnded = false;
  while (!isEnded) {
    const bytes = takePiece(walk, Number.POSITIVE_INFINITY, unitBytes);
    yield walk.line(`RD:${bytes.length}:${spellBytes(bytes)}`);
    isEnded = bytes.subarray(-unitBytes).every((byte) => byte === 0);
    walk.position.headBits += bytes.length * 8;
  }
}

/**
 * All the bytes, also behind a NUL, where they are garbage.
 * @throws TraceError where a code unit would end behind the text
 */
export function* fixedText(walk: Walk, count: number, encoding: TextEncoding = 'utf-8'): Generator<string> {
  const unitBytes = unitSizesBytes[encoding];
  let isEnded = false;
  let remaining = count;
  while (remaining > 0) {
    const bytes = takePiece(walk, remaining, undefined);
    yield walk.line(`RD:${bytes.length}:${spellBytes(bytes)}`);
    isEnded ||= hasNul(bytes, unitBytes);
    remaining -= bytes.length;
    walk.position.headBits += bytes.length * 8;
  }
  if (!isEnded && count % unitBytes !== 0) {
    throw walk.position.fault(
      'text-length',
      `A text of ${count} bytes ends within a code unit of ${unitBytes} bytes.`,
    );
  }
}

/** The bytes in hexadecimal; those of the metadata stream's UUID once more as such. */
export function* blobElements(walk: Walk, count: number, isUuid: boolean): Generator<string> {
  let remaining = count;
  while (remaining > 0) {
    const bytes = takePiece(walk, remaining, undefined);
    yield walk.line(`RD:${bytes.length}:${spellHex(bytes)}`);
    remaining -= bytes.length;
    walk.position.headBits += bytes.length * 8;
    if (isUuid && count === uuidSizeBytes) yield walk.line(`MSU:${spellUuid([...bytes].map(BigInt))}`);
  }
}

function hasNul(bytes: Uint8Array, unitBytes: number): boolean {
  for (let at = 0; at + unitBytes <= bytes.length; at += unitBytes) {
    if (bytes.subarray(at, at + unitBytes).every((byte) => byte === 0)) return true;
  }
  return false;
}

/** At least one code unit or byte, all of them content of the packet. */
function takePiece(walk: Walk, countMax: number, nulBytes: number | undefined): Uint8Array {
  const { position } = walk;
  position.requireContent((nulBytes ?? 1) * 8);
  position.requireSource((nulBytes ?? 1) * 8);
  const bytes = position.peekBytes(countMax, nulBytes);
  position.requireContent(bytes.length * 8);
  return bytes;
}
