// Makes a failing case smaller, by leaving out pieces of its files as long as it fails in the same way, and writes it to a folder.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkCase } from './check-case.ts';
import { CaseMaker, type FuzzCase, type Target } from './make-case.ts';
import { joined } from './mutate-bytes.ts';
import { randomFrom } from './random.ts';

const millisecondsMax = 60_000;

/** Cases that hang or take too much memory are written as they are. */
export async function minimise(seed: number, number: number, only: Target | undefined): Promise<void> {
  let smallest = new CaseMaker(seed).make(number, only);
  write(smallest, 'as found');
  const startedMs = performance.now();
  const wanted = await failureOf(smallest, seed, number);
  if (wanted === undefined || performance.now() - startedMs > 5000) return;
  const deadlineMs = startedMs + millisecondsMax;
  for (const path of Object.keys(smallest.files)) {
    for (let size = smallest.files[path]!.length; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < smallest.files[path]!.length && performance.now() < deadlineMs; ) {
        const bytes = smallest.files[path]!;
        const shorter = joined(bytes.subarray(0, at), bytes.subarray(at + size));
        const candidate = { ...smallest, files: { ...smallest.files, [path]: shorter } };
        if ((await failureOf(candidate, seed, number)) === wanted) smallest = candidate;
        else at += size;
      }
    }
  }
  write(smallest, 'made small');
}

/** What fails, without the numbers in it. */
async function failureOf(fuzzCase: FuzzCase, seed: number, number: number): Promise<string | undefined> {
  try {
    await checkCase({ ...fuzzCase, random: randomFrom(seed, number) });
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? `${error.name} ${error.message}` : String(error);
    return message.slice(0, 60).replace(/\d+/g, '#');
  }
}

function write({ files }: FuzzCase, what: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-fuzz-'));
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  process.stdout.write(`${what}: ${folder}\n`);
}
