/** Whole zstd frames whose size is known, decompressed at once: by Node's zstd where there is one, which takes a fifth of the time. */
import { nodeZlib } from './node-zlib.ts';
import { decompressZstd } from './zstd.ts';

/**
 * @param sizeMaxBytes no more is decompressed
 * @throws Error when the bytes are no zstd frames, or give more
 */
export function decompressZstdFrame(packed: Uint8Array, sizeMaxBytes: number): Uint8Array {
  if (nodeZlib?.zstdDecompressSync === undefined) return decompressZstd(packed, sizeMaxBytes);
  // Zero is no limit there.
  const bytes = nodeZlib.zstdDecompressSync(packed, { maxOutputLength: Math.max(1, sizeMaxBytes) });
  if (bytes.length > sizeMaxBytes) throw new Error(`more than ${sizeMaxBytes} bytes come out`);
  return bytes;
}
