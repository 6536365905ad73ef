/** An LTTng-UST trace that the bench records itself: strings, sequences, floats and contexts. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchTrace, cached } from '../cache.ts';
import { whyAbsent } from '../measure.ts';

const sources = join(import.meta.dirname, '..', 'ust');
const session = 'diatrace-bench';

/** What recording needs and this machine lacks, as a phrase; undefined where all is there. */
export function whyNoUst(): string | undefined {
  for (const program of ['lttng', 'lttng-sessiond', 'cc']) {
    const reason = whyAbsent(program);
    if (reason !== undefined) return reason;
  }
  const probe = spawnSync('cc', ['-E', '-'], { input: '#include <lttng/tracepoint.h>\n', encoding: 'utf8' });
  return probe.status === 0 ? undefined : 'the headers of lttng-ust are not installed';
}

/** A recording of `events` events. @throws Error when a step of recording fails */
export function ustTrace(name: string, events: number): Promise<BenchTrace> {
  return cached(name, `program of ${events} events on two threads, recipe 2`, (folder) =>
    record(folder, events),
  );
}

async function record(folder: string, events: number): Promise<BenchTrace> {
  const work = mkdtempSync(join(tmpdir(), 'diatrace-bench-'));
  const daemon = await startDaemon();
  try {
    const program = join(work, 'program');
    must('cc', [
      '-O2',
      '-I',
      sources,
      '-o',
      program,
      join(sources, 'program.c'),
      '-llttng-ust',
      '-ldl',
      '-lpthread',
    ]);
    must('lttng', ['create', session, `--output=${folder}`]);
    // A full buffer makes the program wait: nothing is lost, however slow the disk.
    const buffers = ['--subbuf-size=1M', '--num-subbuf=8', '--blocking-timeout=inf'];
    must('lttng', ['enable-channel', '-u', '-s', session, ...buffers, 'bench']);
    must('lttng', ['enable-event', '-u', '-s', session, '-c', 'bench', 'bench:*']);
    must('lttng', ['add-context', '-u', '-s', session, '-c', 'bench', '-t', 'vtid', '-t', 'procname']);
    must('lttng', ['start', session]);
    must(program, [String(events)], { LTTNG_UST_ALLOW_BLOCKING: '1', LTTNG_UST_REGISTER_TIMEOUT: '-1' });
    must('lttng', ['stop', session]);
  } finally {
    spawnSync('lttng', ['destroy', session]);
    await stopDaemon(daemon);
    rmSync(work, { recursive: true, force: true });
  }
  return {
    folder,
    events,
    sizeBytes: sizeOf(folder),
    description: 'LTTng-UST trace of the program in bench/ust',
  };
}

function must(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
  }
}

/** The session daemon: one that runs already is used as it is, and stays. */
async function startDaemon(): Promise<ChildProcess | undefined> {
  if (isListening()) return undefined;
  const daemon = spawn('lttng-sessiond', ['--no-kernel'], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    if (isListening()) return daemon;
    await sleep(100);
  }
  daemon.kill();
  throw new Error('lttng-sessiond does not answer 10 s after its start');
}

function isListening(): boolean {
  return spawnSync('lttng', ['--no-sessiond', 'list']).status === 0;
}

async function stopDaemon(daemon: ChildProcess | undefined): Promise<void> {
  if (daemon === undefined || daemon.exitCode !== null) return;
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  await ended;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
