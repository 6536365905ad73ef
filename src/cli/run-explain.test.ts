import { expect, test } from 'vitest';
import { explain, fitParagraphs } from './run-explain.ts';

test('paragraphs and lists fit the terminal; commands, tables and headings stay', () => {
  const page = [
    '# A heading that is long',
    '',
    'Words that go on and on,',
    'in two lines.',
    '- one item of a list',
    '  and the rest of it',
    '- short',
    '',
    '    a command that is longer',
    '```console',
    'what it prints is longer too',
    '```',
    '| a | table of two columns |',
  ];
  expect(fitParagraphs(page, 16)).toEqual([
    '# A heading that is long',
    '',
    'Words that go on',
    'and on, in two',
    'lines.',
    '- one item of a',
    '  list and the',
    '  rest of it',
    '- short',
    ...page.slice(7),
  ]);
  expect(fitParagraphs(page, 80)).toEqual(page);
});

test('on a terminal no prose is wider than it; what goes elsewhere is as it was written', async () => {
  const written = await explain(undefined, { color: 'plain', isTerminal: false, width: 60 });
  expect(written.some((line) => line.length > 100)).toBe(true);
  const shown = await explain(undefined, { color: '256', isTerminal: true, width: 60 });
  expect(shown[0]).toBe('\u001b[1mWhat do I run when …\u001b[22m');
  for (const line of shown.filter((line) => !line.startsWith('    '))) expect(line.length).toBeLessThan(70);
});
