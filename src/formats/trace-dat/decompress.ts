/** Compressed bytes of a trace.dat file, whose size after decompression the file says: it is checked, not believed. */
import { inflate } from '../../platform/codecs/inflate.ts';
import { decompressZstdFrame } from '../../platform/codecs/zstd-frame.ts';
import type { Compression } from './file-head.ts';

export type Decompressed =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'fault'; readonly message: string };

/** @param sizeBytes how many bytes must come out, checked against a limit by the caller */
export function decompress(compression: Compression, packed: Uint8Array, sizeBytes: number): Decompressed {
  if (compression === 'none')
    return { kind: 'fault', message: 'It is compressed in a file without compression' };
  let bytes: Uint8Array;
  try {
    bytes = compression === 'zlib' ? inflate(packed, sizeBytes) : decompressZstdFrame(packed, sizeBytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      kind: 'fault',
      message: `${packed.length} bytes of ${compression} can't be decompressed: ${reason}`,
    };
  }
  if (bytes.length !== sizeBytes)
    return {
      kind: 'fault',
      message: `${packed.length} bytes of ${compression} should be ${sizeBytes} decompressed, they are ${bytes.length}`,
    };
  return { kind: 'bytes', bytes };
}
