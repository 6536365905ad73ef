/** Runs `diatrace explain`: pages of Markdown as they are best read in a terminal. */
import { guide, pages } from '../catalogue/pages.generated.ts';
import { entryOf } from './catalogue.ts';
import type { Console } from './console.ts';

const boldOn = '\u001b[1m';
const boldOff = '\u001b[22m';

/** @param id of an analysis; without one, which of them to ask @throws UsageError */
export async function explain(id: string | undefined, console: Console): Promise<readonly string[]> {
  const lines = (id === undefined ? guide : await pageOf(id)).trimEnd().split('\n');
  return console.color === 'plain' ? lines : lines.map(highlight);
}

async function pageOf(id: string): Promise<string> {
  const entry = entryOf(id);
  const { title, question } = await entry.load();
  const page = (await entry.page?.()) ?? pages[id] ?? '';
  return page.trim() === '' ? `# ${title}\n\n${question}` : page;
}

/** Headings bold, without their signs; all else as it was written. */
function highlight(line: string): string {
  const heading = /^#+ (.*)$/.exec(line);
  return heading === null ? line : `${boldOn}${heading[1]}${boldOff}`;
}
