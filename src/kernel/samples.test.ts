import { expect, test } from 'vitest';
import { makeEventClass } from '../events/testing.ts';
import { makeSymbolTable } from '../tracepoints/symbol-table.ts';
import { cpuModes } from './cpu-modes.ts';
import { kernelPid, Mappings } from './mappings.ts';
import { Names } from './names.ts';
import { Samples } from './samples.ts';

const kallsyms = [
  'ffffffff81000000 T _text',
  'ffffffff81000100 T vfs_read',
  'ffffffff81000200 T ksys_read',
  'ffffffffc0201000 t nf_hook\t[nf_tables]',
  'ffffffffc0201080 t nf_end\t[nf_tables]',
  '',
].join('\n');

const [kernelMark, userMark, guestMark] = [-128n, -512n, -2176n];

function makeHost() {
  const names = new Names();
  const mappings = new Mappings();
  const samples = new Samples(names, mappings);
  const eventClass = {
    ...makeEventClass(0, { name: 'cycles' }),
    kernelSymbols: makeSymbolTable(kallsyms),
  };
  const textOf = (place: number) =>
    `${names.text(samples.places.object(place))} ${names.text(samples.places.symbol(place))}`;
  /** The sample's own place, and those of its call chain. */
  const placesOf = (ip: bigint, mode: number, chain: readonly bigint[] = [], pid = 7) => {
    const record = { tid: pid, pid, cpu: 0, timeNs: 1, eventClass, period: 1, misc: mode, ip };
    samples.take(record, BigUint64Array.from(chain), 0, chain.length);
    const { place, frames, frameCount } = samples.taken;
    return [place, ...frames.subarray(0, frameCount)].map(textOf);
  };
  return { samples, mappings, placesOf };
}

test('an address of the kernel is in the symbol before it, in the kernel or in a module', () => {
  const { placesOf } = makeHost();
  const ofKernel = (ip: bigint) => placesOf(ip, cpuModes.kernel)[0];
  expect(ofKernel(0xffffffff81000123n)).toBe('[kernel.kallsyms] vfs_read');
  expect(ofKernel(0xffffffff81000200n)).toBe('[kernel.kallsyms] ksys_read');
  expect(ofKernel(0xffffffffc020107fn)).toBe('[nf_tables] nf_hook');
  // Before the first symbol and behind the last one nothing is known.
  expect(ofKernel(0xffffffff80ffffffn)).toBe('[unknown] 0xffffffff80ffffff');
  expect(ofKernel(0xffffffffc0201081n)).toBe('[unknown] 0xffffffffc0201081');
});

test('what is mapped in the kernel says the object, and the symbols say the function', () => {
  const { mappings, samples, placesOf } = makeHost();
  const [start, end] = [0xffffffffc0201000n, 0xffffffffc0202000n];
  const ofKernel = (ip: bigint) => placesOf(ip, cpuModes.kernel)[0];
  expect(ofKernel(start)).toBe('[nf_tables] nf_hook');
  mappings.map(kernelPid, { start, end, shift: 0n, file: '[nf_tables.ko]' });
  samples.forget(kernelPid);
  expect(ofKernel(start)).toBe('[nf_tables.ko] nf_hook');
  expect(ofKernel(end - 1n)).toBe('[nf_tables.ko] 0xffffffffc0201fff');
  // Code that the kernel made has one name for all of it.
  mappings.map(kernelPid, { start, end, shift: 0n, file: 'bpf_prog_1', symbol: 'bpf_prog_1' });
  samples.forget(kernelPid);
  expect(ofKernel(start + 5n)).toBe('bpf_prog_1 bpf_prog_1');
});

test('marks in a call chain tell whose the addresses are that follow', () => {
  const { mappings, placesOf } = makeHost();
  mappings.map(7, { start: 0x7000n, end: 0x8000n, shift: -0x6000n, file: '/usr/lib/libc.so.6' });
  const chain = [kernelMark, 0xffffffff81000123n, userMark, 0x7010n, 0x10n, guestMark, 0xffffffff81000123n];
  expect(placesOf(0xffffffff81000123n, cpuModes.kernel, chain)).toEqual([
    '[kernel.kallsyms] vfs_read',
    '[kernel.kallsyms] vfs_read',
    '/usr/lib/libc.so.6 libc.so.6+0x1010',
    '[unknown] 0x10',
    '[unknown] 0xffffffff81000123',
  ]);
  // Without a call chain a sample has its own place as the only frame.
  expect(placesOf(0x7010n, cpuModes.user)).toEqual(Array(2).fill('/usr/lib/libc.so.6 libc.so.6+0x1010'));
});

test('each process has its own places for the same address, and new ones when something else is mapped there', () => {
  const { mappings, samples, placesOf } = makeHost();
  const map = (pid: number, file: string) =>
    mappings.map(pid, { start: 0x1000n, end: 0x2000n, shift: 0n, file });
  map(7, '/bin/seven');
  map(8, '/bin/eight');
  const ofUser = (pid: number) => placesOf(0x1001n, cpuModes.user, [], pid)[0];
  expect([ofUser(7), ofUser(8), ofUser(9)]).toEqual([
    '/bin/seven seven+0x1001',
    '/bin/eight eight+0x1001',
    '[unknown] 0x1001',
  ]);
  map(7, '/bin/new');
  samples.forget(7);
  expect([ofUser(7), ofUser(8)]).toEqual(['/bin/new new+0x1001', '/bin/eight eight+0x1001']);
});
