/**
 * The recordings of an input: a file, or a folder with `perf.data` and others like it. `perf record --threads` writes a folder of its own
 * (linux tools/perf/util/data.c):
 *
 *   data      header, attributes, features, and what perf itself says of the machine
 *   data.0    records of one thread of the recorder, without a header
 *   data.1    …
 */
import type { InputFile, TraceInput } from '../../bytes/source.ts';
import { magicOf } from './file-header.ts';

/** One recording, and the files that it is made of. */
export interface FoundRecording {
  /** Has the header. */
  readonly header: InputFile;
  /** The other files with records, in the order of their numbers. */
  readonly parts: readonly InputFile[];
}

const magicBytes = 8;

/** In the order of their paths. */
export function findRecordings(input: TraceInput): readonly FoundRecording[] {
  if (input.kind === 'file') return input.files.filter(hasMagic).map((header) => ({ header, parts: [] }));
  return input.files
    .filter((file) => isCandidate(file.path) && hasMagic(file))
    .map((header) => ({ header, parts: isFolderHeader(header.path) ? partsOf(input, header) : [] }));
}

/** A file is opened only if its name is one that perf, or a user of `perf record -o`, gives. */
function isCandidate(path: string): boolean {
  return isFolderHeader(path) || path.endsWith('.data');
}

function isFolderHeader(path: string): boolean {
  return path === 'data' || path.endsWith('/data');
}

function partsOf(input: TraceInput, { path }: InputFile): readonly InputFile[] {
  const numberOf = (file: InputFile) => {
    const rest = file.path.startsWith(`${path}.`) ? file.path.slice(path.length + 1) : '';
    return /^[0-9]{1,9}$/.test(rest) ? Number(rest) : -1;
  };
  return input.files.filter((file) => numberOf(file) >= 0).sort((a, b) => numberOf(a) - numberOf(b));
}

function hasMagic(file: InputFile): boolean {
  if (file.sizeBytes < magicBytes) return false;
  const source = file.open();
  try {
    const bytes = new Uint8Array(magicBytes);
    return source.read(0, bytes) === magicBytes && magicOf(bytes) !== undefined;
  } finally {
    source.close();
  }
}
