/** Runs `diatrace explain`: a page of Markdown as it is best read in a terminal. */
import { pages } from '../catalogue/pages.generated.ts';
import { entryOf } from './catalogue.ts';
import type { Console } from './console.ts';

const boldOn = '\u001b[1m';
const boldOff = '\u001b[22m';

/** @throws UsageError */
export async function explain(id: string, console: Console): Promise<readonly string[]> {
  const entry = entryOf(id);
  const { title, question } = await entry.load();
  const page = (await entry.page?.()) ?? pages[id] ?? '';
  const text = page.trim() === '' ? `# ${title}\n\n${question}` : page.trimEnd();
  return console.color === 'plain' ? text.split('\n') : text.split('\n').map(highlight);
}

/** Headings bold, without their signs; all else as it was written. */
function highlight(line: string): string {
  const heading = /^#+ (.*)$/.exec(line);
  return heading === null ? line : `${boldOn}${heading[1]}${boldOff}`;
}
