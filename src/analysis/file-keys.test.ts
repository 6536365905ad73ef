import { expect, test } from 'vitest';
import type { FileKind } from '../kernel/files.ts';
import { makeKernelModel } from '../kernel/model.ts';
import { descriptorOf, FileKeys, lastProcessKey, leaderOf, processKeyOf } from './file-keys.ts';

const model = makeKernelModel('host');
const files = new FileKeys();
const keyOf = (path: string, kind: FileKind, pid: number, fd: number, tid = pid) =>
  files.keyOf({ path: model.names.idOf(path), kind, tid, pid, fd }, model);

test('a path is one file, whoever opened it; an inode number of a socket or pipe is one as well', () => {
  expect(keyOf('/a', 'file', 7, 3)).toBe(keyOf('/a', 'file', 9, 4));
  expect(keyOf('/a', 'file', 7, 3)).not.toBe(keyOf('/b', 'file', 7, 3));
  expect(keyOf('socket:[12]', 'socket', 7, 3)).toBe(keyOf('socket:[12]', 'socket', 9, 4));
  expect(descriptorOf(keyOf('/a', 'file', 7, 3))).toBeUndefined();
  // A file may be called like that.
  expect(keyOf('socket', 'file', 7, 3)).toBe(keyOf('socket', 'file', 9, 4));
});

test('what has no name of its own is told apart by process and descriptor', () => {
  const key = keyOf('socket', 'socket', 7, 3);
  expect(descriptorOf(key)).toEqual({ pid: 7, fd: 3 });
  expect(key).toBe(keyOf('', 'unknown', 7, 3));
  expect(key).not.toBe(keyOf('socket', 'socket', 9, 3));
  expect(key).not.toBe(keyOf('socket', 'socket', 7, 4));
  // A thread of an unknown process stands for it.
  expect(descriptorOf(keyOf('pipe', 'pipe', -1, 5, 8))).toEqual({ pid: 8, fd: 5 });
  expect(descriptorOf(keyOf('', 'unknown', 7, -1))).toBeUndefined();
});

test('a process that becomes known later is that of its threads', () => {
  const early = processKeyOf(21, -1, model);
  expect([lastProcessKey(early, model), leaderOf(early)]).toEqual([early, 21]);
  model.tasks.setPid(21, 20);
  expect([lastProcessKey(early, model), leaderOf(lastProcessKey(early, model))]).toEqual([20, 20]);
  expect(processKeyOf(21, -1, model)).toBe(20);
  expect(processKeyOf(-1, -1, model)).toBe(-1);
  expect([lastProcessKey(-1, model), leaderOf(-1)]).toEqual([-1, -1]);
});
