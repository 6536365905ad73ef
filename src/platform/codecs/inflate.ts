/** zlib streams (RFC 1950), decompressed at once. Node's own zlib would save a fifth of the time, and be a second way to do it. */
import { unzlibSync } from 'fflate/browser';

/**
 * @param sizeMaxBytes no more is decompressed
 * @throws Error when the bytes are no zlib stream or give more
 */
export function inflate(packed: Uint8Array, sizeMaxBytes: number): Uint8Array {
  // With room for one byte more than wanted: what goes beyond the room is dropped without an error.
  const bytes = unzlibSync(packed, { out: new Uint8Array(sizeMaxBytes + 1) });
  if (bytes.length > sizeMaxBytes) throw new Error(`more than ${sizeMaxBytes} bytes come out`);
  return bytes;
}
