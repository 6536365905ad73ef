import { expect, test } from 'vitest';
import { Cpus } from './cpus.ts';
import { makeKernelModel } from './model.ts';
import { Names } from './names.ts';
import { Tasks } from './tasks.ts';

test('names are found again by their bytes', () => {
  const names = new Names();
  const texts = Array.from({ length: 3000 }, (_, index) => `thread-${index}`);
  const ids = texts.map((text) => names.idOf(text));
  expect(new Set(ids).size).toBe(3000);
  expect(texts.map((text) => names.idOf(text))).toEqual(ids);
  expect(ids.map((id) => names.text(id))).toEqual(texts);
  const bytes = new TextEncoder().encode('xthread-7y');
  expect(names.idOfBytes(bytes, 1, 8)).toBe(ids[7]);
  expect([names.idOf(''), names.text(0)]).toEqual([0, '']);
});

test('a text with zeros behind it is compared as a whole, and one that is too long never', () => {
  const names = new Names();
  const bytes = new Uint8Array(40);
  bytes.set(new TextEncoder().encode('sixteen bytes!!!'), 1);
  bytes.set(new TextEncoder().encode('cat\0x'), 20);
  const view = new DataView(bytes.buffer);
  const [cat, ca, wide, long] = ['cat', 'ca', 'sixteen bytes!!!', 'seventeen bytes!!'].map((text) =>
    names.idOf(text),
  );
  expect(names.isWide(wide!, view, 1, 16)).toBe(true);
  expect([names.isWide(cat!, view, 20, 3), names.isEqual(cat!, bytes, 20, 3)]).toEqual([false, true]);
  bytes[24] = 0;
  expect([names.isWide(cat!, view, 20, 3), names.isWide(ca!, view, 20, 2)]).toEqual([true, false]);
  expect([names.isWide(long!, view, 1, 17), names.isWide(0, view, 17, 0)]).toEqual([false, false]);
  expect(names.isWide(0, view, 24, 0)).toBe(true);
});

test('a CPU is unknown until a switch, and a missing switch is counted', () => {
  const cpus = new Cpus();
  expect(cpus.current(3)).toBe(-1);
  cpus.switched(3, 0, 7);
  expect([cpus.current(3), cpus.impliedSwitchCount]).toEqual([7, 0]);
  cpus.switched(3, 8, 9);
  expect([cpus.current(3), cpus.impliedSwitchCount]).toEqual([9, 1]);
  cpus.seen(3, 12);
  expect([cpus.current(3), cpus.impliedSwitchCount]).toEqual([12, 2]);
  cpus.forget(3);
  cpus.switched(3, 1, 2);
  expect(cpus.impliedSwitchCount).toBe(2);
  cpus.switched(1000, 0, 5);
  expect([cpus.current(1000), cpus.current(999)]).toEqual([5, -1]);
  cpus.switched(-1, 0, 5);
  cpus.switched(2 ** 31, 0, 5);
  expect(cpus.current(2 ** 31)).toBe(-1);
});

test('threads have dense slots, whatever their numbers', () => {
  const tasks = new Tasks();
  const tids = [1, 0, 4095, 4096, 4_194_303, 4_194_304, 2 ** 31];
  expect(tids.map((tid) => tasks.slotOf(tid))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(tids.map((tid) => tasks.tid(tasks.find(tid)))).toEqual(tids.map((tid) => tid | 0));
  expect([tasks.find(2), tasks.find(-1), tasks.pidOf(2), tasks.commOf(2)]).toEqual([-1, -1, -1, 0]);
  tasks.setComm(Number.NaN, 5);
  tasks.begin(-1, 2, 5);
  expect(tasks.count).toBe(7);
  tasks.setPid(4096, 4095);
  tasks.setComm(4096, 5);
  tasks.begin(4096, -1, 0);
  expect([tasks.pidOf(4096), tasks.commOf(4096)]).toEqual([-1, 0]);
});

test('an exit of another call than the open one means that two ends were lost', () => {
  const { syscalls, names } = makeKernelModel('host');
  syscalls.enter(7, names.idOf('read'), 10);
  expect(syscalls.exit(7, names.idOf('write'), 0, 20, 0)).toBe(false);
  expect([syscalls.lostExitCount, syscalls.exitWithoutEntryCount]).toEqual([1, 1]);
  syscalls.enter(7, names.idOf('read'), 30);
  syscalls.enter(7, names.idOf('read'), 40);
  expect(syscalls.lostExitCount).toBe(2);
  expect(syscalls.exit(7, 0, -4, 45, 2)).toBe(true);
  expect(syscalls.completed).toMatchObject({ tid: 7, enterNs: 40, exitNs: 45, ret: -4, cpu: 2 });
});

test('exec in a thread goes on under the first thread of the process', () => {
  const { syscalls, names } = makeKernelModel('host');
  syscalls.enter(8, names.idOf('execve'), 10);
  syscalls.moved(8, 7);
  expect(syscalls.exit(7, names.idOf('execve'), 0, 20, 0)).toBe(true);
});

test('exit does not return, and is not unfinished', () => {
  const { syscalls, names } = makeKernelModel('host');
  syscalls.enter(7, names.idOf('exit_group'), 10);
  syscalls.enter(8, names.idOf('poll'), 12);
  expect([...syscalls.unfinished()].map(({ name }) => names.text(name))).toEqual(['poll']);
  syscalls.enter(7, names.idOf('read'), 20);
  expect(syscalls.lostExitCount).toBe(0);
});
