/**
 * Rounds: in each, every command runs once (those of milliseconds more often), ours and the peers' in turn, so that a machine that
 * is slower for a while is slower for both. A ratio is made within a round; the middle of the rounds' ratios counts.
 */
import type { BenchTrace } from './cache.ts';
import { type Job, peakMaxBytes, peerAbsences, plainCat, type TraceName } from './jobs.ts';
import { type Command, type Measurement, measure, median } from './measure.ts';

export interface Figures {
  readonly wallS: number;
  readonly cpuS: number | undefined;
  readonly peakBytes: number | undefined;
}

export interface JobResult {
  readonly id: string;
  readonly title: string;
  readonly trace: TraceName | undefined;
  readonly runs: number;
  readonly ours: Figures;
  readonly peer: Figures | undefined;
  /** How many times faster than the peer. */
  readonly ratio: number | undefined;
  /** What `cat FILES > /dev/null` takes of our wall time. */
  readonly catShare: number | undefined;
  readonly eventsPerSecond: number | undefined;
  readonly rowsPerSecond: number | undefined;
  readonly checksum: string | undefined;
  readonly verdict: 'goal' | 'gate' | 'open' | undefined;
  readonly isPeakBounded: boolean | undefined;
  /** What our peak is of the peer's, where that is to be small. */
  readonly peakShare: number | undefined;
}

interface RoundCommand {
  readonly command: Command;
  /** Its output is kept. */
  readonly isRead: boolean;
  /** What is run before it: systems that give back idle pages of files would have it wait for the disk. */
  readonly warmUp: Command | undefined;
  /** In the first round alone. */
  readonly isOnce: boolean;
  /** How often in a round. */
  readonly times: number;
}

/** How often a command of milliseconds runs in a round: a single run is mostly what else the machine does at that moment. */
const shortTimes = 5;

type Runs = Map<string, Measurement[]>;

/** Measures all jobs in `count` rounds. */
export async function runRounds(
  jobs: readonly Job[],
  traces: Readonly<Partial<Record<TraceName, BenchTrace>>>,
  count: number,
): Promise<readonly JobResult[]> {
  const commands = commandsOf(jobs, traces);
  const runs: Runs = new Map();
  for (let round = 0; round < count; round++) {
    for (const [key, { command, isRead, warmUp, isOnce, times }] of commands) {
      if (isOnce && round > 0) continue;
      process.stderr.write(`\r\u001b[KRound ${round + 1} of ${count}: ${labelOf(command)}`);
      const list = runs.get(key) ?? [];
      runs.set(key, list);
      for (let time = 0; time < times; time++) {
        if (warmUp !== undefined) await measure(warmUp);
        list.push(await measure(command, isRead));
      }
    }
  }
  process.stderr.write('\r\u001b[K');
  return jobs.map((job) => resultOf(job, traces, runs));
}

function labelOf({ program, args }: Command): string {
  return [program, ...args]
    .map((word) => word.slice(word.lastIndexOf('/') + 1))
    .join(' ')
    .slice(0, 100);
}

/** Each command once a round, the peers' before the jobs that are compared with them. */
function commandsOf(jobs: readonly Job[], traces: Readonly<Partial<Record<TraceName, BenchTrace>>>) {
  const commands = new Map<string, RoundCommand>();
  for (const job of jobs) {
    const trace = job.trace === undefined ? undefined : traces[job.trace];
    const warmUp = trace && plainCat(trace);
    const times = job.target?.kind === 'wall-ms' ? shortTimes : 1;
    const add = (command: Command, isRead: boolean, isOnce = false) =>
      commands.set(keyOf(command), { command, isRead, warmUp, isOnce, times });
    if (warmUp !== undefined) add(warmUp, false);
    if (job.peer !== undefined && !peerAbsences.has(job.peer.program)) add(job.peer, false, job.isPeerSlow);
    if (job.rest !== undefined) add(job.rest, true);
    add(job.ours, job.hasChecksum === true || job.rest !== undefined);
  }
  return commands;
}

function keyOf({ program, args }: Command): string {
  return [program, ...args].join('\0');
}

