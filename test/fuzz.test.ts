// A short run of `npm run fuzz`, some seconds: the same cases each time, so that a failure is one of a change. What takes long is
// left to the long run.
import { expect, test } from 'vitest';
import { CaseMaker, targets } from './fuzz/make-case.ts';
import { randomFrom } from './fuzz/random.ts';
import { runFuzz } from './fuzz/run-fuzz.ts';

const seed = 20260301;
const damagedFirst = 1000;
const damagedCount = 25;

function describeFailures(
  failures: readonly { readonly number: number; readonly what: string; readonly reason: string }[],
) {
  return failures.map(
    ({ number, what, reason }) => `npm run fuzz -- --seed ${seed} --case ${number}\n${what}\n${reason}`,
  );
}

/** The first of so many damaged traces in a row of which none takes long. */
function firstQuick(maker: CaseMaker): number {
  let first = damagedFirst;
  for (let number = first; number < first + damagedCount; number++) {
    if (maker.make(number, undefined).isSlow) first = number + 1;
  }
  return first;
}

test('hostile traces, real ones, and damaged ones are read or refused', { timeout: 180_000 }, async () => {
  const maker = new CaseMaker(seed);
  const { quickCount } = maker;
  const whole = await runFuzz({ seed, caseCountMax: quickCount });
  expect(describeFailures(whole.failures)).toEqual([]);
  expect(whole.cases).toBe(quickCount);
  expect(whole.read).toBeGreaterThan(quickCount / 3);
  const damaged = await runFuzz({ seed, first: firstQuick(maker), caseCountMax: damagedCount });
  expect(describeFailures(damaged.failures)).toEqual([]);
  expect(damaged.cases).toBe(damagedCount);
  expect(damaged.refused).toBeGreaterThan(damagedCount / 10);
});

test('a seed and a number make the same case each time', () => {
  const number = 5000;
  for (const only of [undefined, ...targets]) {
    const [one, other] = [new CaseMaker(seed).make(number, only), new CaseMaker(seed).make(number, only)];
    expect(other.what).toBe(one.what);
    expect(other.files).toEqual(one.files);
  }
  const random = randomFrom(1, 2);
  expect([random.below(100), random.below(100), random.below(100)]).toEqual([82, 2, 28]);
});
