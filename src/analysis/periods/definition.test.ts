import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExpressionError } from '../../events/filter/expression.ts';
import { OptionError } from '../options.ts';
import { readPeriods } from './definition.ts';

test('a separator within quotes separates nothing', () => {
  const [period] = readPeriods(['p : $evt.$name == "sched:a,b" : comm == \'c : d\''], []);
  expect(period).toMatchObject({
    name: 'p',
    begin: { kind: 'compare', right: { value: 'sched:a,b' } },
    end: { kind: 'compare', right: { value: 'c : d' } },
  });
});

test('names may be written with their paths, and parents make paths', () => {
  const periods = readPeriods(['a : x == 1', 'a/b(a) : x == 2', 'c ( b ) : x == 3'], []);
  expect(periods.map(({ path, depth }) => [path, depth])).toEqual([
    ['a', 0],
    ['a/b', 1],
    ['a/b/c', 2],
  ]);
});

test('periods without a name are numbered', () => {
  expect(readPeriods([': x == 1', ': x == 2'], []).map(({ name }) => name)).toEqual(['period', 'period 2']);
});

test('fields may be of the event that began the period, or its parent', () => {
  const [, child] = readPeriods(
    ['a : x == 1', 'b(a) : x == $parent.$begin.$evt.$payload.y : $begin.z == z'],
    ['b : one = $evt.p, $begin.$evt.$cpu : $parent.$begin.$evt.q'],
  );
  expect(child?.begin).toMatchObject({
    right: { kind: 'field', scope: 'payload', path: ['y'], of: 'parent' },
  });
  expect(child?.end).toMatchObject({ left: { path: ['z'], of: 'begin' }, right: { path: ['z'] } });
  expect(child?.beginCaptures).toEqual([
    { name: 'one', field: { kind: 'field', scope: undefined, path: ['p'] } },
    { name: '$begin.$evt.$cpu', field: { kind: 'base', base: 'cpu', of: 'begin' } },
  ]);
  expect(child?.endCaptures[0]?.name).toBe('$parent.$begin.$evt.q');
});

test('any text is a definition, or an error that says where', () => {
  const words = [
    'p',
    '(p)',
    ':',
    ' ',
    '$evt.',
    '$begin.',
    '$parent.',
    '$name',
    'x',
    '==',
    '=*',
    '"a"',
    '1',
    '&&',
    '!',
    '(',
    ')',
    ',',
  ];
  const anyText = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 16 });
  fc.assert(
    fc.property(anyText, anyText, (period, captures) => {
      try {
        readPeriods([period.join('')], [captures.join('')]);
      } catch (error) {
        if (error instanceof ExpressionError)
          expect(error.position).toBeLessThanOrEqual(
            Math.max(period.join('').length, captures.join('').length),
          );
        else expect(error).toBeInstanceOf(OptionError);
      }
    }),
  );
});
