import { expect, test } from 'vitest';
import { TraceError } from '../bytes/trace-error.ts';
import { OutputClosed } from '../platform/node/output.ts';
import { describeFailure, UsageError } from './failure.ts';

test('a wrong file is named with place, reason and hint', () => {
  const error = new TraceError({
    code: 'x',
    file: 'kernel/ch_1',
    place: { unit: 'byte', offset: 40 },
    chain: ['packet 3'],
    message: 'Packet content is 61974 bits, not a multiple of 8',
    hint: 'copy the trace again',
  });
  expect(describeFailure(error, false)).toEqual({
    exitCode: 1,
    text:
      'diatrace: kernel/ch_1, byte 40, packet 3: Packet content is 61974 bits, not a multiple of 8\n' +
      '  hint: copy the trace again',
  });
});

test('a wrong command line exits with 2, a closed output with 0 and no word', () => {
  expect(describeFailure(new UsageError('no', 'yes'), false)).toEqual({
    exitCode: 2,
    text: 'diatrace: no\n  hint: yes',
  });
  expect(describeFailure(new OutputClosed(), false)).toEqual({ exitCode: 0, text: undefined });
});

test('our own mistakes ask for a report in one line, with their place only when it is wanted', () => {
  const bug = new TypeError('x is undefined\nand more');
  const quiet = describeFailure(bug, false);
  expect(quiet.exitCode).toBe(1);
  expect(quiet.text).toBe(
    'diatrace: a bug of diatrace, please report it with the output of DIATRACE_DEBUG=1 (TypeError: x is undefined)',
  );
  expect(describeFailure(bug, true).text).toContain('failure.test.ts');
});
