/** What analyses are measured on: LTTng's kernel traces as lttng-analyses wants them, and a perf.data of switches and wake-ups. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchTrace, cached, root } from '../cache.ts';
import { whyAbsent } from '../measure.ts';
import { countSamples } from './perf.ts';
import { repeatTrace } from './repeat.ts';

const corpus = join(root, '..', 'shared', 'corpus', 'ctf1');
export const threadsRepetitions = 10;
/** The trace is an eighth of the other one. */
export const pagesRepetitions = 80;
/** Loops of two processes, each with two wake-ups and two switches at least: more than four million events. */
export const schedLoops = 850_000;
export const smallSchedLoops = 2_000;

const sources = {
  threads: 'many-threads',
  // The only one of the corpus whose kernel told of pages.
  pages: 'bug446190',
} as const;

/** Why a trace of the corpus is not there, as a phrase. */
export function whyNoSource(name: keyof typeof sources): string | undefined {
  return existsSync(join(corpus, sources[name]))
    ? undefined
    : `the corpus with ${sources[name]} is not there`;
}

/** A trace of the corpus repeated; lttng-analyses looks for a folder "kernel" in the one that it is given. */
export function repeatedTrace(name: keyof typeof sources, count: number): Promise<BenchTrace> {
  const source = sources[name];
  return cached(`${name}-${count}`, `corpus ctf1/${source}, ${count} times, below kernel`, (folder) => {
    mkdirSync(join(folder, 'kernel'));
    const from = join(corpus, source, 'trace', 'kernel');
    const { events, sizeBytes } = repeatTrace(from, join(folder, 'kernel'), count);
    const times = count === 1 ? '' : `, repeated ${count} times with shifted times`;
    return { folder, events, sizeBytes, description: `LTTng kernel trace (corpus ctf1/${source})${times}` };
  });
}

/** The events that `perf sched record` takes, but for those of statistics that kernels have no more. */
const events = ['switch', 'waking', 'wakeup', 'wakeup_new', 'migrate_task', 'process_fork', 'stat_runtime'];

/** Why such a recording cannot be made, as a phrase. */
export function whyNoSched(): string | undefined {
  return whyAbsent('perf') ?? (process.getuid?.() === 0 ? undefined : 'perf may not record switches here');
}

/** Two processes on each of two CPUs that wake each other through pipes. */
export function schedTrace(name: string, loops: number): Promise<BenchTrace> {
  return cached(name, `${loops} loops of perf bench sched pipe on two CPUs`, (folder) => {
    const file = join(folder, 'perf.data');
    const pipes = [0, 1].map((cpu) => `taskset -c ${cpu} perf bench sched pipe -l ${Math.ceil(loops / 2)}`);
    const words = ['record', '-q', '-a', '-m', '4096', '-o', file];
    for (const event of events) words.push('-e', `sched:sched_${event}`);
    const { status, stderr } = spawnSync('perf', [...words, '--', 'sh', '-c', `${pipes.join(' & ')}; wait`], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`perf record failed: ${stderr.trim()}`);
    return {
      folder,
      events: countSamples(file),
      sizeBytes: statSync(file).size,
      description:
        'perf.data of switches and wake-ups while processes on two CPUs wake each other through pipes',
    };
  });
}
