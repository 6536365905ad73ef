// The whole traces that cases are made from: real ones, CTF cut down to its first packets so that a case takes milliseconds.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { memoryFile, memoryInput, type TraceInput } from '../../src/bytes/source.ts';
import { TraceError } from '../../src/bytes/trace-error.ts';
import { formats } from '../../src/formats/index.generated.ts';

/** By path; a file whose name says that it is a trace by itself is the only one. */
export type TraceFiles = Readonly<Record<string, Uint8Array>>;

/** Traces that are one file. */
const singleNames = ['perf.data', 'trace.dat'];

/** The files as the user would name them. */
export function inputOf(files: TraceFiles): TraceInput {
  const [first, ...others] = Object.entries(files);
  if (first !== undefined && others.length === 0 && singleNames.includes(first[0]))
    return memoryFile(...first);
  return memoryInput('trace', files);
}

export interface FuzzTrace {
  readonly name: string;
  readonly files: TraceFiles;
}

const root = dirname(dirname(import.meta.dirname));
const bundled = ['examples/first-trace', 'src/text/babeltrace/goldens/trace'];
const singleFolders = ['perf', 'ftrace'];
/** Larger ones take too long for as many cases as there are to be. */
const singleSizeMaxBytes = 2 * 1024 * 1024;
const corpusFolders = ['ctf1', 'ctf-yactfr/ctf-1', 'ctf-malformed', 'ctf2', 'ctf-yactfr/ctf-2', 'ctf2-draft'];

/** What one stream file keeps, of whole packets, and how many stream files a trace keeps. */
const streamSizeMaxBytes = 24 * 1024;
const streamCountMax = 3;

/** The traces of the repository, and of the corpus where it is there, in the same order everywhere. */
export function realTraces(): readonly FuzzTrace[] {
  const corpus = join(dirname(root), 'shared', 'corpus');
  const paths = bundled.map((path) => join(root, path));
  for (const folder of corpusFolders) {
    for (const name of namesIn(join(corpus, folder))) paths.push(join(corpus, folder, name, 'trace'));
  }
  return paths
    .map((path) => ({ name: nameOf(path), files: shortened(filesBelow(path)) }))
    .filter(({ files }) => Object.keys(files).length > 0);
}

/** Traces that are one file, of the repository and of the corpus. */
export function recordings(): readonly FuzzTrace[] {
  const corpus = join(dirname(root), 'shared', 'corpus');
  const folders = singleFolders.flatMap((folder) => [
    join(root, 'test', 'recordings', folder),
    ...namesIn(join(corpus, folder)).map((name) => join(corpus, folder, name)),
  ]);
  return folders.flatMap((folder) => {
    const name = singleNames.find(
      (candidate) => isThere(folder, candidate) || isThere(folder, `${candidate}.gz`),
    );
    if (name === undefined) return [];
    const bytes = isThere(folder, name)
      ? readFileSync(join(folder, name))
      : gunzipSync(readFileSync(join(folder, `${name}.gz`)));
    return bytes.length > singleSizeMaxBytes
      ? []
      : [{ name: nameOf(folder), files: { [name]: new Uint8Array(bytes) } }];
  });
}

function isThere(folder: string, name: string): boolean {
  return existsSync(join(folder, name));
}

function nameOf(path: string): string {
  return basename(path) === 'trace' ? basename(dirname(path)) : basename(path);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function filesBelow(folder: string): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  let paths: readonly string[];
  try {
    paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return {};
    throw error;
  }
  for (const path of [...paths].sort()) {
    try {
      files[path] = new Uint8Array(readFileSync(join(folder, path)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
    }
  }
  return files;
}

function shortened(files: Record<string, Uint8Array>): TraceFiles {
  const ends = packetEnds(files);
  const kept: Record<string, Uint8Array> = {};
  let count = 0;
  for (const [path, bytes] of Object.entries(files)) {
    if (basename(path) === 'metadata' || path.endsWith('.idx')) {
      kept[path] = bytes;
    } else if (count < streamCountMax) {
      const whole = (ends.get(path) ?? []).filter((end) => end <= streamSizeMaxBytes);
      kept[path] = bytes.slice(0, whole.length === 0 ? streamSizeMaxBytes : Math.max(...whole));
      count++;
    }
  }
  return kept;
}

/** Where the packets of each stream file end; none of a trace whose metadata is wrong on purpose. */
export function packetEnds(files: TraceFiles): ReadonlyMap<string, readonly number[]> {
  const ends = new Map<string, number[]>();
  try {
    const input = inputOf(files);
    const format = formats.find((candidate) => candidate.sniff(input).confidence === 'magic');
    for (const packet of format?.inspection?.packets(input) ?? []) {
      const list = ends.get(packet.file) ?? [];
      if (!packet.isTruncated) list.push(packet.offsetBytes + packet.packetBits / 8);
      ends.set(packet.file, list);
    }
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
  }
  return ends;
}
