import { expect, test } from 'vitest';
import { findMentions, pathExists } from './check-docs.ts';
import { root } from './tracked-files.ts';

test('links, paths and symbols are found, code blocks and other words are not', () => {
  const text = [
    'See [the page](docs/page.md#part), [a site](https://example.org) and `tools/check-docs.ts`,',
    '`findMentions()`, `sched_switch` and `npm test`.',
    '```',
    '`tools/none.ts`',
    '```',
    '    `tools/none.ts`',
    '`README.md`',
  ].join('\n');
  expect(findMentions(text)).toEqual([
    { kind: 'link', text: 'docs/page.md', line: 1 },
    { kind: 'path', text: 'tools/check-docs.ts', line: 1 },
    { kind: 'symbol', text: 'findMentions', line: 2 },
    { kind: 'path', text: 'README.md', line: 7 },
  ]);
});

test('a placeholder stands for any name', () => {
  expect(pathExists(root, 'tools/check-<what>.ts')).toBe(true);
  expect(pathExists(root, 'tools/<what>.zig')).toBe(false);
  expect(pathExists(root, 'bin/diatrace info')).toBe(true);
  expect(pathExists(root, 'tools/none.ts')).toBe(false);
});
