// What V8 compiled of the built program is kept in the user's cache.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const program = join(root, 'dist', 'diatrace.cjs');
const trace = join(root, 'examples', 'first-trace');

/** Runs a command with a cache of its own, which goes with `use`. */
function withCache<Result>(
  use: (folder: string, run: (...words: readonly string[]) => void) => Result,
): Result {
  const cache = mkdtempSync(join(tmpdir(), 'diatrace-test-'));
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  try {
    return use(join(cache, 'diatrace', 'compiled'), (...words) =>
      execFileSync(process.execPath, [program, ...words, trace], { env }),
    );
  } finally {
    rmSync(cache, { recursive: true });
  }
}

test.for(['report syscalls', 'cat --limit 20'])(
  'code that %s of a small trace kept is what the next one starts with',
  (command, context) => {
    if (!existsSync(program)) context.skip('dist/ is not built');
    withCache((folder, run) => {
      const keptBy = () => {
        run(...command.split(' '));
        // It is written anew, as another file, where V8 rejected what was there.
        return readdirSync(folder).map((name) => [name, statSync(join(folder, name)).ino]);
      };
      const first = keptBy();
      expect(first).toHaveLength(1);
      expect(keptBy()).toEqual(first);
    });
  },
);

test('what an earlier build kept goes, whatever it is', (context) => {
  if (!existsSync(program)) context.skip('dist/ is not built');
  withCache((folder, run) => {
    mkdirSync(join(folder, 'cat', 'of-another-layout'), { recursive: true });
    run('cat', '--limit', '1');
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^cat-folder-/)]);
  });
});
