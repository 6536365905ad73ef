/** What is measured, beside whom, and what it should reach: data. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { allAnalysesJob, analysisJobIds, lttngAnalyses, runQueueJob, toolJobs } from './analyses.ts';
import { type BenchTrace, root } from './cache.ts';
import { type Command, whyAbsent } from './measure.ts';
import { bundleProgram } from './programs/bundle.ts';
import { ftraceFile } from './traces/ftrace.ts';
import { perfFile } from './traces/perf.ts';

export type TraceName = 'kernel' | 'ust' | 'small' | 'perf' | 'ftrace' | 'threads' | 'pages' | 'sched';

/** What a job's figure has to be: at least the gate, better the goal. */
export type Target =
  | { readonly kind: 'ratio'; readonly gate: number; readonly goal: number }
  | { readonly kind: 'wall-ms'; readonly gate: number; readonly goal: number; readonly beatsPeer?: true }
  | { readonly kind: 'rows-per-second'; readonly gate: number; readonly goal: number };

export interface Job {
  readonly id: string;
  readonly title: string;
  readonly trace: TraceName | undefined;
  readonly ours: Command;
  /** Absent where no peer does the like. */
  readonly peer?: Command;
  /** What `ours` does beside the thing of interest: it is subtracted. */
  readonly rest?: Command;
  readonly target?: Target;
  readonly hasChecksum?: true;
  /** It runs in the first round alone. */
  readonly isPeerSlow?: true;
  /** Of the peer's peak memory. */
  readonly peakShareMax?: number;
  /** Where it is another than for most. */
  readonly peakMaxBytes?: number;
}

export const peakMaxBytes = 150e6;

export interface JobOptions {
  readonly traces: Readonly<Partial<Record<TraceName, BenchTrace>>>;
  readonly engine: string | undefined;
}

export const jobIds = [
  'decode',
  'decode-global',
  'syscalls',
  'text',
  'dispatch',
  'first-events',
  'start',
  'info',
  ...analysisJobIds,
];

/** Run only when they are asked for: what they are compared with takes half an hour. */
export const slowJobIds = ['lttng-analyses'];

/** Which traces a job is about, where not those that most are about. */
export const tracesOfJob: Readonly<Record<string, readonly TraceName[]>> = {
  'lttng-analyses': ['threads', 'pages'],
  'run-queue': ['sched'],
  'all-analyses': ['kernel'],
};

/** Why peers are not there, as phrases. */
export const peerAbsences: ReadonlyMap<string, string> = new Map(
  ['babeltrace2', 'perf', 'trace-cmd', ...lttngAnalyses].flatMap((program) => {
    const reason = whyAbsent(program);
    return reason === undefined ? [] : [[program, reason] as const];
  }),
);

/** The jobs on the traces that are there. */
export async function makeJobs({ traces, engine }: JobOptions): Promise<readonly Job[]> {
  const programs = { decode: await bundleProgram('decode'), dispatch: await bundleProgram('dispatch') };
  const engineWords = engine === undefined ? [] : ['--engine', engine];
  const jobs: Job[] = [];
  for (const name of ['kernel', 'ust'] as const) {
    const trace = traces[name];
    if (trace !== undefined) jobs.push(...largeTraceJobs(name, trace, programs.decode, engineWords));
  }
  const { kernel, small } = traces;
  if (kernel !== undefined) jobs.push(...kernelJobs(kernel, programs.dispatch));
  if (small !== undefined) jobs.push(...smallJobs(small));
  if (traces.perf !== undefined) jobs.push(...perfJobs(perfFile(traces.perf)));
  if (traces.ftrace !== undefined) jobs.push(ftraceJob(ftraceFile(traces.ftrace)));
  if (traces.sched !== undefined) jobs.push(runQueueJob(traces.sched));
  if (kernel !== undefined) jobs.push(await allAnalysesJob(kernel, dummy(kernel.folder)));
  jobs.push(...toolJobs(traces));
  jobs.push({
    id: 'start',
    title: '`--version`',
    trace: undefined,
    ours: diatrace('--version'),
    target: { kind: 'wall-ms', gate: 45, goal: 35 },
  });
  return jobs;
}

