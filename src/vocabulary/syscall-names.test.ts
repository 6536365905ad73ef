import { expect, test } from 'vitest';
import { errorName, isError, syscallArchitecture, syscallName } from './syscall-names.ts';

// From the manual pages and the kernel's tables: a few numbers that everyone knows, the last of a gap, and newer ones.
test.each([
  ['x86_64', 0, 'read'],
  ['x86_64', 59, 'execve'],
  ['x86_64', 257, 'openat'],
  ['x86_64', 334, 'rseq'],
  ['x86_64', 424, 'pidfd_send_signal'],
  ['x86_64', 435, 'clone3'],
  ['i386', 1, 'exit'],
  ['i386', 252, 'exit_group'],
  ['arm64', 56, 'openat'],
  ['arm64', 63, 'read'],
  ['arm64', 220, 'clone'],
  ['arm', 5, 'open'],
  ['arm', 194, 'ftruncate64'],
  ['arm', 341, 'sync_file_range2'],
] as const)('%s %i is %s', (architecture, nr, name) => {
  expect(syscallName(architecture, nr)).toBe(name);
});

test('a call of the x32 ABI has a bit set', () => {
  expect(syscallName('x86_64', 0x40000000 + 1)).toBe('write');
});

test('what no table has keeps its number', () => {
  expect(syscallName('x86_64', 9999)).toBe('syscall_9999');
  expect(syscallName(undefined, 3)).toBe('syscall_3');
});

test('machines by the names that uname gives them', () => {
  expect(['x86_64', 'i686', 'aarch64', 'armv7l', 'riscv64', undefined].map(syscallArchitecture)).toEqual([
    'x86_64',
    'i386',
    'arm64',
    'arm',
    undefined,
    undefined,
  ]);
});

test('errors by number, also those that programs never see', () => {
  expect([2, -2, 11, 35, 110, 133, 512, 4000].map(errorName)).toEqual([
    'ENOENT',
    'ENOENT',
    'EAGAIN',
    'EDEADLK',
    'ETIMEDOUT',
    'EHWPOISON',
    'ERESTARTSYS',
    'E4000',
  ]);
});

test('the last 4095 values are errors; addresses below them are not', () => {
  expect([0, -1, -4095, -4096, -1225396224].map(isError)).toEqual([false, true, true, false, false]);
});
