// A short run of `npm run fuzz`: the same cases each time, so that a failure is one of a change.
import { expect, test } from 'vitest';
import { CaseMaker, targets } from './fuzz/make-case.ts';
import { randomFrom } from './fuzz/random.ts';
import { runFuzz } from './fuzz/run-fuzz.ts';

const seed = 20260301;
const damagedCount = 80;

function describeFailures(
  failures: readonly { readonly number: number; readonly what: string; readonly reason: string }[],
) {
  return failures.map(
    ({ number, what, reason }) => `npm run fuzz -- --seed ${seed} --case ${number}\n${what}\n${reason}`,
  );
}

test('hostile traces, real ones, and damaged ones are read or refused', { timeout: 180_000 }, async () => {
  const undamaged = new CaseMaker(seed).undamagedCount;
  const summary = await runFuzz({ seed, caseCountMax: undamaged + damagedCount });
  expect(describeFailures(summary.failures)).toEqual([]);
  expect(summary.cases).toBe(undamaged + damagedCount);
  expect(summary.read).toBeGreaterThan(undamaged / 3);
  expect(summary.refused).toBeGreaterThan(damagedCount / 10);
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
