// Where the bench keeps what it makes: gigabytes, never in the repository.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const root = dirname(import.meta.dirname);

/** `$XDG_CACHE_HOME/diatrace-bench`, or a folder beside this file that git ignores. */
export const cacheFolder: string = process.env['XDG_CACHE_HOME']
  ? join(process.env['XDG_CACHE_HOME'], 'diatrace-bench')
  : join(import.meta.dirname, '.cache');

/** A trace that a job reads. */
export interface BenchTrace {
  readonly folder: string;
  readonly events: number;
  readonly sizeBytes: number;
  /** What it is, for the results' head. */
  readonly description: string;
}

/**
 * The trace called `name`, made by `make` in a folder of its own when it is not there or `recipe` is another than the last
 * time. It gets its name only when it is complete: what an interrupted run left is thrown away.
 */
export async function cached(
  name: string,
  recipe: string,
  make: (folder: string) => BenchTrace | Promise<BenchTrace>,
): Promise<BenchTrace> {
  const folder = join(cacheFolder, name);
  const note = join(folder, 'bench.json');
  if (existsSync(note)) {
    const known = JSON.parse(readFileSync(note, 'utf8')) as BenchTrace & { readonly recipe: string };
    if (known.recipe === recipe) return { ...known, folder: join(folder, 'trace') };
  }
  process.stderr.write(`Making the trace "${name}" …\n`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(join(partial, 'trace'), { recursive: true });
  const made = await make(join(partial, 'trace'));
  forgetInMemory(join(partial, 'trace'));
  writeFileSync(join(partial, 'bench.json'), `${JSON.stringify({ ...made, folder: undefined, recipe })}\n`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return { ...made, folder: join(folder, 'trace') };
}

/**
 * Has the kernel write what was made and keep none of it in memory: the first to read it reads from the disk. What a tracer wrote in small
 * pieces lies in small pieces of the page cache as well, from which everybody reads at half the speed, until the machine happens to need
 * the memory: two recordings made in the same way would give figures a tenth apart.
 */
function forgetInMemory(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    spawnSync('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], {
      stdio: 'ignore',
    });
  }
}
