// `report profile` beside perf on the same files: shares, periods and samples by name and object as `perf report --sort comm,dso` prints
// them, and call chains as `perf script` prints them, counted in the plainest way. Of two objects with one name in different folders perf
// makes one row.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missing } from '../src/analysis/needs.ts';
import { analysis } from '../src/catalogue/cpu/profile/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { FlameGraph, Lines, Shape } from '../src/results/index.ts';
import { corpusPath, describeCorpus, listCases, skipUnless } from './corpus.ts';
import { rowsOf } from './lttng-analyses.ts';

const recording = join(import.meta.dirname, 'recordings', 'profile');
const bundled = join(recording, 'perf.data');

function answerOf(file: string, view: string, engine?: 'interpreter' | 'wasm'): Shape | undefined {
  return answersOf(file, view, engine)?.[0];
}

/** Undefined where the file has no samples of counters. */
function answersOf(
  file: string,
  view: string,
  engine: 'interpreter' | 'wasm' = 'wasm',
): readonly Shape[] | undefined {
  const set = openTraces([openNodeInput(file)], { engine });
  try {
    if (missing(analysis.needs, set.classes) !== undefined) return undefined;
    return runAnalyses(set, [{ analysis, options: { by: 'comm,dso' }, views: [view] }])[0]?.answers;
  } finally {
    set.close();
  }
}

