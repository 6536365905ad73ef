/**
 * Where bytes come from, without saying how: a file under Node, a `File` in a browser's worker, bytes in memory in a test.
 * Everything here is synchronous; what is asynchronous happens before a source exists.
 */

/** Random access to the bytes of one file. */
export interface ByteSource {
  /** What an error message calls it: the path as the user knows it. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Fills `target` from `offsetBytes` on; returns how many bytes came, fewer than asked only at the end of the file. */
  read(offsetBytes: number, target: Uint8Array): number;
  close(): void;
}

/** One file of an input, not opened yet. */
export interface InputFile {
  /** Path below the input's root with `/` between parts; the file's own name when the input is that file. */
  readonly path: string;
  readonly sizeBytes: number;
  /** @throws TraceError `unreadable` when the file cannot be opened. */
  open(): ByteSource;
}

/** What the user named: one file, or a folder with everything below it. */
export interface TraceInput {
  /** As the user wrote it. */
  readonly name: string;
  /** The absolute path or another address of it, for results that must say where a trace is; equals `name` in a browser. */
  readonly location: string;
  readonly kind: 'file' | 'folder';
  /** Sorted by path. */
  readonly files: readonly InputFile[];
  /** What below the folder could not be listed; reading goes on without it. */
  readonly unlisted?: readonly UnlistedFolder[];
}

/** A folder below an input that could not be listed, and why, in words. */
export interface UnlistedFolder {
  readonly path: string;
  readonly reason: string;
}

/** A source over bytes in memory: tests, and small files read at once. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    sizeBytes: bytes.length,
    read(offsetBytes, target) {
      const part = bytes.subarray(offsetBytes, offsetBytes + target.length);
      target.set(part);
      return part.length;
    },
    close() {},
  };
}

/** A folder in memory, `path → bytes`. */
export function memoryInput(name: string, files: Readonly<Record<string, Uint8Array>>): TraceInput {
  const paths = Object.keys(files).sort();
  return {
    name,
    location: name,
    kind: 'folder',
    files: paths.map((path) => {
      const bytes = files[path] as Uint8Array;
      return { path, sizeBytes: bytes.length, open: () => memorySource(`${name}/${path}`, bytes) };
    }),
  };
}

/** A file in memory. */
export function memoryFile(name: string, bytes: Uint8Array): TraceInput {
  const file = { path: name, sizeBytes: bytes.length, open: () => memorySource(name, bytes) };
  return { name, location: name, kind: 'file', files: [file] };
}

/**
 * The whole of a file that must fit in memory, such as metadata.
 * `sizeMaxBytes` is checked before anything is allocated.
 */
export function readWhole(source: ByteSource, sizeMaxBytes: number): Uint8Array | undefined {
  if (source.sizeBytes > sizeMaxBytes) return undefined;
  const bytes = new Uint8Array(source.sizeBytes);
  const count = source.read(0, bytes);
  return count === bytes.length ? bytes : bytes.subarray(0, count);
}
