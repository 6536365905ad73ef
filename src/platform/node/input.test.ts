import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { traceErrorOf } from '../../bytes/testing.ts';
import { DescriptorPool } from './descriptor-pool.ts';
import { openNodeInput } from './input.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diatrace-input-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a folder is listed with all files below it, sorted', () => {
  mkdirSync(join(folder, 'kernel', 'index'), { recursive: true });
  writeFileSync(join(folder, 'kernel', 'metadata'), 'abc');
  writeFileSync(join(folder, 'kernel', 'index', 'ch_0.idx'), '');
  writeFileSync(join(folder, 'a'), '12');
  const input = openNodeInput(folder);
  expect(input.kind).toBe('folder');
  expect(input.files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
    ['a', 2],
    ['kernel/index/ch_0.idx', 0],
    ['kernel/metadata', 3],
  ]);
  expect(input.files[2]!.open().name).toBe(join(folder, 'kernel', 'metadata'));
});

test('loops of links end, a folder is listed under its own name, special files are left out', () => {
  mkdirSync(join(folder, 'm', 'deeper'), { recursive: true });
  writeFileSync(join(folder, 'm', 'file'), 'x');
  symlinkSync('..', join(folder, 'm', 'deeper', 'loop'));
  symlinkSync('m', join(folder, 'alias'));
  symlinkSync('self', join(folder, 'self'));
  symlinkSync('nothing', join(folder, 'dangling'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const input = openNodeInput(folder);
  expect(input.files.map(({ path }) => path)).toEqual(['m/file']);
  expect(input.unlisted).toEqual([]);
});

test('a named file is an input of one file, a pipe is none', () => {
  writeFileSync(join(folder, 'perf.data'), 'PERFILE2');
  const input = openNodeInput(join(folder, 'perf.data'));
  expect([input.kind, input.files[0]!.path]).toEqual(['file', 'perf.data']);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(traceErrorOf(() => openNodeInput(join(folder, 'pipe')))).toMatchObject({ code: 'not-a-trace' });
});

test('a mistyped path names the nearest entry, also of a folder on the way', () => {
  mkdirSync(join(folder, 'my-trace', 'kernel'), { recursive: true });
  expect(traceErrorOf(() => openNodeInput(join(folder, 'my-trcae')))).toMatchObject({
    code: 'not-found',
    hint: `did you mean ${join(folder, 'my-trace')}?`,
  });
  expect(traceErrorOf(() => openNodeInput(join(folder, 'my-trac', 'kernel'))).hint).toBe(
    `did you mean ${join(folder, 'my-trace', 'kernel')}?`,
  );
  expect(traceErrorOf(() => openNodeInput(join(folder, 'my-trac', 'ust'))).hint).toBe(
    `did you mean ${join(folder, 'my-trace')}?`,
  );
  expect(traceErrorOf(() => openNodeInput(join(folder, 'something-else'))).hint).toBeUndefined();
});

test('links that lead nowhere, and names that no file can have', () => {
  symlinkSync('other', join(folder, 'one'));
  symlinkSync('one', join(folder, 'other'));
  symlinkSync('nothing', join(folder, 'dangling'));
  writeFileSync(join(folder, 'perf.data'), 'PERFILE2');
  const said = (...names: string[]) => {
    const { code, reason, hint } = traceErrorOf(() => openNodeInput(join(folder, ...names)));
    return [code, reason, hint];
  };
  expect(said('one')).toEqual([
    'not-found',
    'The symbolic link points back to itself',
    'it is a link to other',
  ]);
  expect(said('dangling')).toEqual([
    'not-found',
    'The symbolic link points to nothing',
    'it is a link to nothing',
  ]);
  expect(said('perf.data', 'below')).toEqual([
    'not-found',
    'There is no such file or folder',
    `did you mean ${join(folder, 'perf.data')}?`,
  ]);
  expect(said('x'.repeat(5000))).toEqual([
    'not-found',
    'It cannot be opened: the name is too long',
    undefined,
  ]);
  expect(traceErrorOf(() => openNodeInput('')).reason).toBe('This is no name');
});

test('more files than descriptors are read in turns', () => {
  const countMax = 3;
  for (let index = 0; index < 10; index++)
    writeFileSync(join(folder, `stream-${index}`), `${index}`.repeat(100));
  const pool = new DescriptorPool(countMax);
  const sources = openNodeInput(folder, pool).files.map((file) => file.open());
  for (let round = 0; round < 3; round++) {
    for (const [index, source] of sources.entries()) {
      const target = new Uint8Array(10);
      expect(source.read(95, target)).toBe(5);
      expect(target[0]).toBe(48 + index);
      expect(pool.openCount).toBeLessThanOrEqual(countMax);
    }
  }
  for (const source of sources) source.close();
  expect(pool.openCount).toBe(0);
});

test('a file that is replaced while its descriptor is closed is not read as the old one', () => {
  writeFileSync(join(folder, 'a'), 'old');
  writeFileSync(join(folder, 'b'), 'other');
  const pool = new DescriptorPool(1);
  const [a, b] = openNodeInput(folder, pool).files.map((file) => file.open());
  b!.read(0, new Uint8Array(1));
  writeFileSync(join(folder, 'c'), 'new');
  rmSync(join(folder, 'a'));
  execFileSync('mv', [join(folder, 'c'), join(folder, 'a')]);
  expect(traceErrorOf(() => a!.read(0, new Uint8Array(1))).code).toBe('unreadable');
});
