/** Results as one table, for a terminal and for `bench/RESULTS.md`. */
import type { BenchTrace } from './cache.ts';
import type { CheckResult } from './checks/check.ts';
import { type Job, peakMaxBytes, peerAbsences, type TraceName } from './jobs.ts';
import type { MachineFacts } from './machine.ts';
import type { JobResult } from './rounds.ts';

const heads = [
  'job',
  'trace',
  'wall',
  'CPU',
  'peak',
  'peer',
  'ratio',
  '`cat`',
  'figure',
  'gate · goal',
  'reached',
];

/** One row a job, as Markdown. */
export function jobTable(results: readonly JobResult[], jobs: readonly Job[]): string {
  const rows = results.map((result, index) => rowOf(result, jobs[index] as Job));
  return markdownTable(heads, rows);
}

function rowOf(result: JobResult, job: Job): readonly string[] {
  const { ours, peer } = result;
  return [
    result.title,
    result.trace ?? '–',
    seconds(ours.wallS),
    orDash(ours.cpuS, seconds),
    orDash(ours.peakBytes, megabytes) + (result.isPeakBounded === false ? ' !' : ''),
    orDash(peer, ({ wallS, peakBytes }) => `${seconds(wallS)}, ${orDash(peakBytes, megabytes)}`),
    orDash(result.ratio, (ratio) => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`),
    orDash(result.catShare, (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`),
    figureOf(result),
    targetOf(job),
    result.verdict ?? '–',
  ];
}

function figureOf(result: JobResult): string {
  if (result.peakShare !== undefined) return `peak ${result.peakShare.toFixed(2)} of the peer's`;
  if (result.rowsPerSecond !== undefined) return `${(result.rowsPerSecond / 1e6).toFixed(1)} M rows/s`;
  if (result.eventsPerSecond === undefined) return '–';
  return `${(result.eventsPerSecond / 1e6).toFixed(1)} M events/s, sum ${result.checksum}`;
}

function targetOf({ target, peakShareMax }: Job): string {
  if (target === undefined) return '–';
  if (target.kind === 'ratio' && peakShareMax !== undefined)
    return `≥ ${target.gate}× · ${target.goal}×, peak ≤ ${peakShareMax}`;
  if (target.kind === 'ratio') return `≥ ${target.gate}× · ${target.goal}×`;
  if (target.kind === 'wall-ms') return `≤ ${target.gate} · ${target.goal} ms`;
  return `≥ ${target.gate / 1e6} · ${target.goal / 1e6} M rows/s`;
}

function orDash<T>(value: T | undefined, format: (value: T) => string): string {
  return value === undefined ? '–' : format(value);
}

function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** What was asserted, one row a check. */
export function checkTable(results: readonly CheckResult[]): string {
  return markdownTable(
    ['check', 'result', 'peak', 'allowed', 'what was seen'],
    results.map(({ title, problem, peakBytes, peakMaxBytes: allowed, seen }) => [
      title,
      problem === undefined ? 'holds' : 'fails',
      orDash(peakBytes, megabytes),
      orDash(allowed, megabytes),
      problem ?? seen,
    ]),
  );
}

/** Machine, versions, traces: what one must know to read the figures. */
export function headText(
  machine: MachineFacts,
  traces: Readonly<Partial<Record<TraceName, BenchTrace>>>,
  skipped: readonly string[],
): string {
  const lines = [
    `Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}; traces in the page cache, as read from the disk.`,
    `Versions: ${machine.versions.join(', ')}.`,
    `Wall and CPU time of whole processes, medians of the rounds; peak is the largest resident set seen ("!" above ${megabytes(peakMaxBytes)}).`,
    'The peer is babeltrace2 with `-o dummy`, for text its own text; for perf.data `perf script`, `perf trace -s`',
    'and `perf sched latency`, for trace.dat `trace-cmd report`, for `lttng-…` the program of that name in /usr/bin, which runs once. The ratio is its wall time by ours, made within each round.',
    '`cat` is what the coreutil takes for the same files, as a share of our wall time. All output goes to /dev/null.',
    '',
    ...Object.entries(traces).map(
      ([name, { events, sizeBytes, description }]) =>
        `- ${name}: ${description}, ${events.toLocaleString('en')} events, ${megabytes(sizeBytes)}`,
    ),
    ...[...[...peerAbsences.values()].map((reason) => `peer: ${reason}`), ...skipped].map(
      (reason) => `- skipped, ${reason}`,
    ),
  ];
  return lines.join('\n');
}
