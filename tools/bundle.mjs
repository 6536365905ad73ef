// Makes of an entry and its program what starts fast: two CommonJS files, of which the second is loaded with the code that V8 kept of it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './bootstrap.mjs';

/**
 * @param file where the entry's bundle goes; the program's, `program.cjs`, is put beside it
 * @param options more of esbuild's
 */
export async function bundleProgram(entry, program, file, options = {}) {
  await Promise.all([
    bundle(entry, file, { plugins: [loadsProgram], ...options }),
    bundle(program, join(dirname(file), 'program.cjs'), {
      plugins: [startsNoProcesses, evaluatesLater, importsOutside, ourSources],
      mangleProps: new RegExp(`^${privatePrefix}`),
      ...asFunction,
      ...options,
    }),
  ]);
}

/** CommonJS: it starts sooner than modules. Modules that are imported dynamically are evaluated only when their command runs. */
async function bundle(entry, file, options) {
  const { build: make } = await import('esbuild');
  await make({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    // What is not in the bundle is required: an import would start the loader of modules.
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
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
  'src/formats/trace-dat/file-head.ts': asFunctions('hasMagic', 'readFileHead', 'readPosition', 'isPageSize'),
  'src/formats/trace-dat/reader.ts': asFunctions('openTraceDat'),
  'src/formats/trace-dat/inspect.ts': asInspection,
  'src/events/filter/compile.ts': asFunctions('compileFilter', 'scalarReader'),
  'src/events/filter/parse.ts': asFunctions('parseFilter', 'parseMatch', 'parseEventField'),
  'src/events/wasm/decoding.ts': asFunctions('generatedDecoding'),
  'src/pipeline/threads.ts': asFunctions('followThreads'),
  'src/vocabulary/perf.ts': asFunctions('perfNames'),
  'src/cli/not-there.ts': asFunctions('whatIsNotThere'),
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

/**
 * Loops over arrays count, and private names become properties, which get short names that nothing else has; no class of ours extends
 * another. What is private is checked when types are, and V8 looks it up by key, with a symbol that it makes for each name of each class: 3 %
 * of a small trace's time, until V8 has optimised what runs most.
 */
const ourSources = {
  name: 'our-sources',
  async setup(esbuild) {
    // Not before the compiler is installed.
    const { withCountedLoops } = await import('./array-loops.mjs');
    const sources = withCountedLoops();
    esbuild.onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
      const source = sources.get(path) ?? readFileSync(path, 'utf8');
      if (extendsOurs.test(source)) throw new Error('private names of the two classes would be one');
      return { contents: source.replaceAll(privateName, `$<before>${privatePrefix}$<name>`), loader: 'ts' };
    });
  },
};

/** Where it is used, or declared. */
const privateName = /(?<before>\.|^ {2}(?:(?:static|readonly|async|get|set) )*\*?)#(?<name>\w+)/gm;
const privatePrefix = 'private_';
const extendsOurs = /^(?:export )?(?:abstract )?class \w+(?:<[^{]*>)? extends (?!Error\b)/m;
