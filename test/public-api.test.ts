// What a program that uses diatrace as a library does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  catalogue,
  memoryInput,
  openTraces,
  parseFilter,
  readInfo,
  runAnalyses,
  TraceError,
} from '../src/index.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { AnalysisResult } from '../src/results/index.ts';
import { exampleTrace } from './run-cli.ts';

async function syscallsOf(set: ReturnType<typeof openTraces>, filter?: string): Promise<AnalysisResult> {
  const entry = catalogue.find(({ id }) => id === 'syscalls');
  if (entry === undefined) throw new Error('syscalls is in the catalogue');
  const scope = filter === undefined ? {} : { filter: parseFilter(filter) };
  const [result] = runAnalyses(set, [{ analysis: await entry.load() }], scope);
  if (result === undefined) throw new Error('a request has a result');
  return result;
}

test('a trace in memory gives the same answer as the folder', async () => {
  const names = ['metadata', 'perf_stream_0', 'perf_stream_1'];
  const files = Object.fromEntries(
    names.map((name) => [name, new Uint8Array(readFileSync(join(exampleTrace, name)))]),
  );
  const folder = openTraces([openNodeInput(exampleTrace)]);
  const memory = openTraces([memoryInput('first-trace', files)]);
  expect(await syscallsOf(memory)).toEqual(await syscallsOf(folder));
  expect(readInfo(memory, false).eventCount).toBe(readInfo(folder, false).eventCount);
  folder.close();
  memory.close();
});

test('a set may be asked again, and each answer begins anew', async () => {
  const set = openTraces([openNodeInput(exampleTrace)]);
  const first = await syscallsOf(set);
  expect(await syscallsOf(set, '$cpu == 0')).not.toEqual(first);
  expect(await syscallsOf(set)).toEqual(first);
  set.close();
});

test('what is no trace is a TraceError with a code', () => {
  const input = memoryInput('notes', { 'readme.txt': new Uint8Array([104, 105]) });
  try {
    openTraces([input]);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    expect(error).toMatchObject({ code: 'not-a-trace', file: 'notes' });
  }
});
