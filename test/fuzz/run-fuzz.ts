// Starts a process that runs cases and watches it: one that takes too long or too much memory is ended, and the next case goes on
// in a new process.
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FromChild } from './child.ts';
import type { Target } from './make-case.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly only?: Target;
  /** The number of the first case. */
  readonly first?: number;
  readonly caseCountMax?: number;
  readonly millisecondsMax?: number;
  readonly onFailure?: (failure: FuzzFailure) => void;
  readonly onEnd?: (end: FromChild & { kind: 'end' }) => void;
}

export interface FuzzFailure {
  readonly number: number;
  readonly what: string;
  readonly reason: string;
}

export interface FuzzSummary {
  readonly cases: number;
  readonly refused: number;
  readonly read: number;
  readonly events: number;
  readonly failures: readonly FuzzFailure[];
  readonly slowest: { readonly number: number; readonly milliseconds: number };
  readonly memoryMaxBytes: number;
  /** By code. */
  readonly refusals: ReadonlyMap<string, number>;
}

/** Of the processor's time, as the machine may be busy with other things; and of time, if it does not use the processor at all. */
const caseMillisecondsMax = 10_000;
const silentMillisecondsMax = 120_000;
const memoryMaxBytes = 500 * 1024 * 1024;
/** Beyond this the machine suffers: the process is ended at once. */
const memoryDangerBytes = 2 * 1024 * 1024 * 1024;
const watchMilliseconds = 100;
/** A new process now and then, so that what the ones before left in memory is not counted as a case's. */
const casesPerProcess = 400;

export async function runFuzz(options: FuzzOptions): Promise<FuzzSummary> {
  const run = new FuzzRun(options);
  await run.all();
  return run.summary();
}

class FuzzRun {
  readonly #options: FuzzOptions;
  readonly #startedMs = performance.now();
  readonly #failures: FuzzFailure[] = [];
  readonly #refusals = new Map<string, number>();
  #cases = 0;
  #read = 0;
  #events = 0;
  #slowest = { number: -1, milliseconds: 0 };
  #memoryMaxBytes = 0;

  constructor(options: FuzzOptions) {
    this.#options = options;
  }

  async all(): Promise<void> {
    let next = this.#options.first ?? 0;
    while (!this.#isDone()) next = await this.#runProcess(next);
  }

  summary(): FuzzSummary {
    const refused = [...this.#refusals.values()].reduce((sum, count) => sum + count, 0);
    return {
      cases: this.#cases,
      refused,
      read: this.#read,
      events: this.#events,
      failures: this.#failures,
      slowest: this.#slowest,
      memoryMaxBytes: this.#memoryMaxBytes,
      refusals: this.#refusals,
    };
  }

  #isDone(): boolean {
    const { caseCountMax = Number.POSITIVE_INFINITY, millisecondsMax = Number.POSITIVE_INFINITY } =
      this.#options;
    return this.#cases >= caseCountMax || performance.now() - this.#startedMs >= millisecondsMax;
  }

  #fail(failure: FuzzFailure): void {
    this.#failures.push(failure);
    this.#options.onFailure?.(failure);
  }

