// The examples of the analyses' pages are run and compared. In a block that begins with ```console a line `$ diatrace …`
// is a command, run in the repository's folder, and what follows is what it prints. So is the list of events that an analysis
// needs. UPDATE_PAGES=1 writes both anew.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeNeeds } from '../src/analysis/index.ts';
import { catalogue } from '../src/catalogue/index.generated.ts';

const root = dirname(import.meta.dirname);
const isUpdating = process.env['UPDATE_PAGES'] === '1';

interface Example {
  readonly command: string;
  readonly output: string;
}

/** The parts of a page: text that stays, and examples. */
function splitPage(text: string): (string | Example)[] {
  const parts: (string | Example)[] = [];
  let kept: string[] = [];
  let example: { command: string; output: string[] } | undefined;
  let isConsole = false;
  const closeExample = () => {
    if (example === undefined) return;
    parts.push({ command: example.command, output: example.output.join('\n') });
    example = undefined;
  };
  for (const line of text.split('\n')) {
    const isFence = line.startsWith('```');
    if (isFence || (isConsole && line.startsWith('$ '))) closeExample();
    if (isFence) isConsole = line === '```console';
    if (isConsole && line.startsWith('$ ')) {
      parts.push(`${[...kept, line].join('\n')}\n`);
      kept = [];
      example = { command: line.slice(2), output: [] };
    } else if (example !== undefined) example.output.push(line);
    else kept.push(line);
  }
  parts.push(kept.join('\n'));
  return parts;
}

/** As a shell splits them; quotes are single ones. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** What a command prints for someone without a terminal, in a world of 80 columns and UTC. */
function run(command: string): string {
  const [program, ...args] = words(command);
  if (program !== 'diatrace') throw new Error(`"${command}" is not a diatrace command.`);
  const output = execFileSync(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1', COLUMNS: '80' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return output.replace(/\n$/, '');
}

const needsHeading = '## Events it needs\n\n';

/** The list of events below its heading is made from the analysis's needs. */
async function withNeeds(page: string, text: string): Promise<string> {
  const id = basename(dirname(page));
  const analysis = await catalogue.find((entry) => entry.id === id)!.load();
  const list = describeNeeds(analysis.needs).map((line) => `- ${line}\n`);
  // What an analysis reads that its options name is said in words.
  if (list.length === 0) return text;
  const begin = text.indexOf(needsHeading) + needsHeading.length;
  const end = text.indexOf('\n\n', begin) + 1;
  return text.slice(0, begin) + list.join('') + text.slice(end);
}

const pages = globSync('src/catalogue/*/*/README.md', { cwd: root }).sort();

test('each analysis has a page with an example', () => {
  const analyses = globSync('src/catalogue/*/*/analysis.ts', { cwd: root }).map(dirname).sort();
  expect(pages.map(dirname)).toEqual(analyses);
});

for (const page of pages) {
  describe(page, () => {
    const path = join(root, page);
    const parts = splitPage(readFileSync(path, 'utf8'));
    const examples = parts.filter((part) => typeof part !== 'string');

    test('has the seven parts', () => {
      const headings = [...readFileSync(path, 'utf8').matchAll(/^## (.+)$/gm)].map((match) => match[1]);
      expect(headings).toEqual([
        'Question',
        'Events it needs',
        'Example',
        'How to read it',
        'What it cannot tell',
        'Check it yourself',
        'Next',
      ]);
      expect(examples.length).toBeGreaterThan(0);
    });

    if (!isUpdating) {
      test('lists what the analysis needs', async () => {
        const text = readFileSync(path, 'utf8');
        expect(text).toBe(await withNeeds(page, text));
      });
    }

    if (isUpdating) {
      test('is written anew', async () => {
        const text = parts.map((part) => (typeof part === 'string' ? part : `${run(part.command)}\n`));
        writeFileSync(path, await withNeeds(page, text.join('')));
      });
    } else {
      test.each(examples)('$command', ({ command, output }) => {
        expect(run(command)).toBe(output);
      });
    }
  });
}
