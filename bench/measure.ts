/** Whole processes, measured from outside: wall time, CPU time, peak memory. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** The shell's `ulimit -n`, where a job is about it. */
  readonly filesMax?: number;
}

export interface Measurement {
  readonly wallS: number;
  /** User and system time; undefined where GNU time is not installed. */
  readonly cpuS: number | undefined;
  readonly peakBytes: number | undefined;
  /** The first bytes of what it printed, where that was kept. */
  readonly output: string;
}

const timer = '/usr/bin/time';

/** Why a program cannot be run, as a phrase; undefined where it can. */
export function whyAbsent(program: string): string | undefined {
  const { error } = spawnSync(program, ['--version'], { stdio: 'ignore' });
  return error === undefined ? undefined : `${program} is not installed`;
}

/**
 * Runs a command to its end. What it prints goes to /dev/null, or is kept when `keepsOutput`.
 * GNU time stands between, because Node says nothing of its children's resources, and a child that is forked from a large
 * process would inherit its peak.
 * @throws Error when it fails
 */
export async function measure(command: Command, keepsOutput = false): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-bench-'));
  const note = join(folder, 'usage');
  const [program, args] = limited(command);
  const isTimed = existsSync(timer);
  const [started, argsStarted] = isTimed
    ? [timer, ['-f', '%U %S %M', '-o', note, program, ...args]]
    : [program, args];
  try {
    const begin = process.hrtime.bigint();
    const { code, output, errors } = await runToEnd(started, argsStarted, keepsOutput);
    const wallS = Number(process.hrtime.bigint() - begin) / 1e9;
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${errors.trim()}`);
    if (!isTimed) return { wallS, cpuS: undefined, peakBytes: undefined, output };
    const [user, system, peakKib] = readFileSync(note, 'utf8')
      .trim()
      .split('\n')
      .at(-1)!
      .split(' ')
      .map(Number);
    return { wallS, cpuS: user! + system!, peakBytes: peakKib! * 1024, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function limited({ program, args, filesMax }: Command): readonly [string, readonly string[]] {
  if (filesMax === undefined) return [program, args];
  return ['/bin/sh', ['-c', `ulimit -n ${filesMax}; exec "$0" "$@"`, program, ...args]];
}

function runToEnd(program: string, args: readonly string[], keepsOutput: boolean) {
  return new Promise<{ code: number | string; output: string; errors: string }>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', keepsOutput ? 'pipe' : 'ignore', 'pipe'] });
    const output: string[] = [];
    const errors: string[] = [];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code: code ?? signal ?? -1, output: output.join(''), errors: errors.join('').slice(-2000) }),
    );
  });
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
