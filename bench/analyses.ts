/** Jobs of whole analyses: under the names of lttng-analyses beside Debian's own, run-queue beside perf sched, and all in one pass. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchTrace, cacheFolder, root } from './cache.ts';
import { diatrace, type Job, node, type TraceName } from './jobs.ts';
import type { Command } from './measure.ts';
import { bundleProgram } from './programs/bundle.ts';
import { perfFile } from './traces/perf.ts';

export const analysisJobIds = ['lttng-analyses', 'run-queue', 'all-analyses'];

const period = [
  '--period',
  'run : $evt.$name == "sched_switch" && $evt.next_tid != 0 : $evt.$name == "sched_switch" && ' +
    '$evt.prev_tid == $begin.$evt.next_tid',
];

interface Tool {
  readonly name: string;
  readonly trace: 'threads' | 'pages';
  readonly args: readonly string[];
}

const tool = (name: string): Tool => ({ name, trace: 'threads', args: [] });

/** The nineteen. */
const tools: readonly Tool[] = [
  ...['cputop', 'iousagetop', 'iolatencystats', 'iolatencyfreq', 'iolatencytop', 'iolog'].map(tool),
  ...['irqstats', 'irqfreq', 'irqlog', 'schedstats', 'schedfreq', 'schedtop', 'schedlog'].map(tool),
  tool('syscallstats'),
  // On a trace without pages it says 0, and we that they are missing.
  { ...tool('memtop'), trace: 'pages' },
  ...['stats', 'freq', 'top', 'log'].map((view) => ({ ...tool(`period${view}`), args: period })),
];

/** Debian's own, whatever else of their names comes first in the path. */
export const lttngAnalyses: readonly string[] = tools.map(({ name }) => `/usr/bin/lttng-${name}`);

/** Whole, and without looking for lost events first, which takes them another pass. */
const commonArgs = ['--no-progress', '--skip-validation'];

/** The links that npm makes from package.json. */
function linkTo(name: string): string {
  const folder = join(cacheFolder, 'links');
  mkdirSync(folder, { recursive: true });
  const link = join(folder, `lttng-${name}`);
  rmSync(link, { force: true });
  symlinkSync(join(root, 'bin', 'lttng-tool'), link);
  return link;
}

/** Theirs take so long that once has to do. */
export function toolJobs(traces: Readonly<Partial<Record<TraceName, BenchTrace>>>): readonly Job[] {
  return tools.flatMap(({ name, trace, args }) => {
    const folder = traces[trace]?.folder;
    if (folder === undefined) return [];
    const words = [...commonArgs, ...args, folder];
    return {
      ...{ id: 'lttng-analyses', title: `\`lttng-${name}\``, trace },
      ours: node(linkTo(name), ...words),
      peer: { program: `/usr/bin/lttng-${name}`, args: words },
      isPeerSlow: true,
      target: { kind: 'ratio', gate: 40, goal: 60 },
    };
  });
}

export function runQueueJob(trace: BenchTrace): Job {
  const file = perfFile(trace);
  const peer: Command = { program: 'perf', args: ['sched', 'latency', '-i', file] };
  return {
    ...{ id: 'run-queue', title: '`report run-queue`', trace: 'sched', peer },
    ours: diatrace('report', 'run-queue', file),
    target: { kind: 'ratio', gate: 1.5, goal: 3 },
    peakShareMax: 1 / 4,
  };
}

export async function allAnalysesJob({ folder }: BenchTrace, peer: Command): Promise<Job> {
  return {
    ...{ id: 'all-analyses', title: 'all analyses in one pass', trace: 'kernel', peer },
    ours: node(await bundleProgram('all-analyses'), folder),
    target: { kind: 'ratio', gate: 1, goal: 1 },
    peakMaxBytes: 300e6,
  };
}
