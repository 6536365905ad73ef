import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mergeStreams } from '../../src/events/merge.ts';
import { openTraces } from '../../src/pipeline/open.ts';
import { openNodeInput } from '../../src/platform/node/input.ts';
import { corpusPath, requireCorpus } from '../../test/corpus.ts';
import { root } from '../cache.ts';
import { repeatTrace } from './repeat.ts';

/** Times of all events in their order, relative to the first, and what was noted. */
function timesOf(folder: string): { readonly times: readonly number[]; readonly notes: readonly string[] } {
  const set = openTraces([openNodeInput(folder)]);
  const selection = {
    classes: new Map(set.classes.map(({ index }) => [index, []])),
    cycles: false,
    packets: false,
  };
  const times: number[] = [];
  mergeStreams(set.read(selection), (batch, from, to) => {
    for (let at = from; at < to; at++) times.push(batch.timeNs[at] as number);
    return true;
  });
  const notes = set.health().notes.map(({ kind }) => kind.code);
  set.close();
  return { times, notes };
}

function expectRepeated(from: string, count: number): void {
  const to = mkdtempSync(join(tmpdir(), 'diatrace-repeat-'));
  try {
    const repeated = repeatTrace(from, to, count);
    const original = timesOf(from);
    const { times, notes } = timesOf(to);
    expect(repeated.events).toBe(original.times.length * count);
    expect(times.length).toBe(repeated.events);
    expect(notes).toEqual(original.notes);
    const shift = (times[original.times.length] as number) - (times[0] as number);
    expect(shift).toBeGreaterThan((original.times.at(-1) as number) - (original.times[0] as number));
    const expected = Array.from({ length: count }, (_, turn) =>
      original.times.map((time) => time + turn * shift),
    );
    expect(times).toEqual(expected.flat());
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
}

test('a trace with whole times in every record is repeated later', () => {
  expectRepeated(join(root, 'examples', 'first-trace'), 3);
});

test('narrow times, packet numbers and the index of an LTTng trace stay right', (context) => {
  requireCorpus(context);
  expectRepeated(corpusPath('ctf1', 'bug446190', 'trace', 'kernel'), 2);
});
