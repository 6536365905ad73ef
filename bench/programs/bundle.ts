/** The bench's own programs, bundled as the command line is, so that start-up weighs the same. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { cacheFolder, root } from '../cache.ts';

export type ProgramName = 'decode' | 'dispatch' | 'all-analyses';

/** Bundles a program and gives its file. */
export async function bundleProgram(name: ProgramName): Promise<string> {
  mkdirSync(cacheFolder, { recursive: true });
  const outfile = join(cacheFolder, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [join('bench', 'programs', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'error',
  });
  return outfile;
}
