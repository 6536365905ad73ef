/** Node's own decompression, where there is a Node: asked for at run time, so that no bundler for browsers looks for it. */
export interface NodeZlib {
  inflateSync(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array;
  /** Since Node 22.15. */
  zstdDecompressSync?(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array;
}

export const nodeZlib: NodeZlib | undefined = find();

function find(): NodeZlib | undefined {
  const host = (globalThis as { process?: { getBuiltinModule?(id: string): unknown } }).process;
  return host?.getBuiltinModule?.('node:zlib') as NodeZlib | undefined;
}
