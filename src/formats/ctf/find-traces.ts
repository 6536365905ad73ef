/**
 * The traces below a folder, however people keep them: a trace itself, a session folder with `kernel` and `ust/uid/0/64-bit`,
 * rotation archives (`archives/20260101T…/kernel`), several traces beside each other.
 *
 * A trace is a folder with a `metadata` file; its data stream files are the other files directly in it (CTF 1.8 §7). Files
 * whose names begin with a dot belong to nobody, and `index/NAME.idx` to LTTng.
 */
import type { InputFile, TraceInput } from '../../bytes/source.ts';

export interface FoundTrace {
  /** Path below the input, '' for the input itself. */
  readonly folder: string;
  readonly metadata: InputFile;
  readonly streams: readonly InputFile[];
  /** By stream file name. */
  readonly indexes: ReadonlyMap<string, InputFile>;
}

export function findTraces(input: TraceInput): readonly FoundTrace[] {
  const byFolder = new Map<string, InputFile[]>();
  for (const file of input.files) {
    const slash = file.path.lastIndexOf('/');
    const folder = slash < 0 ? '' : file.path.slice(0, slash);
    const files = byFolder.get(folder);
    if (files === undefined) byFolder.set(folder, [file]);
    else files.push(file);
  }
  const traces: FoundTrace[] = [];
  for (const [folder, files] of byFolder) {
    const metadata = files.find((file) => baseName(file.path) === 'metadata');
    if (metadata === undefined || input.kind !== 'folder') continue;
    const indexes = new Map<string, InputFile>();
    for (const file of byFolder.get(folder === '' ? 'index' : `${folder}/index`) ?? []) {
      const name = baseName(file.path);
      if (name.endsWith('.idx')) indexes.set(name.slice(0, -'.idx'.length), file);
    }
    const streams = files.filter((file) => file !== metadata && !baseName(file.path).startsWith('.'));
    traces.push({ folder, metadata, streams: streams.sort((a, b) => compareNames(a.path, b.path)), indexes });
  }
  return traces.sort((a, b) => compareNames(a.folder, b.folder));
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

let collator: Intl.Collator | undefined;

/** `channel0_2` before `channel0_10`. */
function compareNames(a: string, b: string): number {
  const byNumber = compareLastNumbers(a, b);
  if (byNumber !== 0) return byNumber;
  // Made when it is needed: that takes 5 ms.
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b) || (a < b ? -1 : 1);
}

const finalNumber = /[0-9]{1,15}$/;

/** For names that differ only in the number at their end, as nearly all streams' names do; 0 for others. */
function compareLastNumbers(a: string, b: string): number {
  const [first, second] = [finalNumber.exec(a), finalNumber.exec(b)];
  if (first === null || second === null || first.index !== second.index) return 0;
  if (a.slice(0, first.index) !== b.slice(0, second.index)) return 0;
  return Number(first[0]) - Number(second[0]);
}