function largeTraceJobs(
  name: TraceName,
  { folder }: BenchTrace,
  decode: string,
  engineWords: readonly string[],
): readonly Job[] {
  const peer = dummy(folder);
  return [
    {
      ...{ id: 'decode', title: 'all fields, per stream', trace: name, peer, hasChecksum: true },
      ours: node(decode, folder, ...engineWords),
      target: { kind: 'ratio', gate: 25, goal: 40 },
    },
    {
      ...{ id: 'decode-global', title: 'all fields in time order, every value read', trace: name, peer },
      hasChecksum: true,
      ours: node(decode, folder, '--global', ...engineWords),
      target: { kind: 'ratio', gate: 10, goal: 20 },
    },
    {
      ...{ id: 'text', title: '`cat --style babeltrace`', trace: name },
      ours: diatrace('cat', '--style', 'babeltrace', folder),
      peer: { program: 'babeltrace2', args: [folder] },
      target: { kind: 'ratio', gate: 6, goal: 10 },
    },
    { id: 'info', title: '`info`', trace: name, peer, ours: diatrace('info', folder) },
    { id: 'info', title: '`info --quick`', trace: name, ours: diatrace('info', '--quick', folder) },
  ];
}

function kernelJobs({ folder }: BenchTrace, dispatch: string): readonly Job[] {
  return [
    {
      ...{ id: 'syscalls', title: '`report syscalls`', trace: 'kernel' },
      ours: diatrace('report', 'syscalls', folder),
      peer: dummy(folder),
      target: { kind: 'ratio', gate: 12, goal: 25 },
    },
    {
      ...{ id: 'dispatch', title: 'handlers with the kernel model', trace: 'kernel' },
      ours: node(dispatch, folder, 'whole'),
      rest: node(dispatch, folder, 'merge'),
      target: { kind: 'rows-per-second', gate: 20e6, goal: 40e6 },
    },
  ];
}

function smallJobs({ folder }: BenchTrace): readonly Job[] {
  return [
    {
      ...{ id: 'syscalls', title: '`report syscalls`', trace: 'small' },
      ours: diatrace('report', 'syscalls', folder),
      peer: dummy(folder),
      target: { kind: 'wall-ms', gate: 130, goal: 90, beatsPeer: true },
    },
    {
      ...{ id: 'first-events', title: '`cat --limit 100`', trace: 'small' },
      ours: diatrace('cat', '--limit', '100', folder),
      target: { kind: 'wall-ms', gate: 60, goal: 40 },
    },
  ];
}

/** Every event counted, beside every event written. */
const counting: Target = { kind: 'ratio', gate: 30, goal: 30 };

function perfJobs(file: string): readonly Job[] {
  return [
    {
      ...{ id: 'info', title: '`info`', trace: 'perf', ours: diatrace('info', file) },
      peer: { program: 'perf', args: ['script', '-i', file] },
      target: counting,
    },
    {
      ...{ id: 'syscalls', title: '`report syscalls`', trace: 'perf' },
      ours: diatrace('report', 'syscalls', file),
      peer: { program: 'perf', args: ['trace', '-s', '-i', file] },
      target: { kind: 'ratio', gate: 3, goal: 8 },
    },
  ];
}

function ftraceJob(file: string): Job {
  return {
    ...{ id: 'info', title: '`info`', trace: 'ftrace', ours: diatrace('info', file) },
    peer: { program: 'trace-cmd', args: ['report', '-i', file] },
    target: counting,
  };
}

/** The command line as it is delivered, run by the Node that runs the bench. */
export function diatrace(...args: readonly string[]): Command {
  return node(join(root, 'bin', 'diatrace'), ...args);
}

export function node(...args: readonly string[]): Command {
  return { program: process.execPath, args };
}

/** The peer reads everything and does nothing with it. */
function dummy(folder: string): Command {
  return { program: 'babeltrace2', args: ['convert', folder, '-o', 'dummy'] };
}

/** The coreutil: what reading the bytes costs alone. */
export function plainCat({ folder }: BenchTrace): Command {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  return { program: 'cat', args: files.filter((path) => statSync(path).isFile()) };
}
