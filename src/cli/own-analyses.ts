/** Analyses of the user's own, from files named on the command line: `--analysis FILE.js`. They are trusted as any program is. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Analysis } from '../analysis/define.ts';
import { type CatalogueEntry, entries } from './catalogue.ts';
import { OwnAnalysisError, UsageError } from './failure.ts';
import { importModule } from './import-module.ts';
import { provideOwnModules } from './own-modules.ts';

/** @throws UsageError when a file cannot be loaded, or is no analysis */
export async function loadOwnAnalyses(files: readonly string[]): Promise<readonly CatalogueEntry[]> {
  provideOwnModules();
  const loaded: CatalogueEntry[] = [];
  for (const file of files) {
    const analysis = guarded(checked(await load(file), file), file);
    const { id, family, question } = analysis;
    const isKnown = [...entries, ...loaded].some((entry) => entry.id === id);
    if (isKnown)
      throw new UsageError(`--analysis ${file}: there is an analysis "${id}" already`, 'give it another id');
    loaded.push({ id, family, question, load: async () => analysis, page: async () => pageBeside(file) });
  }
  return loaded;
}

async function load(file: string): Promise<unknown> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`--analysis ${file}: there is no such file`);
  try {
    const module = (await importModule(pathToFileURL(path).href)) as { readonly analysis?: unknown };
    return module.analysis;
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new UsageError(
      `--analysis ${file} cannot be loaded: ${message.split('\n')[0]}`,
      'it is a module of JavaScript that may import diatrace/analysis and diatrace/results',
    );
  }
}

function checked(value: unknown, file: string): Analysis {
  const problem = problemOf(value);
  if (problem === undefined) return value as Analysis;
  throw new UsageError(
    `--analysis ${file}: ${problem}`,
    "it exports one: export const analysis = defineAnalysis({ … }), with defineAnalysis from 'diatrace/analysis'",
  );
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it exports no analysis';
  const given = value as Readonly<Record<string, unknown>>;
  const lacking = (names: readonly string[], type: string) =>
    names.find((name) => typeof given[name] !== type || given[name] === null);
  const missing =
    lacking(['id', 'family', 'title', 'question'], 'string') ??
    lacking(['needs', 'options', 'views', 'on'], 'object') ??
    lacking(['describe', 'begin', 'end'], 'function');
  if (missing !== undefined) return `its analysis has no ${missing}`;
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(String(given['id'])))
    return `its id "${given['id']}" is not lower-case words joined by hyphens`;
  return undefined;
}

/** The same analysis; what it throws is said to be its own. */
function guarded(analysis: Analysis, file: string): Analysis {
  type Any = (...args: readonly unknown[]) => unknown;
  const guard =
    (run: Any): Any =>
    (...args) => {
      try {
        return run(...args);
      } catch (error) {
        throw new OwnAnalysisError(file, error);
      }
    };
  const on = Object.entries(analysis.on).map(([name, handle]) => [name, guard(handle as Any)]);
  const { describe, begin, end } = analysis as unknown as Readonly<Record<string, Any>>;
  const parts = {
    describe: guard(describe!),
    begin: guard(begin!),
    end: guard(end!),
    on: Object.fromEntries(on),
  };
  return { ...analysis, ...parts } as unknown as Analysis;
}

function pageBeside(file: string): string {
  const path = join(dirname(resolve(file)), 'README.md');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
