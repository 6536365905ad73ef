/** Runs `diatrace explain`: pages of Markdown as they are best read in a terminal. */
import { guide, pages } from '../catalogue/pages.generated.ts';
import { wrapText } from '../print/text-width.ts';
import { entryOf } from './catalogue.ts';
import type { Console } from './console.ts';

const boldOn = '\u001b[1m';
const boldOff = '\u001b[22m';

/** @param id of an analysis; without one, which of them to ask @throws UsageError */
export async function explain(
  id: string | undefined,
  { color, isTerminal, width }: Pick<Console, 'color' | 'isTerminal' | 'width'>,
): Promise<readonly string[]> {
  const written = (id === undefined ? guide : await pageOf(id)).trimEnd().split('\n');
  const lines = isTerminal ? fitParagraphs(written, width) : written;
  return color === 'plain' ? lines : lines.map(highlight);
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

/** What stays as it is: headings, tables, commands and what they print, empty lines. */
const verbatim = /^(?:#|\||```| {4}|$)/;

/** Paragraphs and items of lists, broken anew where they are wider than the terminal. */
export function fitParagraphs(lines: readonly string[], width: number): readonly string[] {
  const fitted: string[] = [];
  let paragraph: string[] = [];
  const end = () => {
    if (paragraph.length > 0) fitted.push(...fit(paragraph, width));
    paragraph = [];
  };
  let isExample = false;
  for (const line of lines) {
    const isFence = line.startsWith('```');
    if (isExample || verbatim.test(line)) {
      end();
      fitted.push(line);
    } else {
      if (line.startsWith('- ')) end();
      paragraph.push(line);
    }
    if (isFence) isExample = !isExample;
  }
  end();
  return fitted;
}

function fit(paragraph: readonly string[], width: number): readonly string[] {
  if (paragraph.every((line) => line.length <= width)) return paragraph;
  const words = paragraph.map((line) => line.trim()).join(' ');
  const [mark, text] = words.startsWith('- ') ? ['- ', words.slice(2)] : ['', words];
  return wrapText(text, width - mark.length).map(
    (line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line,
  );
}
