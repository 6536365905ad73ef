// What `npm start` and `npm test` need before anything is installed: plain JavaScript, no dependencies, no shell.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that the development dependencies bring: it runs `.ts` files, which the system's Node may not. */
export const devNode = join(root, 'node_modules', 'node', 'bin', 'node');

/** Runs a program with this terminal and gives its exit code; a death by signal N becomes 128 + N, as a shell says it. */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
    // Ctrl-C reaches the whole process group; we stay alive until the child has ended in its own way.
    const wait = () => {};
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', wait);
    process.on('SIGTERM', forward);
    const done = (code) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', forward);
      resolve(code);
    };
    child.on('error', (error) => {
      process.stderr.write(`Cannot start ${program}: ${error.message}\n`);
      done(127);
    });
    child.on('close', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Runs `npm ci` when node_modules is missing or is not what package-lock.json asks for. */
export async function ensureInstalled() {
  const reason = whyInstall();
  if (reason === undefined) return;
  process.stderr.write(`Installing the development dependencies (npm ci): ${reason}.\n`);
  // The engines of vitest name Node 22 and later; it is run by the Node that is being installed, hence errors only.
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const code = npm === undefined ? await run('npm', args) : await run(process.execPath, [npm, ...args]);
  if (code === 0 && whyInstall() === undefined) return;
  process.stderr.write(`npm ci failed${code === 0 ? ` (${whyInstall()})` : ` with exit code ${code}`}.\n`);
  process.exit(code === 0 ? 1 : code);
}

function whyInstall() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) throw new Error('package-lock.json is missing: this is not a complete checkout.');
  if (installed === undefined) return 'node_modules is missing';
  const stale = findStalePackage(wanted, installed);
  if (stale !== undefined) return stale;
  if (!existsSync(devNode)) return 'node_modules/node has no program, its install script did not run';
  return undefined;
}

/** The first difference between the lock file's packages and the installed ones, as a phrase, or undefined. */
export function findStalePackage(wanted, installed) {
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '' || (installed[path] === undefined && optional)) continue;
    if (installed[path]?.version !== version) return `${path} is not at ${version}`;
  }
  const extra = Object.keys(installed).find((path) => wanted[path] === undefined);
  return extra === undefined ? undefined : `${extra} is not in package-lock.json`;
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}
