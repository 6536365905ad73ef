/**
 * `npm run bench -- profile JOB [--trace kernel|small|ust|perf|ftrace] [--engine E] [--top N]`: runs a job once under the sampling
 * profiler of Node and prints the functions that took the most time of their own, with their places in the sources.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './cache.ts';
import { type Job, jobIds, makeJobs, tracesOfJob } from './jobs.ts';
import { commonTraces, makeTraces } from './traces/named.ts';

/** What `--cpu-prof` writes: a tree of call frames, and which node each sample found. */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

const maps = new Map<string, SourceMap>();

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    trace: { type: 'string' },
    engine: { type: 'string' },
    top: { type: 'string', default: '15' },
  },
});

const [id = ''] = positionals;
const skipped: string[] = [];
const traces = await makeTraces(new Set(tracesOfJob[id] ?? commonTraces), false, skipped);
const jobs = await makeJobs({ traces, engine: options.engine });
const job = jobs.find((each) => each.id === id && (options.trace ?? each.trace) === each.trace);
if (job === undefined) {
  process.stderr.write(
    `${skipped.map((reason) => `${reason}\n`).join('')}` +
      `Name one job: ${jobIds.join(', ')}; --trace ${commonTraces.join(', ')} where it has several.\n`,
  );
  process.exitCode = 2;
} else {
  process.stdout.write(describe(job, profileOf(job)));
}

function profileOf({ ours }: Job): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-bench-'));
  try {
    // The first run after a build compiles, and keeps what it compiled for all others: it would be most of a short one's profile.
    spawnSync(ours.program, ours.args, { stdio: 'ignore' });
    const args = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500', ...ours.args];
    const { status, stderr } = spawnSync(ours.program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the job ended with ${status}: ${stderr.trim()}`);
    const [file] = readdirSync(folder);
    return JSON.parse(readFileSync(join(folder, file as string), 'utf8')) as Profile;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ title, trace }: Job, { nodes, samples, timeDeltas }: Profile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  let totalUs = 0;
  samples.forEach((id, index) => {
    const name = nameOf(frames.get(id) as CallFrame);
    const us = timeDeltas[index] as number;
    times.set(name, (times.get(name) ?? 0) + us);
    totalUs += us;
  });
  const sorted = [...times].sort(([, a], [, b]) => b - a).slice(0, Number(options.top));
  const rows = sorted.map(
    ([name, us]) => `| ${((us / totalUs) * 100).toFixed(1)} % | ${(us / 1000).toFixed(0)} ms | ${name} |`,
  );
  const of = trace === undefined ? '' : `, ${trace} trace`;
  return `${title}${of}: ${(totalUs / 1e6).toFixed(2)} s in all\n\n| own time | | function |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** The function and where its source is: bundles have all in a few lines. */
function nameOf({ functionName, url, lineNumber, columnNumber }: CallFrame): string {
  const name = functionName === '' ? 'a function without name' : functionName;
  if (!url.startsWith('file:')) return url.startsWith('wasm:') ? `${name} (generated)` : name;
  const path = fileURLToPath(url);
  const place = originOf(path, lineNumber, columnNumber);
  return place === undefined ? `${name} ${relative(root, path)}:${lineNumber + 1}` : `${name} \`${place}\``;
}

function originOf(path: string, line: number, column: number): string | undefined {
  let map = maps.get(path);
  if (map === undefined) {
    map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')));
    maps.set(path, map);
  }
  const entry = map.findEntry(line, column);
  if (!('originalSource' in entry)) return undefined;
  const source = relative(root, resolve(dirname(path), entry.originalSource));
  return `${source}:${entry.originalLine + 1}`;
}
