/** "What do I run when …": every command in it is one that diatrace understands. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { diatrace, root } from './run-cli.ts';

const guide = readFileSync(join(root, 'src', 'catalogue', 'README.md'), 'utf8');
const trace = join(root, 'examples', 'first-trace');
/** What stands before the words that say why. */
const commands = [...guide.matchAll(/^ {4}diatrace (.+?)(?: {2,}.*)?$/gm)].map(
  ([, command]) => command ?? '',
);

const folder = mkdtempSync(join(tmpdir(), 'diatrace-guide-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(commands)('%s', (command) => {
  const words = [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const args = words.map((word) => (word === 'TRACE' ? trace : word));
  const { code, err } = diatrace(args, { cwd: folder });
  // A trace without the events is said to be one.
  if (code !== 0) expect([code, err]).toEqual([1, expect.stringContaining('The trace has no ')]);
});

test('diatrace explain prints it', () => {
  expect(diatrace(['explain'], { environment: { NO_COLOR: '1' } }).out).toBe(guide);
});
