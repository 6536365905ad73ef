/**
 * What a user's own analysis imports: `diatrace/analysis` and `diatrace/results`, wherever its file lies, and of the very program that runs
 * it. Node is told that these two names are modules whose exports are those of the running program:
 *
 *     import { defineAnalysis } from 'diatrace/analysis'
 *        resolve → diatrace-api:diatrace/analysis
 *        load    → const api = globalThis[Symbol.for('diatrace.api')]['diatrace/analysis']; export const { defineAnalysis, … } = api
 *
 * A copy that is installed beside the file would be another version, and would have to be there.
 */
import * as nodeModule from 'node:module';
import * as analysisApi from '../analysis/index.ts';
import * as resultsApi from '../results/index.ts';

const apis: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'diatrace/analysis': analysisApi,
  'diatrace/results': resultsApi,
};
const scheme = 'diatrace-api:';
let isProvided = false;

/** From now on modules that are imported can import the two. */
export function provideOwnModules(): void {
  if (isProvided) return;
  isProvided = true;
  Object.assign(globalThis, { [Symbol.for('diatrace.api')]: apis });
  const sources = Object.fromEntries(Object.entries(apis).map(([name, api]) => [name, sourceOf(name, api)]));
  if (typeof nodeModule.registerHooks === 'function') registerHere(sources);
  else registerInThread(sources);
}

function sourceOf(name: string, api: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(api).filter((key) => key !== 'default');
  const all = `globalThis[Symbol.for('diatrace.api')][${JSON.stringify(name)}]`;
  return `export const { ${names.join(', ')} } = ${all};\n`;
}

function registerHere(sources: Readonly<Record<string, string>>): void {
  nodeModule.registerHooks({
    resolve: (specifier, context, next) =>
      Object.hasOwn(sources, specifier)
        ? { url: scheme + specifier, format: 'module', shortCircuit: true }
        : next(specifier, context),
    load(url, context, next) {
      const source = url.startsWith(scheme) ? sources[url.slice(scheme.length)] : undefined;
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
    },
  });
}

/** Node before 22.15: hooks are a module of their own, in another thread. */
const hooks = `
let sources = {};
const scheme = '${scheme}';
export function initialize(given) { sources = given; }
export function resolve(specifier, context, next) {
  if (!Object.hasOwn(sources, specifier)) return next(specifier, context);
  return { url: scheme + specifier, format: 'module', shortCircuit: true };
}
export function load(url, context, next) {
  const source = url.startsWith(scheme) ? sources[url.slice(scheme.length)] : undefined;
  return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
}
`;

function registerInThread(sources: Readonly<Record<string, string>>): void {
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: sources });
}
