/** Whole zstd frames whose size is known, decompressed at once: by Node's zstd where there is one, which takes half of the time. */
import { decompressZstd } from './zstd.ts';

interface NodeZlib {
  /** Since Node 22.15. */
  zstdDecompressSync?(bytes: Uint8Array, options: { maxOutputLength: number; chunkSize: number }): Uint8Array;
}

/** The least that Node accepts. */
const chunkSizeMinBytes = 64;

/**
 * @param sizeMaxBytes no more is decompressed
 * @throws Error when the bytes are no zstd frames, or give more
 */
export function decompressZstdFrame(packed: Uint8Array, sizeMaxBytes: number): Uint8Array {
  const nodeZlib = findNodeZlib();
  if (nodeZlib?.zstdDecompressSync === undefined) return decompressZstd(packed, sizeMaxBytes);
  const bytes = nodeZlib.zstdDecompressSync(packed, {
    // Zero is no limit there.
    maxOutputLength: Math.max(1, sizeMaxBytes),
    // What comes out is put together from pieces of this size: one is not copied.
    chunkSize: Math.max(chunkSizeMinBytes, sizeMaxBytes + 1),
  });
  if (bytes.length > sizeMaxBytes) throw new Error(`more than ${sizeMaxBytes} bytes come out`);
  return bytes;
}

/** Asked for at run time, so that no bundler for browsers looks for it, and only when it is wanted: Node loads all of its streams with it. */
function findNodeZlib(): NodeZlib | undefined {
  const host = (globalThis as { process?: { getBuiltinModule?(id: string): unknown } }).process;
  return host?.getBuiltinModule?.('node:zlib') as NodeZlib | undefined;
}
