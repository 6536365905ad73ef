/** A perf.data file that the bench records itself: every system call and switch of a busy machine. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchTrace, cached } from '../cache.ts';
import { whyAbsent } from '../measure.ts';

/** What is lost while a CPU idles leaves more than four million. */
export const perfEvents = 4_400_000;
export const smallPerfEvents = 40_000;

// A ring of 16 MB for each CPU, so that nothing is lost while perf writes.
const recording = ['record', '-q', '-a', '-m', '4096'];
const events = ['raw_syscalls:sys_enter', 'raw_syscalls:sys_exit', 'sched:sched_switch'];

export function perfFile({ folder }: BenchTrace): string {
  return join(folder, 'perf.data');
}

/** What recording needs and this machine lacks, as a phrase; undefined where all is there. */
export function whyNoPerf(): string | undefined {
  const reason = whyAbsent('perf');
  if (reason !== undefined) return reason;
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-bench-'));
  const { status } = record(join(folder, 'perf.data'), 'true');
  rmSync(folder, { recursive: true, force: true });
  return status === 0 ? undefined : 'perf may not record system calls here';
}

/** @param eventsMin about: what else runs on the machine is recorded too */
export function perfTrace(name: string, eventsMin: number): Promise<BenchTrace> {
  return cached(name, `${eventsMin} events of two copies of dd, recipe 1`, (folder) => {
    const file = join(folder, 'perf.data');
    // Two, since perf loses what comes while a CPU idles on some virtual machines. Each byte is two calls, each call two events.
    const dd = `dd if=/dev/zero of=/dev/null bs=1 count=${Math.ceil(eventsMin / 8)} 2>/dev/null`;
    const { status, stderr } = record(file, `${dd} & ${dd}; wait`);
    if (status !== 0) throw new Error(`perf record failed: ${stderr.trim()}`);
    return {
      folder,
      events: countSamples(file),
      sizeBytes: statSync(file).size,
      description: 'perf.data of all system calls and switches while dd copies byte by byte',
    };
  });
}

function record(file: string, command: string) {
  const chosen = events.flatMap((event) => ['-e', event]);
  return spawnSync('perf', [...recording, ...chosen, '-o', file, '--', 'sh', '-c', command], {
    encoding: 'utf8',
  });
}

/** As perf itself counts. */
export function countSamples(file: string): number {
  const { stdout } = spawnSync('perf', ['report', '--stats', '-i', file], { encoding: 'utf8' });
  const found = /SAMPLE events:\s+(\d+)/.exec(stdout);
  if (found === null) throw new Error('perf report --stats says no number of samples');
  return Number(found[1]);
}
