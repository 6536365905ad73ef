import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runAnalyses } from '../../pipeline/run.ts';
import { defineAnalysis } from '../define.ts';
import { textTrace } from '../testing.ts';
import { PeriodCompiler } from './compile.ts';
import { readPeriods } from './definition.ts';
import { PeriodEngine } from './engine.ts';
import type { OpenPeriod } from './open-periods.ts';
import { type Measure, ParentSums } from './within.ts';

const matching = (name: string, parent?: string) =>
  `${name}${parent === undefined ? '' : `(${parent})`} : $name == "begin_${name}"` +
  `${parent === undefined ? '' : ' && $evt.in == $parent.$begin.$evt.id'} : ` +
  `$name == "end_${name}" && $evt.id == $begin.$evt.id`;

class Values implements Measure<Values> {
  readonly values: number[] = [];
  add(value: number): void {
    this.values.push(value);
  }
  merge(other: Values): void {
    this.values.push(...other.values);
  }
}

interface Ended {
  readonly period: OpenPeriod;
  readonly durationNs: number;
}

/** Follows the periods of a trace. @param isCounted of those that are of a wanted length */
function follow(periods: readonly string[], text: string, openCountMax?: number, durationMinNs = 0) {
  const definitions = readPeriods(periods, []);
  const ended: Ended[] = [];
  const sums = new ParentSums(definitions, () => new Values());
  const engine = new PeriodEngine(
    definitions,
    0n,
    {
      ended(period, endNs) {
        const durationNs = endNs - period.beginNs;
        if (durationNs < durationMinNs) return sums.forget(period);
        ended.push({ period, durationNs });
        sums.add(period, durationNs);
      },
      dropped: (period) => sums.forget(period),
    },
    openCountMax,
  );
  const analysis = defineAnalysis({
    ...{ id: 'follow', family: 'test', title: 'Follow', question: 'Which periods are there?' },
    ...{ needs: {}, options: {}, views: { table: { meaning: 'None.' } } },
    ...{ describe: () => [], begin: () => engine, on: {}, end: () => [] },
    records: {
      of: (_options, eventClass) => new PeriodCompiler(definitions, 0n).needsOf(eventClass),
      on: (state: PeriodEngine, event, row) => state.record(event, row),
    },
  });
  runAnalyses(textTrace(text, { originNs: 0n }), [{ analysis }]);
  return { engine, ended, sums };
}

test('beyond the limit the period that began first is given up, with what lies in it', () => {
  const text = `
    1us cpu0 begin_a id=1
    2us cpu0 begin_b id=5 in=1
    3us cpu0 begin_a id=2
    4us cpu0 begin_a id=3
    5us cpu0 end_b id=5
    6us cpu0 end_a id=1
    7us cpu0 end_a id=3
    8us cpu0 end_a id=2
  `;
  const { engine, ended } = follow([matching('a'), matching('b', 'a')], text, 2);
  expect(ended.map(({ durationNs }) => durationNs)).toEqual([3000, 5000]);
  expect([engine.givenUpCount, engine.openCount]).toEqual([1, 0]);
});

/** Begins and ends of a few ids of three definitions, each in the one before. */
const steps = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    isBegin: fc.boolean(),
    id: fc.integer({ min: 1, max: 3 }),
    in: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 120 },
);

test('sums while periods end are those of all of them at the end', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 20_000), (all, durationMinNs) => {
      const text = all
        .map(
          (step, at) =>
            `${at + 1}us cpu0 ${step.isBegin ? 'begin' : 'end'}_${step.name} id=${step.id} in=${step.in}`,
        )
        .join('\n');
      const periods = [matching('a'), matching('b', 'a'), matching('c', 'b')];
      const { ended, sums } = follow(periods, text, undefined, durationMinNs);
      const measured = sums.measures().map(({ parent, child, parentCount, ...measures }) => ({
        pair: `${parent.name} ${child.name}`,
        parentCount,
        durations: sorted(measures.durations.values),
        counts: sorted(measures.counts.values),
        shares: measures.shares.values.length,
      }));
      expect(measured.sort((a, b) => (a.pair < b.pair ? -1 : 1))).toEqual(summedUp(ended));
    }),
    { numRuns: 200 },
  );
});

/** From the list: what lies in complete ones up to the top. */
function summedUp(ended: readonly Ended[]) {
  const complete = new Set(ended.map(({ period }) => period));
  const inTree = ended.filter(({ period }) => ancestorsOf(period).every((above) => complete.has(above)));
  const pairs = [
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'c'],
  ] as const;
  return pairs.flatMap(([parent, child]) => {
    const parents = inTree.filter(({ period }) => period.definition.name === parent);
    const within = parents
      .map(({ period }) =>
        inTree.filter(
          (other) => other.period.definition.name === child && ancestorsOf(other.period).includes(period),
        ),
      )
      .filter(({ length }) => length > 0);
    if (within.length === 0) return [];
    const durations = within.map((list) => list.reduce((sum, { durationNs }) => sum + durationNs, 0));
    const measures = { durations: sorted(durations), counts: sorted(within.map(({ length }) => length)) };
    return [{ pair: `${parent} ${child}`, parentCount: parents.length, ...measures, shares: within.length }];
  });
}

function ancestorsOf({ parent }: OpenPeriod): readonly OpenPeriod[] {
  const ancestors: OpenPeriod[] = [];
  for (let above = parent; above !== undefined; above = above.parent) ancestors.push(above);
  return ancestors;
}

function sorted(values: readonly number[]): readonly number[] {
  return [...values].sort((a, b) => a - b);
}
