import { expect, test } from 'vitest';
import { labelsOf } from './labels-of.ts';

const one = (label: string, value: bigint) => ({ label, first: value, last: value });

test('labels of values and of bits, by field', () => {
  const printFormat =
    '"%s %s %s %s", __print_symbolic(REC->vec, { 0, "HI" }, { 0x1, "TIMER" }), ' +
    'REC->flags ? __print_flags((unsigned long)REC->flags, "|", { 1, "A" }, { (1UL << 4), "B" }, { 0x60, "C" }, { 9, "gap" }, { 0, "none" }) : "0", ' +
    '__print_symbolic(REC->vec, { 5, "later" }), __print_symbolic(REC->other & 3, { 1, "masked" })';
  const { values, flags } = labelsOf({ printFormat, longSizeBytes: 8 });
  expect([...values]).toEqual([['vec', [one('HI', 0n), one('TIMER', 1n)]]]);
  expect([...flags]).toEqual([['flags', [one('A', 0n), one('B', 4n), { label: 'C', first: 5n, last: 6n }]]]);
});

test('a label whose value the format does not say is left out; negative values stay', () => {
  const printFormat =
    '"%s", __print_symbolic(REC->v, { -1, "NONE" }, { UNKNOWN_NAME, "X" }, { RCU_SOFTIRQ, "RCU" })';
  const { values } = labelsOf({ printFormat, longSizeBytes: 8 });
  expect(values.get('v')).toEqual([one('NONE', -1n), one('RCU', 9n)]);
});

test('a format that is not understood has none', () => {
  const { values, flags } = labelsOf({ printFormat: '"%d", unknown(1)', longSizeBytes: 8 });
  expect([values.size, flags.size]).toEqual([0, 0]);
});