/** What a perf command prints; undefined where perf is not installed or can't read the file. */
function perf(...args: string[]): string | undefined {
  const { stdout, status } = spawnSync('perf', args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', HOME: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `SHARE SAMPLES PERIOD COMM OBJECT`, one a row, of all events. */
function ourShares(file: string): string[] | undefined {
  const shape = answerOf(file, 'table');
  if (shape === undefined) return undefined;
  const sums = new Map<string, { share: number; samples: number; period: number }>();
  for (const row of rowsOf(shape)) {
    const comm = row['comm'] === 'idle' ? 'swapper' : String(row['comm']);
    const key = [row['event'], comm, baseName(String(row['dso']))].join('|');
    const sum = sums.get(key) ?? { share: 0, samples: 0, period: 0 };
    sums.set(key, {
      share: sum.share + ((row['share'] as number | undefined) ?? 0),
      samples: sum.samples + (row['samples'] as number),
      period: sum.period + (row['period'] as number),
    });
  }
  return [...sums]
    .map(([key, { share, samples, period }]) => {
      const [, ...names] = key.split('|');
      return [`${(share * 100).toFixed(2)}%`, samples, period, ...names].join('|');
    })
    .sort();
}

function theirShares(file: string): string[] | undefined {
  // No branches, groups or decoded traces instead of samples, and columns as wide as they need be.
  const plain = ['--no-children', '-g', 'none', '--no-group', '--no-branch-stack', '--no-itrace'];
  const columns = ['-F', 'overhead,sample,period,comm,dso', '-t', '|', '-w', '0,0,0,40,40'];
  const text = perf('report', '--stdio', ...plain, ...columns, '-i', file);
  return text
    ?.split('\n')
    .filter((line) => line.includes('|') && !line.startsWith('#'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim().replace(/^\[JIT\] tid (\d+)$/, 'perf-$1.map'))
        .join('|'),
    )
    .sort();
}

test('the bundled recording: 23 and 7 of 30 rounds', () => {
  const functions = readFileSync(join(recording, 'functions.txt'), 'utf8')
    .split('\n')
    .map((line) => /^([0-9a-f]+) . (\w+)$/.exec(line))
    .flatMap((match) =>
      match === null ? [] : [{ address: Number.parseInt(match[1]!, 16), name: match[2]! }],
    );
  const nameOf = (frame: string) => {
    const address = Number.parseInt(/^known-profile\+0x([0-9a-f]+)$/.exec(frame)?.[1] ?? '', 16);
    return functions.findLast((candidate) => candidate.address <= address)?.name ?? frame;
  };
  const periods = new Map<string, number>();
  for (const line of (answerOf(bundled, 'folded') as Lines).lines) {
    const at = line.lastIndexOf(' ');
    const names = line.slice(0, at).split(';').map(nameOf);
    // Whatever the kernel does meanwhile is on behalf of the same caller.
    const caller = names.find((name) => name === 'twenty_three' || name === 'seven') ?? 'start';
    if (caller !== 'start') expect(names.slice(names.indexOf(caller) - 1)[0]).toBe('main');
    periods.set(caller, (periods.get(caller) ?? 0) + Number(line.slice(at + 1)));
  }
  const [many, few] = [periods.get('twenty_three') ?? 0, periods.get('seven') ?? 0];
  expect(many / (many + few)).toBeCloseTo(23 / 30, 2);
  expect((periods.get('start') ?? 0) / (many + few)).toBeLessThan(0.03);
});

test('both engines give the same stacks', () => {
  expect(answerOf(bundled, 'folded', 'interpreter')).toEqual(answerOf(bundled, 'folded'));
});

test('perf report has the same shares, bundled recording', (context) => {
  const theirs = theirShares(bundled);
  skipUnless(context, theirs !== undefined, 'perf is not installed');
  expect(ourShares(bundled)).toEqual(theirs);
});

/** Stacks from `perf script`, each address as our frames are written, with the sum of periods. */
function theirStacks(file: string): Map<string, number> | undefined {
  const text = perf('script', '--no-itrace', '--max-stack', '1024', '-F', 'comm,period,ip,dso', '-i', file);
  if (text === undefined) return undefined;
  const stacks = new Map<string, number>();
  for (const block of text.split('\n\n')) {
    const [head = '', ...lines] = block.split('\n').filter((line) => line !== '');
    const match = /^ *(.+?) +(\d+) *$/.exec(head);
    if (match === null) continue;
    const frames = lines.map((line) => {
      const [, address, object] = /^\s*([0-9a-f]+) .*?\((.*)\)$/.exec(line) ?? [];
      return `${baseName(object ?? '?')}+0x${address}`;
    });
    const stack = [match[1] === 'swapper' ? 'idle' : match[1], ...frames.reverse()].join(';');
    stacks.set(stack, (stacks.get(stack) ?? 0) + Number(match[2]));
  }
  return stacks;
}

/** Addresses without a file say nothing of an object: on both sides. */
function comparable(stacks: Iterable<readonly [string, number]>): string[] {
  const sums = new Map<string, number>();
  for (const [stack, period] of stacks) {
    const plain = stack.replaceAll(/;(?:\[[^;]*\]|[^;+]*)\+0x(?=[0-9a-f]+(?:;|$))/g, (prefix) =>
      prefix.startsWith(';[') ? ';0x' : prefix,
    );
    sums.set(plain, (sums.get(plain) ?? 0) + period);
  }
  return [...sums].map(([stack, period]) => `${stack} ${period}`).sort();
}

function ourStacks(file: string): (readonly [string, number])[] {
  return (answerOf(file, 'folded') as Lines).lines.map((line) => {
    const at = line.lastIndexOf(' ');
    return [line.slice(0, at), Number(line.slice(at + 1))] as const;
  });
}

test('perf script has the same stacks, bundled recording', (context) => {
  const theirs = theirStacks(bundled);
  skipUnless(context, theirs !== undefined, 'perf is not installed');
  expect(comparable(ourStacks(bundled))).toEqual(comparable(theirs!));
});

/** Of all events, `EVENT;STACK PERIOD` where there are several. */
function flameStacks(file: string): (readonly [string, number])[] | undefined {
  const graphs = answersOf(file, 'flame-graph') as readonly FlameGraph[] | undefined;
  return graphs?.flatMap(({ description, frames }) => {
    const event = graphs.length > 1 ? `${description.title.replace('Flame graph: ', '')};` : '';
    const stacks: string[] = [];
    return frames.flatMap(({ name, parent, self }) => {
      const own = name.replaceAll(';', ':').replace(/[\r\n]/g, ' ');
      const stack = parent === undefined ? event + own : `${stacks[parent]};${own}`;
      stacks.push(stack);
      return self > 0 ? [[stack, self] as const] : [];
    });
  });
}

function sumsOf(stacks: Iterable<readonly [string, number]>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [stack, period] of stacks) if (period > 0) sums.set(stack, (sums.get(stack) ?? 0) + period);
  return sums;
}

describeCorpus('profiles beside perf', () => {
  const fileOf = (name: string) => corpusPath('perf', name, 'perf.data');
  const cases = listCases('perf').filter((name) => !name.includes('.corrupted.') && existsSync(fileOf(name)));

  test.for(cases)('shares of %s', (name, context) => {
    const ours = ourShares(fileOf(name));
    if (ours === undefined) return;
    const theirs = theirShares(fileOf(name));
    skipUnless(context, theirs !== undefined, 'perf is not installed, or too old for this file');
    expect(ours).toEqual(theirs);
  });

  test.for(cases)('the flame graph of %s has the stacks of folded', (name) => {
    const drawn = flameStacks(fileOf(name));
    if (drawn !== undefined) expect(sumsOf(drawn)).toEqual(sumsOf(ourStacks(fileOf(name))));
  });

  test.for(['own-cpu-fp', 'quipper-callgraph-3.4'])('stacks of %s', (name, context) => {
    const theirs = theirStacks(fileOf(name));
    skipUnless(context, theirs !== undefined, 'perf is not installed');
    expect(comparable(ourStacks(fileOf(name)))).toEqual(comparable(theirs!));
  });
});
