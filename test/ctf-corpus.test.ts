// Every CTF 1.8 trace of the corpus against what babeltrace2 2.1.1 reads in it (the corpus says how it was run): counts by name
// and by stream file, packets, losses, first and last time, and every field of every event where the corpus keeps them.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareCase, expectedEventsPath } from './compare-events.ts';
import { corpusPath, describeCorpus, listCases } from './corpus.ts';

const timeoutMs = 180_000;

const cases = ['ctf1', 'sync'].flatMap((folder) => listCases(folder).map((name) => ({ folder, name })));

describeCorpus('CTF 1.8 traces against babeltrace2', () => {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  for (const { folder, name } of cases) {
    const path = corpusPath(folder, name);
    const what = existsSync(expectedEventsPath(path)) ? 'counts and every event' : 'counts';
    test(`${folder}/${name}: ${what}`, { timeout: timeoutMs }, () => compareCase(path));
  }
});
