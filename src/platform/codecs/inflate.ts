/**
 * zlib streams (RFC 1950), decompressed at once: by Node's zlib where there is one, which takes a fourth of the time of the library that
 * does it in browsers.
 */
import { unzlibSync } from 'fflate';
import { nodeZlib } from './node-zlib.ts';

/**
 * @param sizeMaxBytes no more is decompressed
 * @throws Error when the bytes are no zlib stream or give more
 */
export function inflate(packed: Uint8Array, sizeMaxBytes: number): Uint8Array {
  if (nodeZlib !== undefined) {
    // Zero is no limit there.
    const bytes = nodeZlib.inflateSync(packed, { maxOutputLength: Math.max(1, sizeMaxBytes) });
    if (bytes.length <= sizeMaxBytes) return bytes;
    throw tooLarge(sizeMaxBytes);
  }
  return inflatePortably(packed, sizeMaxBytes);
}

/** What `inflate` does in a browser. */
export function inflatePortably(packed: Uint8Array, sizeMaxBytes: number): Uint8Array {
  // With room for one byte more than wanted: what goes beyond the room is dropped without an error.
  const bytes = unzlibSync(packed, { out: new Uint8Array(sizeMaxBytes + 1) });
  if (bytes.length > sizeMaxBytes) throw tooLarge(sizeMaxBytes);
  return bytes;
}

function tooLarge(sizeMaxBytes: number): Error {
  return new Error(`more than ${sizeMaxBytes} bytes come out`);
}
