import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallsByName, placeInBlock } from './calls-by-name.ts';

interface Told {
  readonly name: number;
  readonly durationNs: number;
  readonly exitNs: number;
  readonly ret: number;
}

function keep(calls: CallsByName, { name, durationNs, exitNs, ret }: Told): void {
  while (((calls.places[name] ?? 0) & placeInBlock) === 0) calls.makeRoom(name);
  const place = calls.places[name]!++;
  calls.durationNs[place] = durationNs;
  calls.exitNs[place] = exitNs;
  calls.ret[place] = ret;
}

test('each call is told once, with those of its name, in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(1, 1, 1, 2, 300), { maxLength: 3000 }), (names) => {
      const told: Told[] = [];
      const calls = new CallsByName(({ name, count, durationNs, exitNs, ret }) => {
        for (let index = 0; index < count; index++)
          told.push({
            name,
            durationNs: durationNs[index]!,
            exitNs: exitNs[index]!,
            ret: ret[index]!,
          });
      });
      const kept = names.map((name, at) => ({ name, durationNs: at % 7, exitNs: at, ret: -at }));
      for (const [at, call] of kept.entries()) {
        keep(calls, call);
        if (at === 1000) calls.tell();
      }
      calls.tell();
      calls.tell();
      for (const name of [1, 2, 300])
        expect(told.filter((call) => call.name === name)).toEqual(kept.filter((call) => call.name === name));
    }),
    { numRuns: 30 },
  );
});
