/** Whatever is asked of a trace, the answer says the same of how long it is: from its first event to its last one. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defineAnalysis } from '../src/analysis/index.ts';
import type { TraceInput } from '../src/bytes/source.ts';
import { analysis as events } from '../src/catalogue/events/events/analysis.ts';
import type { Engine } from '../src/events/engine.ts';
import { makeTraceSet } from '../src/events/trace-set.ts';
import { format } from '../src/formats/ctf/format.ts';
import { readInfo } from '../src/pipeline/info.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, describeCorpus, listCases } from './corpus.ts';
import { everyTrace } from './every-trace.ts';

/** Steps over every event. */
const nothing = defineAnalysis({
  id: 'nothing',
  family: 'events',
  title: 'Nothing',
  question: 'How long is it?',
  needs: {},
  options: {},
  views: { table: { meaning: 'Nothing.' } },
  describe: () => [],
  begin: () => ({}),
  on: {},
  end: () => [],
});

function rangesOf(inputs: readonly TraceInput[], engine: Engine) {
  const set = openTraces(inputs, { engine });
  try {
    const { beginNs, endNs } = readInfo(set, false);
    const [counted] = runAnalyses(set, [{ analysis: events, views: ['count'] }]);
    const [skipped] = runAnalyses(set, [{ analysis: nothing }]);
    return [{ beginNs, endNs }, counted?.timeRange, skipped?.timeRange];
  } finally {
    set.close();
  }
}

function expectOneRange(inputs: readonly TraceInput[]): void {
  for (const engine of ['interpreter', 'wasm'] as const) {
    const [told, counted, skipped] = rangesOf(inputs, engine);
    expect(counted).toMatchObject(told as object);
    expect(skipped).toMatchObject(told as object);
  }
}

test('the bundled trace', () => {
  expectOneRange([openNodeInput(join(import.meta.dirname, '..', 'examples', 'first-trace'))]);
});

test.each(['profile/perf.data', 'perf-folder/perf.data', 'ftrace/trace.dat'])('recordings/%s', (name) => {
  expectOneRange([openNodeInput(join(import.meta.dirname, 'recordings', name))]);
});

test('a new reading of a trace ends the one before it, wherever that stopped', () => {
  const options = { first: { trace: 0, eventClass: 0, stream: 0 } };
  const path = join(import.meta.dirname, '..', 'examples', 'first-trace');
  const set = makeTraceSet([format.open(openNodeInput(path), options)]);
  const selection = { classes: { get: () => [] }, cycles: false, packets: false };
  const before = set.read(selection);
  expect(before[0]?.next()?.count).toBeGreaterThan(0);
  const after = set.read(selection);
  expect(before[0]?.next()).toBeUndefined();
  expect(after[0]?.next()?.count).toBeGreaterThan(0);
  set.close();
});

describeCorpus('info and every report agree on the span', () => {
  test.each([
    ...listCases('ctf1').map((name) => ['ctf1', name]),
    ...listCases('sync').map((name) => ['sync', name]),
  ])('%s/%s', (folder, name) =>
    expectOneRange([openNodeInput(corpusPath(folder as string, name as string, 'trace'))]),
  );

  const others = everyTrace([]).filter(({ name }) => /^(?:perf|ftrace)\/(?!malformed)/.test(name));
  test.each(others)('$name', ({ open }) => expectOneRange(open()));

  test('packets that end when the session is destroyed, 26 s after the last event, do not lengthen it', () => {
    const [told] = rangesOf([openNodeInput(corpusPath('ctf1', 'hello-lost', 'trace'))], 'auto');
    expect((told?.endNs as bigint) - (told?.beginNs as bigint)).toBe(279_651_137n);
  });
});
