/** Runs `diatrace list`. */
import { writeJson } from '../results/json-text.ts';
import { families } from './catalogue.ts';

export async function listAnalyses(isJson: boolean): Promise<readonly string[]> {
  return isJson ? [writeJson(await catalogueJson())] : catalogueLines();
}

function catalogueLines(): readonly string[] {
  const all = [...families().values()].flat();
  const width = Math.max(...all.map(({ id }) => id.length));
  const lines: string[] = [];
  for (const [family, entries] of families()) {
    if (lines.length > 0) lines.push('');
    lines.push(`${family}:`);
    for (const { id, question } of entries) lines.push(`  ${id.padEnd(width)}  ${question}`);
  }
  lines.push(
    '',
    'diatrace explain says what to run for which problem, diatrace explain ID how to read an answer,',
    'diatrace report ID TRACE answers.',
  );
  return lines;
}

async function catalogueJson() {
  const analyses = [];
  for (const [family, entries] of families()) {
    for (const { id, question, load } of entries) {
      const { title, views, options } = await load();
      const meanings = (described: Readonly<Record<string, { readonly meaning: string }>>) =>
        Object.fromEntries(Object.entries(described).map(([name, { meaning }]) => [name, meaning]));
      analyses.push({ id, family, title, question, views: meanings(views), options: meanings(options) });
    }
  }
  return { schema: 'diatrace.catalogue/1', analyses };
}
