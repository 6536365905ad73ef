// Runs the command line as a user would: the sources in one bundle, made as the build makes it.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

export const root = dirname(import.meta.dirname);
export const exampleTrace = join(root, 'examples', 'first-trace');
const main = bundle();

/** A run from the sources would spend most of its time on stripping types. */
function bundle(): string {
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-bundle-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  const path = join(folder, 'diatrace.mjs');
  buildSync({
    absWorkingDir: root,
    entryPoints: [join('src', 'cli', 'main.ts')],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    banner: { js: "import { createRequire as $r } from 'node:module';const require = $r(import.meta.url);" },
  });
  return path;
}

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly cwd?: string;
}

const bare = { PATH: process.env['PATH'] ?? '', TZ: 'UTC', LANG: 'C.UTF-8' };
const outputSizeMaxBytes = 64 * 1024 * 1024;

export function diatrace(args: readonly string[], options: RunOptions = {}): Ran {
  const ran = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    cwd: options.cwd ?? root,
    env: { ...bare, ...options.environment },
    uid: options.uid,
    gid: options.uid,
    maxBuffer: outputSizeMaxBytes,
  });
  if (ran.error !== undefined) throw ran.error;
  return { code: ran.status, signal: ran.signal, out: ran.stdout, err: ran.stderr };
}

/** Runs a line of shell in which `diatrace` is the command line. */
export function shell(line: string): Ran {
  const quoted = `'${process.execPath}' '${main}'`;
  const ran = spawnSync('bash', ['--norc', '--noprofile', '-c', line.replaceAll('diatrace ', `${quoted} `)], {
    encoding: 'utf8',
    cwd: root,
    env: bare,
    maxBuffer: outputSizeMaxBytes,
  });
  return { code: ran.status, signal: ran.signal, out: ran.stdout, err: ran.stderr };
}

/** Starts, reads until the first output, then sends a signal. */
export function interrupt(args: readonly string[], signal: NodeJS.Signals): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: root, env: bare });
    let out = '';
    let err = '';
    child.stderr.on('data', (bytes) => {
      err += bytes;
    });
    child.stdout.once('data', (bytes) => {
      out += bytes;
      // Nothing more is read: the writer waits for us, and is interrupted while it does.
      child.stdout.pause();
      child.kill(signal);
    });
    child.on('error', reject);
    child.on('exit', (code, by) => {
      child.stdout.destroy();
      resolve({ code, signal: by, out, err });
    });
  });
}
