/** The bench's own programs, bundled and started as the command line is, so that start-up weighs the same. */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleProgram as bundle } from '../../tools/bundle.mjs';
import { cacheFolder } from '../cache.ts';

export type ProgramName = 'decode' | 'dispatch' | 'all-analyses';

const files = new Map<ProgramName, Promise<string>>();

/** Bundles a program, once, and gives the file to start. */
export function bundleProgram(name: ProgramName): Promise<string> {
  let file = files.get(name);
  if (file === undefined) {
    file = makeBundle(name);
    files.set(name, file);
  }
  return file;
}

/** One that is as it was stays where it is, with the code that was kept of it. */
async function makeBundle(name: ProgramName): Promise<string> {
  const folder = join(cacheFolder, 'programs', name);
  const made = `${folder}.new`;
  const [entry, program] = ['start', name].map((each) => join('bench', 'programs', `${each}.ts`));
  // With names: profiles show them.
  await bundle(entry as string, program as string, join(made, 'start.cjs'), { minifyIdentifiers: false });
  if (['start.cjs', 'program.cjs'].some((file) => contentOf(folder, file) !== contentOf(made, file))) {
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
  } else {
    rmSync(made, { recursive: true });
  }
  return join(folder, 'start.cjs');
}

function contentOf(folder: string, file: string): string | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'latin1') : undefined;
}
