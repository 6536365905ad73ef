// Every CTF 1.8 trace of the corpus, written as CTF 2 by babeltrace2 2.1.1, reads as the original does. Runs where there is a Debian
// trixie to run that babeltrace2 in.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareTwins, readTraces } from './compare-events.ts';
import { corpusPath, describeCorpus, listCases, skipUnless } from './corpus.ts';
import { rewriteAsCtf2, whyNoTrixie, withTrixieFolder } from './trixie.ts';

const missing = whyNoTrixie();

describeCorpus('CTF 1.8 written as CTF 2', () => {
  if (missing !== undefined) {
    test('reads as the original', (context) => skipUnless(context, false, missing));
    return;
  }
  test.each(listCases('ctf1'))('%s', { timeout: 180_000 }, (name) => {
    const trace = corpusPath('ctf1', name, 'trace');
    const original = readTraces([trace]);
    withTrixieFolder((folder) => {
      const twin = rewriteAsCtf2(trace, folder);
      // babeltrace2 writes no trace where there are no events.
      if (readdirSync(twin).length > 0) compareTwins(original, readTraces([twin]));
      else expect(original.counts.events).toBe(0);
    });
  });
});
