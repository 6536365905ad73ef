// `cat --style babeltrace` against babeltrace2 on every CTF 1.8 trace of the corpus: against what the corpus keeps of
// version 2.1.1, else against the babeltrace2 that is installed. Lines are compared without their deltas; events of equal
// time may stand in any order, since which stream goes first is the reader's choice.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFields, readNames } from '../src/events/text/options.ts';
import { defaultTextOptions, type TextOptions } from '../src/events/text/style.ts';
import { writeEvents } from '../src/pipeline/cat.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { style } from '../src/text/babeltrace/style.ts';
import { corpusPath, describeCorpus, listCases, readExpectedLines, skipUnless } from './corpus.ts';

const timeoutMs = 180_000;
const everything: TextOptions = {
  ...defaultTextOptions,
  names: readNames('all'),
  fields: readFields('all'),
  gmt: true,
  date: true,
};
const everythingArguments = ['--clock-gmt', '--clock-date', '--names=all', '--fields=all'];

function print(path: string, options: TextOptions): Buffer {
  const set = openTraces([openNodeInput(path)], { needsOneTimeline: false });
  const pieces: Buffer[] = [];
  try {
    writeEvents(set, { style, options, scope: {} }, { write: (bytes) => pieces.push(Buffer.from(bytes)) });
  } finally {
    set.close();
  }
  return Buffer.concat(pieces);
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** What babeltrace2 prints, up to where it stops if it does; undefined when it is not installed. */
function runBabeltrace(
  path: string,
  options: readonly string[],
): { lines: string[]; stopped: boolean } | undefined {
  const run = spawnSync('babeltrace2', ['convert', path, ...options], {
    env: { ...process.env, TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 30,
  });
  if (run.error !== undefined) return undefined;
  return { lines: linesOf(run.stdout.toString('utf8')), stopped: run.status !== 0 };
}

function withoutDelta(line: string): string {
  return line.replace(/^(timestamp = [^,]+), delta = [^,]+/, '$1');
}

interface Timed {
  /** Nanoseconds since the epoch; -1 without time. */
  readonly ns: bigint;
  readonly rest: string;
}

function timed(line: string): Timed {
  const match = /^timestamp = (\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+)\.(\d{9})/.exec(line);
  if (match === null) return { ns: -1n, rest: line };
  const [year, month, day, hour, minute, second, ns] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  return { ns: BigInt(seconds) * 1_000_000_000n + BigInt(ns), rest: line.slice(match[0].length) };
}

/** Sorted by time and then text; events without time keep their order. */
function sorted(lines: readonly string[]): readonly string[] {
  const isTimed = lines[0]?.startsWith('timestamp = ') ?? false;
  return isTimed ? lines.toSorted() : lines;
}

/**
 * Babeltrace 2.0 prints an empty string as the text that its recycled field object held before (mended later: "Fix:
 * clear_string_field(): set first character to 0"). In many-threads it prints "/var/run/utmpx" a second time, although the
 * stream file has these bytes once.
 */
function isEqualTo20(found: string, expected: string): boolean {
  if (found === expected) return true;
  const parts = found.split(' = ""');
  if (parts.length === 1) return false;
  const pattern = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join(' = "[^"]*"');
  return new RegExp(`^${pattern}$`).test(expected);
}

function isEqual(found: string, expected: string): boolean {
  return found === expected;
}

/** Only the first differences are shown: a whole trace's worth is of no use. */
function expectSameLines(
  found: readonly string[],
  expected: readonly string[],
  isSame: (found: string, expected: string) => boolean,
): void {
  expect(found.length).toBe(expected.length);
  const differing = found.findIndex((line, index) => !isSame(line, expected[index] as string));
  if (differing >= 0)
    expect(found.slice(differing, differing + 3)).toEqual(expected.slice(differing, differing + 3));
}

/** Clocks of another frequency than 1 GHz: libbabeltrace2 computes in double and may be off by one; ours is the exact floor. */
function expectSameLinesWithinOneNs(found: readonly string[], expected: readonly string[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((line, index) => {
    const ours = timed(line);
    const theirs = timed(expected[index] as string);
    const difference = ours.ns - theirs.ns;
    expect([ours.rest, difference >= -1n && difference <= 1n]).toEqual([theirs.rest, true]);
  });
}

function clocksAreExact(path: string): boolean {
  const set = openTraces([openNodeInput(path)], { needsOneTimeline: false });
  try {
    return set.traces.every((trace) => trace.clocks.every((clock) => clock.frequencyHz === 1_000_000_000n));
  } finally {
    set.close();
  }
}

describeCorpus('cat --style babeltrace', () => {
  for (const [folder, name] of ['ctf1', 'sync'].flatMap((parent) =>
    listCases(parent).map((one) => [parent, one] as const),
  )) {
    const path = corpusPath(folder, name, 'trace');
    const kept = corpusPath(folder, name, 'expected', 'pretty.txt');
    const isKept = existsSync(kept) || existsSync(`${kept}.gz`);

    test(`${folder}/${name}: every line as babeltrace2 prints it`, { timeout: timeoutMs }, (context) => {
      const expected = isKept
        ? { lines: readExpectedLines(kept), stopped: false }
        : runBabeltrace(path, everythingArguments);
      skipUnless(
        context,
        expected !== undefined,
        'babeltrace2 is not installed, and the corpus keeps no output',
      );
      if (expected === undefined) return;
      const printed = linesOf(print(path, everything).toString('utf8')).map(withoutDelta);
      const wanted = expected.lines.map(withoutDelta);
      // Where babeltrace2 stops at a trace that we read on, what it has printed until then counts.
      const found = expected.stopped ? printed.slice(0, wanted.length) : printed;
      if (clocksAreExact(path))
        expectSameLines(sorted(found), sorted(wanted), isKept ? isEqual : isEqualTo20);
      else expectSameLinesWithinOneNs(found, wanted);
    });
  }

  test.for([
    ['2packets', [], { gmt: true }],
    ['wk-heartbeat-u', ['--clock-seconds'], { clock: 'seconds' }],
    ['cyg-profile', ['--clock-cycles', '--no-delta'], { clock: 'cycles', delta: false }],
    ['sequence', ['--names=none'], { names: readNames('none') }],
    ['sequence', ['--names=scope'], { names: readNames('scope') }],
    ['smalltrace', ['--fields=all'], { fields: readFields('all') }],
    [
      'debug-info',
      ['--fields=trace:domain,loglevel,trace'],
      { fields: readFields('trace:domain,loglevel,trace') },
    ],
  ] as const)('%s with %j: byte for byte', ([name, options, own], context) => {
    const path = corpusPath('ctf1', name, 'trace');
    const expected = runBabeltrace(path, options);
    skipUnless(context, expected !== undefined, 'babeltrace2 is not installed');
    const found = linesOf(print(path, { ...defaultTextOptions, gmt: true, ...own }).toString('utf8'));
    expect(found).toEqual(expected?.lines);
  });
});

test.each<[string, TextOptions]>([
  ['all.txt', everything],
  ['default.txt', { ...defaultTextOptions, gmt: true }],
])('a trace with a field of every kind is read and printed as babeltrace2 does: %s', (file, options) => {
  const goldens = join(import.meta.dirname, '..', 'src', 'text', 'babeltrace', 'goldens');
  const found = print(join(goldens, 'trace'), options);
  expect(found.toString('latin1')).toBe(readFileSync(join(goldens, file), 'latin1'));
});
