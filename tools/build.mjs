// Builds dist/: one bundle for the command line (starts fast) and the compiled modules for those who import diatrace.
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { devNode, ensureInstalled, root, run } from './bootstrap.mjs';
import { bundleProgram } from './bundle.mjs';

const stamp = join(root, 'dist', '.built');
const inputs = [
  'src',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tools/array-loops.mjs',
  'tools/build.mjs',
  'tools/bundle.mjs',
];
const cliEntry = join('src', 'cli', 'main.ts');
const cliProgram = join('src', 'cli', 'program.ts');

/** Builds when a source is newer than the last build. Returns the exit code of the first step that failed, or 0. */
export async function build({ force = false } = {}) {
  if (!force && isFresh()) return 0;
  const indexes = await run(devNode, [join('tools', 'generate.ts')]);
  if (indexes !== 0) return indexes;
  const started = Date.now();
  const steps = await Promise.all([bundleCli(), compileModules()]);
  const failed = steps.find((code) => code !== 0);
  if (failed !== undefined) return failed;
  removeOlder(join(root, 'dist'), started);
  writeFileSync(stamp, `${started}\n`);
  return 0;
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  const builtMs = statSync(stamp).mtimeMs;
  return inputs.every((path) => newestMs(join(root, path)) <= builtMs);
}

/** What an earlier build wrote and this one did not has no source any more; it would be published. */
function removeOlder(folder, startedMs) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      removeOlder(path, startedMs);
      if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
      // Clocks of file systems are coarse.
    } else if (statSync(path).mtimeMs < startedMs - 2000) rmSync(path);
  }
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
  for (const entry of [cliEntry, cliProgram]) if (!existsSync(join(root, entry))) return missing(entry);
  try {
    await bundleProgram(cliEntry, cliProgram, join('dist', 'diatrace.cjs'));
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
