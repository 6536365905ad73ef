// A Debian 13 (trixie) in a folder, made by `debootstrap --variant=minbase --include=babeltrace2 trixie FOLDER`: its babeltrace2
// 2.1.1 reads and writes CTF 2, which that of Debian 12 does not.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

const cacheFolder = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const root = process.env['DIATRACE_TRIXIE'] ?? join(cacheFolder, 'diatrace', 'trixie');

/** Why there is none that can be used; undefined when there is one. */
export function whyNoTrixie(): string | undefined {
  if (!existsSync(join(root, 'usr', 'bin', 'babeltrace2'))) {
    return `no babeltrace2 of Debian trixie in ${root}: debootstrap --variant=minbase --include=babeltrace2 trixie ${root}`;
  }
  const version = spawnSync('chroot', [root, 'babeltrace2', '--version'], { encoding: 'utf8' });
  return version.status === 0 ? undefined : `chroot ${root} does not run: it needs root`;
}

/** A folder within that Debian, removed again after `use`. */
export function withTrixieFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(root, 'tmp', 'diatrace-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes what babeltrace2 reads in `trace` as CTF 2 into `folder`, which is within that Debian; gives the path of the result. */
export function rewriteAsCtf2(trace: string, folder: string): string {
  cpSync(trace, join(folder, 'trace'), { recursive: true });
  const inside = join('/tmp', basename(folder));
  const sink = [
    '-c',
    'sink.ctf.fs',
    '-p',
    `path="${inside}/rewritten"`,
    '-p',
    'ctf-version="2"',
    '-p',
    'quiet=true',
  ];
  const words = [root, 'babeltrace2', 'convert', join(inside, 'trace'), ...sink];
  const { status, stderr } = spawnSync('chroot', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`chroot ${words.join(' ')}: ${stderr}`);
  return join(folder, 'rewritten');
}
