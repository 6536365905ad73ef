import { expect, test } from 'vitest';
import { checkText } from './check-words.ts';

test.each([
  ['src/a.ts', '// TODO later', 'leaves something open'],
  ['src/a.ts', 'eval(text)', 'runs text as code'],
  ['src/a.ts', "console.warn('x')", 'prints'],
  ['src/a.ts', 'try { f() } catch (error) {}', 'empty catch'],
  ['src/a.test.ts', "test.only('x', f)", 'one test only'],
  ['src/a.test.ts', "test.skip('x', f)", 'skipUnless'],
])('%s with %s is refused', (path, text, problem) => {
  expect(checkText(path, text).join()).toContain(problem);
});

test('plain code passes', () => {
  expect(checkText('src/a.ts', "export const a = 1;\nconst path = '/tmp/x';\n")).toEqual([]);
});

test('a long file says why', () => {
  const long = 'const a = 1;\n'.repeat(501);
  expect(checkText('src/a.ts', long)).toHaveLength(1);
  expect(checkText('src/a.ts', `// Long because the table has 500 rows.\n${long}`)).toEqual([]);
});
