import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openOutput, openOutputFile } from './output.ts';

test('text and bytes arrive in order, whatever their size', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-output-'));
  try {
    const path = join(folder, 'out');
    const output = openOutputFile(path);
    let expected = '';
    for (let size = 1; size < 300_000; size *= 3) {
      output.write('a'.repeat(size));
      output.write(new TextEncoder().encode('é'.repeat(size)));
      expected += 'a'.repeat(size) + 'é'.repeat(size);
    }
    output.close();
    expect(readFileSync(path, 'utf8') === expected).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what cannot be written says so', () => {
  expect(() => openOutputFile('/nowhere/at/all')).toThrow(/cannot be written: no such file/);
  const descriptor = openSync(import.meta.filename, 'r');
  const output = openOutput(descriptor, 'stdout');
  output.write('x');
  expect(() => output.flush()).toThrow(/cannot be written/);
  closeSync(descriptor);
});
