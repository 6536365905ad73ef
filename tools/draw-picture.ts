// Writes the README's picture: a heatmap as `report --svg` draws it.
// `npm run picture` writes it anew; draw-picture.test.ts says whether it is what diatrace draws today.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tracked-files.ts';

export const picturePath = 'docs/heatmap.svg';
const command = ['report', 'syscalls', '--as', 'heatmap', '--svg', 'examples/first-trace'];

/** The picture as diatrace draws it now. */
export function drawPicture(): string {
  return execFileSync(process.execPath, [join(root, 'src/cli/main.ts'), ...command], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
  });
}

if (import.meta.main) writeFileSync(join(root, picturePath), drawPicture());
