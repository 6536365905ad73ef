/** The analyses as the command line sees them: ids and questions at once, the rest when asked for. */
import type { Analysis } from '../analysis/define.ts';
import { nearestWord } from '../bytes/edit-distance.ts';
import { catalogue } from '../catalogue/index.generated.ts';
import { UsageError } from './failure.ts';
import { tools } from './lami-tools.ts';

export interface CatalogueEntry {
  readonly id: string;
  readonly family: string;
  readonly question: string;
  readonly load: () => Promise<Analysis>;
  /** Its page in Markdown, of an analysis of the user's own; empty where there is none. */
  readonly page?: () => Promise<string>;
}

const all: CatalogueEntry[] = [...catalogue];

/** Those of diatrace, and the user's own. */
export const entries: readonly CatalogueEntry[] = all;

/** Adds the analyses that a command line names with `--analysis FILE`, before its commands are defined. */
export async function addOwnAnalyses(args: readonly string[]): Promise<void> {
  const files = args.flatMap((arg, index) => {
    if (arg.startsWith('--analysis=')) return [arg.slice('--analysis='.length)];
    const value = args[index + 1];
    return arg === '--analysis' && value !== undefined ? [value] : [];
  });
  if (files.length === 0) return;
  const { loadOwnAnalyses } = await import('./own-analyses.ts');
  all.push(...(await loadOwnAnalyses(files)));
}

/** @throws UsageError that names the nearest one */
export function entryOf(id: string): CatalogueEntry {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry !== undefined) return entry;
  const ids = entries.map((candidate) => candidate.id);
  const nearest = nearestWord(id, ids) ?? withPart(id, ids);
  const tool = tools.find(({ name }) => id === name || id === `${name}-mi`);
  if (tool !== undefined)
    throw new UsageError(
      `"${id}" is a program of lttng-analyses`,
      `its questions are answered by ${tool.analysis}`,
    );
  // No id has a slash or a dot: someone named a trace and forgot the question.
  if (nearest === undefined && /[/.]/.test(id))
    throw new UsageError(
      `"${id}" is no analysis`,
      `diatrace report ID ${id}, where ID is one of: ${idsOf(entries)}`,
    );
  throw new UsageError(
    `there is no analysis "${id}"`,
    nearest === undefined ? `diatrace list shows all of them: ${idsOf(entries)}` : `did you mean ${nearest}?`,
  );
}

/** `cpu`: `cpu-idle or cpu-usage`. */
function withPart(part: string, ids: readonly string[]): string | undefined {
  const found = ids.filter((id) => id.split('-').includes(part));
  return found.length === 0 ? undefined : found.join(' or ');
}

const idsShownMax = 8;

function idsOf(all: readonly CatalogueEntry[]): string {
  const ids = all.slice(0, idsShownMax).map(({ id }) => id);
  return `${ids.join(', ')}${all.length > idsShownMax ? ', …' : ''}`;
}

/** Entries by problem class, both in alphabetical order. */
export function families(): ReadonlyMap<string, readonly CatalogueEntry[]> {
  const byFamily = new Map<string, CatalogueEntry[]>();
  for (const entry of entries) byFamily.set(entry.family, [...(byFamily.get(entry.family) ?? []), entry]);
  return new Map([...byFamily].sort(([a], [b]) => (a < b ? -1 : 1)));
}
