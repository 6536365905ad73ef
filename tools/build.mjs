// Builds dist/: one bundle for the command line (starts fast) and the compiled modules for those who import diatrace.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { devNode, ensureInstalled, root, run } from './bootstrap.mjs';

const stamp = join(root, 'dist', '.built');
const inputs = [
  'src',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tools/build.mjs',
];
const cliEntry = join('src', 'cli', 'main.ts');

/** Builds when a source is newer than the last build. Returns the exit code of the first step that failed, or 0. */
export async function build({ force = false } = {}) {
  if (!force && isFresh()) return 0;
  const indexes = await run(devNode, [join('tools', 'generate.ts')]);
  if (indexes !== 0) return indexes;
  const started = Date.now();
  const steps = await Promise.all([bundleCli(), compileModules()]);
  const failed = steps.find((code) => code !== 0);
  if (failed !== undefined) return failed;
  writeFileSync(stamp, `${started}\n`);
  return 0;
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  const builtMs = statSync(stamp).mtimeMs;
  return inputs.every((path) => newestMs(join(root, path)) <= builtMs);
}

function newestMs(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The folder's own time changes when a file is removed.
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestMs(join(path, name))),
    stat.mtimeMs,
  );
}

async function bundleCli() {
  if (!existsSync(join(root, cliEntry))) return missing(cliEntry);
  const { build: bundle } = await import('esbuild');
  try {
    await bundle({
      absWorkingDir: root,
      entryPoints: [cliEntry],
      outfile: join('dist', 'diatrace.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      // One file, in which a module that is imported dynamically is evaluated only when its command runs.
      splitting: false,
      minifySyntax: true,
      minifyWhitespace: true,
      keepNames: false,
      legalComments: 'none',
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'warning',
      // commander is CommonJS and asks for node: modules by require.
      banner: {
        js: "import { createRequire as $createRequire } from 'node:module';const require = $createRequire(import.meta.url);",
      },
    });
    return 0;
  } catch {
    // esbuild has printed what is wrong and where.
    return 1;
  }
}

async function compileModules() {
  if (!existsSync(join(root, 'src'))) return missing('src');
  return run(devNode, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
}

function missing(path) {
  process.stderr.write(`Cannot build: ${path} is missing.\n`);
  return 1;
}

if (process.argv[1] === import.meta.filename) {
  await ensureInstalled();
  process.exitCode = await build({ force: process.argv.includes('--force') });
}
