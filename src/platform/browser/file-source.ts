/** Bytes of a `File` in a browser's worker, read synchronously: the engine is the same there as under Node. */
import type { ByteSource, InputFile, TraceInput } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';

/** Exists in workers alone. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Small reads (packet headers) are answered from a block of this size, because each read of a `File` costs about 0.1 ms. */
const blockSizeBytes = 64 * 1024;

/** A file and its place below what the user chose. */
export interface NamedFile {
  readonly path: string;
  readonly file: Blob;
}

/**
 * What the user chose in `<input type=file>`; with `webkitdirectory` a folder, whose files know their paths.
 * @throws TraceError `not-found` when nothing was chosen
 */
export function openBrowserInput(files: Iterable<File>): TraceInput {
  const named = Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
  const [first] = named;
  if (first === undefined) {
    throw new TraceError({ code: 'not-found', file: 'the chosen folder', message: 'There is no file in it' });
  }
  if (named.length === 1 && !first.path.includes('/')) return inputOf(first.path, 'file', named);
  const root = first.path.split('/')[0]!;
  const isBelowRoot = named.every(({ path }) => path.startsWith(`${root}/`));
  if (!isBelowRoot) return inputOf('files', 'folder', named);
  return inputOf(
    root,
    'folder',
    named.map(({ path, file }) => ({ path: path.slice(root.length + 1), file })),
  );
}

/** Files as an input, in the order of their paths. */
export function inputOf(name: string, kind: TraceInput['kind'], files: readonly NamedFile[]): TraceInput {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return {
    name,
    location: name,
    kind,
    files: sorted.map(
      ({ path, file }): InputFile => ({
        path,
        sizeBytes: file.size,
        open: () => openBlob(kind === 'file' ? name : `${name}/${path}`, file),
      }),
    ),
  };
}

function openBlob(name: string, blob: Blob): ByteSource {
  const reader = new FileReaderSync();
  let block: Uint8Array = new Uint8Array(0);
  let blockBegin = 0;
  const readRange = (begin: number, sizeBytes: number): Uint8Array => {
    try {
      return new Uint8Array(reader.readAsArrayBuffer(blob.slice(begin, begin + sizeBytes)));
    } catch (error) {
      throw new TraceError({
        code: 'unreadable',
        file: name,
        place: { unit: 'byte', offset: begin },
        message: `The file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        hint: 'it may have changed since it was chosen: choose it again',
      });
    }
  };
  return {
    name,
    sizeBytes: blob.size,
    read(offsetBytes, target) {
      const wanted = Math.max(0, Math.min(target.length, blob.size - offsetBytes));
      if (wanted > blockSizeBytes) {
        const bytes = readRange(offsetBytes, wanted);
        target.set(bytes);
        return bytes.length;
      }
      if (offsetBytes < blockBegin || offsetBytes + wanted > blockBegin + block.length) {
        block = readRange(offsetBytes, blockSizeBytes);
        blockBegin = offsetBytes;
      }
      const bytes = block.subarray(offsetBytes - blockBegin, offsetBytes - blockBegin + wanted);
      target.set(bytes);
      return bytes.length;
    },
    close() {},
  };
}