  /** Runs cases from `first` on until the process has to be replaced; gives the number of the next case. */
  async #runProcess(first: number): Promise<number> {
    const watched = watchCases(this.#options, first);
    let next = first;
    let begun = 0;
    for await (const event of watched.events()) {
      if (event.kind === 'begin') {
        next = event.number;
        begun++;
        continue;
      }
      next = event.number + 1;
      this.#cases++;
      if (event.kind === 'killed') {
        this.#fail({ number: event.number, what: '', reason: event.reason });
        break;
      }
      await this.#note(event, begun === 1);
      if (this.#isDone() || begun >= casesPerProcess || event.memoryMaxBytes > memoryMaxBytes) break;
    }
    watched.stop();
    return next;
  }

  async #note(end: FromChild & { kind: 'end' }, isAlone: boolean): Promise<void> {
    this.#options.onEnd?.(end);
    const { number, what, failure, milliseconds, outcome } = end;
    if (milliseconds > this.#slowest.milliseconds) this.#slowest = { number, milliseconds };
    if (failure !== undefined) this.#fail({ number, what, reason: failure });
    else if (outcome?.kind === 'refused')
      this.#refusals.set(outcome.code ?? '', (this.#refusals.get(outcome.code ?? '') ?? 0) + 1);
    else {
      this.#read++;
      this.#events += outcome?.events ?? 0;
    }
    // Many cases together may have taken it, as memory is collected late: the case alone shows.
    let memoryBytes = end.memoryMaxBytes;
    if (memoryBytes > memoryMaxBytes && !isAlone) memoryBytes = await memoryOf(this.#options, number);
    this.#memoryMaxBytes = Math.max(this.#memoryMaxBytes, memoryBytes);
    if (memoryBytes > memoryMaxBytes)
      this.#fail({ number, what, reason: `${Math.round(memoryBytes / 2 ** 20)} MB of memory` });
  }
}

/** What one case takes in a process of its own. */
async function memoryOf(options: FuzzOptions, number: number): Promise<number> {
  const watched = watchCases(options, number);
  try {
    for await (const event of watched.events()) {
      if (event.kind === 'end') return event.memoryMaxBytes;
      if (event.kind === 'killed') return memoryDangerBytes;
    }
    return 0;
  } finally {
    watched.stop();
  }
}

type WatchedEvent = FromChild | { readonly kind: 'killed'; readonly number: number; readonly reason: string };

/** A process that runs cases, and its messages. */
function watchCases({ seed, only }: FuzzOptions, first: number) {
  const child = fork(join(import.meta.dirname, 'child.ts'), [String(seed), String(first), '1', only ?? ''], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  const queue: WatchedEvent[] = [];
  let wake = () => {};
  let isOver = false;
  let current = first;
  let saidMs = performance.now();
  let begunCpuMs: number | undefined;
  let errors = '';
  const push = (event: WatchedEvent) => {
    queue.push(event);
    wake();
  };
  const end = (reason: string) => {
    if (isOver) return;
    isOver = true;
    clearInterval(timer);
    child.kill('SIGKILL');
    push({ kind: 'killed', number: current, reason });
  };
  child.stderr?.on('data', (bytes) => {
    errors = `${errors}${bytes}`.slice(-4000);
  });
  child.on('message', (message: FromChild) => {
    if (isOver) return;
    current = message.number;
    saidMs = performance.now();
    begunCpuMs = cpuMilliseconds(child);
    push(message);
  });
  child.on('exit', (code, signal) => end(`the process ended with ${code ?? signal}\n${errors}`));
  const timer = setInterval(() => {
    const usedMs = begunCpuMs === undefined ? 0 : cpuMilliseconds(child) - begunCpuMs;
    if (usedMs > caseMillisecondsMax || performance.now() - saidMs > silentMillisecondsMax)
      end(`more than ${caseMillisecondsMax / 1000} s`);
    else if (residentBytes(child) > memoryDangerBytes)
      end(`more than ${memoryDangerBytes / 2 ** 20} MB of memory`);
  }, watchMilliseconds);
  async function* events(): AsyncGenerator<WatchedEvent> {
    for (;;) {
      const event = queue.shift();
      if (event !== undefined) {
        yield event;
        if (event.kind === 'killed') return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  const stop = () => {
    isOver = true;
    clearInterval(timer);
    child.kill('SIGKILL');
  };
  return { events, stop };
}

/** User and system time of a process: fields 14 and 15 of its stat file, in hundredths of a second (Linux); else the time. */
function cpuMilliseconds(child: ChildProcess): number {
  try {
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return performance.now();
  }
}

/** Where the system says it (Linux). */
function residentBytes(child: ChildProcess): number {
  try {
    const pages = readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1];
    return Number(pages) * 4096;
  } catch {
    return 0;
  }
}