function resultOf(job: Job, traces: Readonly<Partial<Record<TraceName, BenchTrace>>>, runs: Runs): JobResult {
  const ours = runs.get(keyOf(job.ours)) as readonly Measurement[];
  const peer = job.peer === undefined ? undefined : runs.get(keyOf(job.peer));
  const rest = job.rest === undefined ? undefined : runs.get(keyOf(job.rest));
  const trace = job.trace === undefined ? undefined : traces[job.trace];
  const cat = trace === undefined ? undefined : runs.get(keyOf(plainCat(trace)));
  const figures = figuresOf(ours);
  const peerFigures = peer === undefined ? undefined : figuresOf(peer);
  const ratio = peer === undefined ? undefined : ratioOf(peer, ours);
  const peakShare =
    job.peakShareMax === undefined || figures.peakBytes === undefined || peerFigures?.peakBytes === undefined
      ? undefined
      : figures.peakBytes / peerFigures.peakBytes;
  const rowsPerSecond = rest === undefined ? undefined : rowsOf(rest[0]!) / median(differences(ours, rest));
  return {
    ...{ id: job.id, title: job.title, trace: job.trace, runs: ours.length, ours: figures },
    peer: peerFigures,
    ratio,
    catShare: cat === undefined ? undefined : ratioOf(cat, ours),
    eventsPerSecond: job.hasChecksum && trace !== undefined ? trace.events / figures.wallS : undefined,
    rowsPerSecond,
    checksum: job.hasChecksum ? checksumOf(job, trace, ours) : undefined,
    verdict: verdictOf(job, { ratio, rowsPerSecond, peakShare, wallS: figures.wallS }),
    isPeakBounded:
      figures.peakBytes === undefined
        ? undefined
        : figures.peakBytes <=
          (job.peakMaxBytes ?? (peakShare === undefined ? peakMaxBytes : Number.POSITIVE_INFINITY)),
    peakShare,
  };
}

function figuresOf(runs: readonly Measurement[]): Figures {
  const cpus = runs.map(({ cpuS }) => cpuS).filter((value) => value !== undefined);
  const peaks = runs.map(({ peakBytes }) => peakBytes).filter((value) => value !== undefined);
  return {
    wallS: median(runs.map(({ wallS }) => wallS)),
    cpuS: cpus.length === 0 ? undefined : median(cpus),
    peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

/** What ran once is compared with every round. */
function ratioOf(above: readonly Measurement[], below: readonly Measurement[]): number {
  return median(below.map(({ wallS }, round) => ((above[round] ?? above[0]) as Measurement).wallS / wallS));
}

function differences(whole: readonly Measurement[], rest: readonly Measurement[]): readonly number[] {
  return whole.map(({ wallS }, round) => wallS - (rest[round] as Measurement).wallS);
}

function rowsOf({ output }: Measurement): number {
  return (JSON.parse(output) as { readonly rows: number }).rows;
}

/** @throws Error where runs disagree, or the count is not the trace's: a fast wrong answer is no result */
function checksumOf(job: Job, trace: BenchTrace | undefined, runs: readonly Measurement[]): string {
  const answers = runs.map(({ output }) => JSON.parse(output) as { events: number; checksum: string });
  const [first] = answers as [{ events: number; checksum: string }];
  if (answers.some(({ checksum }) => checksum !== first.checksum)) {
    throw new Error(
      `${job.title} gave different checksums: ${answers.map((each) => each.checksum).join(', ')}`,
    );
  }
  if (trace !== undefined && first.events !== trace.events) {
    throw new Error(`${job.title} decoded ${first.events} events of a trace with ${trace.events}`);
  }
  return first.checksum;
}

function verdictOf(
  { target, peakShareMax }: Job,
  figures: {
    readonly ratio?: number;
    readonly rowsPerSecond?: number;
    readonly peakShare?: number;
    readonly wallS: number;
  },
): JobResult['verdict'] {
  if (target === undefined) return undefined;
  if (peakShareMax !== undefined && (figures.peakShare ?? 0) > peakShareMax) return 'open';
  if (target.kind === 'wall-ms') {
    if (target.beatsPeer === true && figures.ratio !== undefined && figures.ratio < 1) return 'open';
    const wallMs = figures.wallS * 1000;
    return wallMs <= target.goal ? 'goal' : wallMs <= target.gate ? 'gate' : 'open';
  }
  const value = target.kind === 'ratio' ? figures.ratio : figures.rowsPerSecond;
  if (value === undefined) return undefined;
  return value >= target.goal ? 'goal' : value >= target.gate ? 'gate' : 'open';
}
