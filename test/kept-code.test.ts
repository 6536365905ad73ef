// What V8 compiled of the built program is kept in the user's cache.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const program = join(root, 'dist', 'diatrace.cjs');
const trace = join(root, 'examples', 'first-trace');

test.for(['report syscalls', 'cat --limit 20'])(
  'code that %s of a small trace kept is what the next one starts with',
  (command, context) => {
    if (!existsSync(program)) context.skip('dist/ is not built');
    const cache = mkdtempSync(join(tmpdir(), 'diatrace-test-'));
    const run = () => {
      const env = { ...process.env, XDG_CACHE_HOME: cache };
      execFileSync(process.execPath, [program, ...command.split(' '), trace], { env });
      const folder = join(cache, 'diatrace', 'compiled');
      // It is written anew, as another file, where V8 rejected what was there.
      return readdirSync(folder).map((name) => [name, statSync(join(folder, name)).ino]);
    };
    try {
      const first = run();
      expect(first).toHaveLength(1);
      expect(run()).toEqual(first);
    } finally {
      rmSync(cache, { recursive: true });
    }
  },
);

test('what an earlier build kept goes, whatever it is', (context) => {
  if (!existsSync(program)) context.skip('dist/ is not built');
  const cache = mkdtempSync(join(tmpdir(), 'diatrace-test-'));
  const folder = join(cache, 'diatrace', 'compiled');
  mkdirSync(join(folder, 'cat', 'of-another-layout'), { recursive: true });
  try {
    execFileSync(process.execPath, [program, 'cat', '--limit', '1', trace], {
      env: { ...process.env, XDG_CACHE_HOME: cache },
    });
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^cat-folder-/)]);
  } finally {
    rmSync(cache, { recursive: true });
  }
});
