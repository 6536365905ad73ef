// What `npm publish` would send: the build, without what only this repository uses.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './tracked-files.ts';

interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

test('the package has the programs and no tests, test helpers or source maps', (context) => {
  if (!existsSync(join(root, 'dist', 'program.cjs'))) context.skip('dist/ is not built');
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(output) as readonly [Packed];
  const paths = packed.files.map(({ path }) => path);
  const wanted = [
    'bin/diatrace',
    'dist/diatrace.cjs',
    'dist/program.cjs',
    'dist/index.d.ts',
    'schema/result-1.json',
  ];
  expect(paths).toEqual(expect.arrayContaining(wanted));
  expect(paths.filter((path) => /\.map$|\.test\.|\.test-helpers\.|\/testing\.|\.built$/.test(path))).toEqual(
    [],
  );
  // Program, library and examples are 4.5 MB; what slips in by mistake (recordings, source maps) is larger than what is left.
  expect(packed.unpackedSize).toBeLessThan(6_000_000);
});
