// Who may import whom. The floors are data; the check reads every import of src/ and compares.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

/** Folders of src/ from the ground up; a unit imports only from floors below its own. */
export const floors: readonly (readonly string[])[] = [
  ['bytes', 'results'],
  ['platform', 'events', 'debug-info', 'print'],
  ['vocabulary', 'tracepoints', 'render/*'],
  ['formats/*', 'kernel'],
  ['text/*', 'analysis'],
  ['catalogue/*/*', 'recording'],
  ['pipeline'],
  ['conversion', 'serve'],
  ['cli', 'index.ts'],
];

/** The only folders that may touch node:*; all others also run in a browser. */
export const nodeFolders: readonly string[] = ['platform', 'recording', 'serve', 'cli'];

/** Which packages may be imported, and where. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  commander: ['cli'],
  fflate: ['platform'],
};

interface Exception {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Imports against the rule that are meant to stay. */
export const exceptions: readonly Exception[] = [];

/** Imports against the rule that are to go. An entry that is no longer needed must be removed. */
export const debt: readonly Exception[] = [];

/** May only be lowered. */
export const debtCountMax = 0;

export interface Import {
  readonly specifier: string;
  /** Erased by the compiler: it has to keep to the floors, but brings no code with it. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** Path below src/, with forward slashes. */
  readonly path: string;
  readonly imports: readonly Import[];
}

/** The imports, re-exports and dynamic imports of a module, comments left out. */
export function parseImports(text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"]+)['"]/gm;
  for (const match of code.matchAll(statement)) {
    found.push({ specifier: match[2]!, typeOnly: match[1] !== undefined });
  }
  for (const match of code.matchAll(/\bimport\s*\(\s*['"]([^'"]+)['"]/g)) {
    // `typeof import('x')` and `import('x').Name` in type position bring no code, but are too rare here to tell apart.
    found.push({ specifier: match[1]!, typeOnly: false });
  }
  return found;
}

interface Place {
  readonly floor: number;
  /** The smallest thing that may import within itself: a folder, or a format's or an analysis's own folder. */
  readonly unit: string;
  /** The top folder, as in nodeFolders. */
  readonly top: string;
}

/** Where a file below src/ lives; undefined when no floor has its folder. */
export function placeOf(path: string): Place | undefined {
  const parts = path.split('/');
  const top = parts[0]!;
  for (const [floor, patterns] of floors.entries()) {
    for (const pattern of patterns) {
      const wanted = pattern.split('/');
      if (wanted[0] !== top) continue;
      // A file directly in formats/, render/, text/ or catalogue/ is the floor's own index: it may import the units.
      const unit = parts.length > wanted.length ? parts.slice(0, wanted.length).join('/') : `${top}/(index)`;
      return { floor, unit: wanted.length === 1 ? top : unit, top };
    }
  }
  return undefined;
}

/** Every import against the rules, as one sentence each. */
export function checkImports(files: readonly SourceFile[]): string[] {
  const problems: string[] = [];
  const usedDebt = new Set<Exception>();
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const file of files) {
    for (const imported of file.imports) {
      const problem = problemOf(file.path, imported, byPath);
      if (problem === undefined) continue;
      const target = resolveImport(file.path, imported.specifier);
      const matches = (entry: Exception) => entry.from === file.path && entry.to === target;
      const owed = debt.find(matches);
      if (owed !== undefined) usedDebt.add(owed);
      else if (!exceptions.some(matches)) problems.push(problem);
    }
  }
  for (const entry of debt) {
    if (!usedDebt.has(entry))
      problems.push(`The debt ${entry.from} → ${entry.to} is paid: remove it from tools/check-imports.ts.`);
  }
  if (debt.length > debtCountMax)
    problems.push(`${debt.length} debts, but only ${debtCountMax} are allowed: the list may only shrink.`);
  return problems;
}

function problemOf(
  path: string,
  imported: Import,
  byPath: ReadonlyMap<string, SourceFile>,
): string | undefined {
  const from = placeOf(path);
  if (from === undefined) return `src/${path} is in a folder that no floor of tools/check-imports.ts has.`;
  const isTest = isTestPath(path);
  const { specifier } = imported;
  if (specifier.startsWith('node:')) {
    if (isTest || nodeFolders.includes(from.top)) return undefined;
    return `src/${path} imports ${specifier}, but src/${from.top} also runs in a browser.`;
  }
  if (!specifier.startsWith('.')) return packageProblem(path, specifier, from.top, isTest);
  const target = resolveImport(path, specifier);
  if (target.startsWith('../')) {
    if (isTest && target.startsWith('../test/')) return undefined;
    return `src/${path} imports ${specifier}, which is outside src/.`;
  }
  // The test of an analysis runs it.
  if (isTest && target === 'pipeline/run.ts') return undefined;
  return (
    floorProblem(path, from, target) ??
    (isTest || imported.typeOnly ? undefined : reachesNode(path, from, target, byPath))
  );
}

function packageProblem(path: string, specifier: string, top: string, isTest: boolean): string | undefined {
  if (isTest && ['vitest', 'fast-check'].includes(specifier)) return undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (packages[name]?.includes(top)) return undefined;
  return `src/${path} imports the package ${name}; tools/check-imports.ts does not allow it in src/${top}.`;
}

function floorProblem(path: string, from: Place, target: string): string | undefined {
  const to = placeOf(target);
  if (to === undefined) return `src/${path} imports src/${target}, whose folder is on no floor.`;
  if (to.unit === from.unit || to.floor < from.floor) return undefined;
  if (from.top === to.top && from.unit.endsWith('/(index)')) return undefined;
  const relation = to.floor === from.floor ? 'its own floor' : 'a floor above';
  return `src/${path} (floor ${from.floor}) imports src/${target} from ${relation} (${to.floor}).`;
}

/** A platform file may touch node:*; whoever also runs in a browser must not import such a file, directly or not. */
function reachesNode(
  path: string,
  from: Place,
  target: string,
  byPath: ReadonlyMap<string, SourceFile>,
): string | undefined {
  if (nodeFolders.includes(from.top) || !nodeFolders.includes(placeOf(target)?.top ?? '')) return undefined;
  const seen = new Set<string>([target]);
  for (const current of seen) {
    for (const { specifier, typeOnly } of byPath.get(current)?.imports ?? []) {
      if (typeOnly) continue;
      if (specifier.startsWith('node:'))
        return `src/${path} imports src/${target}, which brings ${specifier} along (src/${current}).`;
      if (specifier.startsWith('.')) seen.add(resolveImport(current, specifier));
    }
  }
  return undefined;
}

function resolveImport(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
}

function isTestPath(path: string): boolean {
  return /\.test(-helpers?)?\.ts$/.test(path);
}

/** Reads the imports of every module below src/. */
export function readSourceFiles(root: string): SourceFile[] {
  const src = join(root, 'src');
  if (!existsSync(src)) return [];
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({
      path: relative(src, file).replaceAll('\\', '/'),
      imports: parseImports(readFileSync(file, 'utf8')),
    }));
}

if (import.meta.main) {
  const problems = checkImports(readSourceFiles(dirname(import.meta.dirname)));
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
