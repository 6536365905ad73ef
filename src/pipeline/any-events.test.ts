// Whatever events a trace has, in whatever order, with or without times: an analysis answers, or says what it lacks.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Analysis } from '../analysis/define.ts';
import { IncompatibleError } from '../analysis/incompatible-error.ts';
import { allTransitions } from '../analysis/needs.ts';
import { OptionError } from '../analysis/options.ts';
import { textTrace } from '../analysis/testing.ts';
import { catalogue } from '../catalogue/index.generated.ts';
import { transitionSources } from '../kernel/transitions.ts';
import { toJson } from '../results/index.ts';
import { type CanonicalName, fieldKind, vocabulary } from '../vocabulary/events.ts';
import { type AnalysisRequest, runAnalyses } from './run.ts';

const allNames = Object.keys(vocabulary) as CanonicalName[];
const number = fc.oneof(fc.nat(9), fc.constantFrom(-1, -4, 0x100, 4095, 2 ** 31 - 1, 2 ** 40));
const word = fc.constantFrom('read', 'openat', 'exit_group', 'clone', 'cat', 'R', 'WS', 'FF', 'eth0', 'sda');

const lineOf = (names: readonly CanonicalName[]) =>
  fc
    .record({
      time: fc.oneof(
        { weight: 20, arbitrary: fc.nat(5000) },
        { weight: 1, arbitrary: fc.constant(undefined) },
      ),
      cpu: fc.nat(2),
      tid: fc.option(fc.nat(5), { freq: 3 }),
      name: fc.constantFrom(...names, ...names, 'lost' as const),
      numbers: fc.array(number, { minLength: 14, maxLength: 14 }),
      words: fc.array(word, { minLength: 14, maxLength: 14 }),
      leftOut: fc.nat(60),
    })
    .map(({ time, cpu, tid, name, numbers, words, leftOut }) => {
      if (name === 'lost') return { time, text: `cpu${cpu} lost` };
      const fields = Object.keys(vocabulary[name])
        .filter((_, at) => at !== leftOut)
        .map((field, at) => `${field}=${fieldKind(name, field) === 'text' ? words[at] : numbers[at]}`);
      const thread = tid === null ? '' : `tid=${tid}`;
      return { time, text: `cpu${cpu} ${thread} ${name} ${fields.join(' ')}` };
    });

const traceOf = (names: readonly CanonicalName[]) =>
  fc.array(lineOf(names), { minLength: 60, maxLength: 150 }).map((lines) =>
    [...lines]
      .sort((a, b) => (a.time ?? -1) - (b.time ?? -1))
      .map(({ time, text }) => `${time === undefined ? '-' : `${time}ns`} ${text}`)
      .join('\n'),
  );

/** What an analysis looks at, often, and anything else, rarely. */
function namesFor(analysis: Analysis): readonly CanonicalName[] {
  const { events = {}, oneOf = [], optional = [] } = analysis.needs;
  const tables = [events, ...oneOf, ...optional.map((need) => need.events)];
  const inputs = allTransitions(analysis.needs).map((name) => transitionSources[name].inputs);
  const own = [...tables, ...inputs].flatMap((table) => Object.keys(table)) as CanonicalName[];
  return [...own, ...own, ...own, ...own, ...allNames];
}

for (const { id, load } of catalogue) {
  test(`${id} answers anything`, { timeout: 60_000 }, async () => {
    const analysis = await load();
    let answered = 0;
    const request: AnalysisRequest = { analysis, views: Object.keys(analysis.views) };
    fc.assert(
      fc.property(traceOf(namesFor(analysis)), (text) => {
        try {
          const [whole] = runAnalyses(textTrace(text), [request]);
          answered += 1;
          expect(toJson(whole!)).not.toContain('NaN');
          const [pieces] = runAnalyses(textTrace(text, { batchSize: 1 }), [request]);
          expect(pieces).toEqual(whole);
        } catch (error) {
          if (!(error instanceof IncompatibleError) && !(error instanceof OptionError)) throw error;
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
    // Most of the traces have what is needed; periods are asked for none.
    if (id !== 'periods') expect(answered).toBeGreaterThan(10);
  });
}
