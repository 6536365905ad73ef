// Builds dist/: one bundle for the command line (starts fast) and the compiled modules for those who import diatrace.
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
    await Promise.all([
      bundle(cliEntry, 'diatrace.cjs', { plugins: [loadsProgram] }),
      bundle(cliProgram, 'program.cjs', {
        plugins: [startsNoProcesses, evaluatesLater, importsOutside],
        ...asFunction,
      }),
    ]);
    return 0;
  } catch {
    // esbuild has printed what is wrong and where.
    return 1;
  }
}

/** CommonJS: it starts sooner than modules. Modules that are imported dynamically are evaluated only when their command runs. */
async function bundle(entry, file, options) {
  const { build: make } = await import('esbuild');
  await make({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join('dist', file),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    // What is not in the bundle is required: an import would start the loader of modules.
    supported: { 'dynamic-import': false },
    minify: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    ...options,
  });
}

/** What Node makes of a CommonJS module when it loads it; this one is loaded by the entry. */
const asFunction = {
  charset: 'ascii',
  banner: { js: '(function(exports,require,module,__filename,__dirname){' },
  footer: { js: '})' },
};

/** The entry is a file of its own, which loads the rest with the code that was compiled before. */
const loadsProgram = {
  name: 'program-apart',
  setup(esbuild) {
    const path = join(root, 'src', 'cli', 'built-program.ts');
    esbuild.onResolve({ filter: /^\.\/program\.ts$/ }, () => ({ path }));
  },
};

/** commander can start other programs for its commands. None of ours is one, and loading what starts them takes some milliseconds. */
const startsNoProcesses = {
  name: 'no-processes-in-commander',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'none', namespace: 'nothing' } : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * Modules that most runs do not need, with the functions that others import from them: they are evaluated when one of these is called. An
 * import cannot wait like that, as opening a trace is synchronous.
 */
const later = {
  'src/formats/ctf/json/parse-json-metadata.ts': asFunctions('parseJsonMetadata'),
  'src/formats/ctf/inspect.ts': asInspection,
  'src/formats/perf-data/reader.ts': asFunctions('openPerfData'),
  'src/formats/perf-data/inspect.ts': asInspection,
  'src/formats/trace-dat/reader.ts': asFunctions('openTraceDat'),
  'src/formats/trace-dat/inspect.ts': asInspection,
};

function asFunctions(...names) {
  return (load) =>
    names.map((name) => `export const ${name} = (...given) => ${load}.${name}(...given);`).join('\n');
}

/** A format's inspection is an object of functions. */
function asInspection(load) {
  const members = ['metadata', 'packets', 'elements'].map(
    (name) => `${name}: (...given) => ${load}.inspection.${name}(...given)`,
  );
  return `export const inspection = { ${members.join(', ')} };`;
}

const evaluatesLater = {
  name: 'evaluates-later',
  setup(esbuild) {
    const modules = new Map(Object.entries(later).map(([path, contents]) => [join(root, path), contents]));
    esbuild.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const module = join(resolveDir, path);
      return kind === 'import-statement' && modules.has(module)
        ? { path: module, namespace: 'later' }
        : undefined;
    });
    esbuild.onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => ({
      contents: modules.get(path)(`require(${JSON.stringify(path)})`),
      resolveDir: root,
    }));
  },
};

/** Its dynamic imports are calls of require: a real one, for files of users, is made by a file of its own. */
const importsOutside = {
  name: 'imports-outside',
  setup(esbuild) {
    const path = join(root, 'src', 'cli', 'built-import-module.ts');
    esbuild.onResolve({ filter: /^\.\/import-module\.ts$/ }, () => ({ path }));
  },
};

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
