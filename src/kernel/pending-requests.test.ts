import { expect, test } from 'vitest';
import { PendingRequests } from './pending-requests.ts';

const always = () => true;

test('a request is found by its first sector and by its end, as it grows', () => {
  const pending = new PendingRequests<{ nrSector: number }>();
  const request = { nrSector: 8 };
  expect(pending.set(100, request)).toBe(0);
  expect([pending.find(100), pending.endingAt(108), pending.endingAt(100)]).toEqual([
    request,
    request,
    undefined,
  ]);
  expect(pending.extend(108, 4, always)).toBe(request);
  expect([request.nrSector, pending.endingAt(108), pending.endingAt(112)]).toEqual([12, undefined, request]);
  expect(pending.extend(112, 4, () => false)).toBeUndefined();
  pending.resize(100, request, 20);
  expect([pending.endingAt(112), pending.endingAt(120)]).toEqual([undefined, request]);
  pending.delete(100);
  expect([pending.find(100), pending.endingAt(120)]).toEqual([undefined, undefined]);
});

test('two that end alike: one that goes does not take the other with it', () => {
  const pending = new PendingRequests<{ nrSector: number }>();
  const [first, second] = [{ nrSector: 8 }, { nrSector: 4 }];
  pending.set(100, first);
  pending.set(104, second);
  pending.delete(100);
  expect(pending.endingAt(108)).toBe(second);
});

test('what is never completed does not fill the memory', () => {
  const pending = new PendingRequests<{ nrSector: number }>();
  let lost = 0;
  for (let sector = 0; sector < 70_000; sector += 1) lost += pending.set(sector, { nrSector: 1 });
  expect(lost).toBe(65_536);
  expect([...pending.values()]).toHaveLength(70_000 - 65_536);
});
