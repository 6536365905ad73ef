// perf.data in ways of reading that must not make a difference: both engines, windows of all sizes, whole rounds and slices of time.
import { expect, test } from 'vitest';
import { readInfo } from '../src/pipeline/info.ts';
import type { OpenTracesOptions } from '../src/pipeline/open.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, describeCorpus, listCases } from './corpus.ts';
import { describeHealth, readDigest, selectionOfAll } from './fuzz/digest.ts';

function read(path: string, options: OpenTracesOptions) {
  const set = openTraces([openNodeInput(path)], options);
  try {
    const digest = readDigest(set, selectionOfAll(set));
    return { digest, health: describeHealth(set) };
  } finally {
    set.close();
  }
}

describeCorpus('perf.data is read alike in every way', () => {
  test.each(listCases('perf'))('%s', (name) => {
    const path = corpusPath('perf', name, 'perf.data');
    const wanted = read(path, { engine: 'interpreter' });
    expect(read(path, { engine: 'wasm' })).toEqual(wanted);
    for (const engine of ['interpreter', 'wasm'] as const)
      expect(read(path, { engine, windowSizeBytes: 4096 })).toEqual(wanted);
    const set = openTraces([openNodeInput(path)]);
    expect(readInfo(set, false).eventCount).toBe(wanted.digest.count);
    set.close();
  });
});
