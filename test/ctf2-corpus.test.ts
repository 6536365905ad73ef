// Every CTF 2 trace of the corpus against what babeltrace2 2.1.1 reads in it (the corpus says how it was run), and against the
// CTF 1.8 trace that it was written from; and the traces written to a draft of CTF 2, which babeltrace2 2.1.1 refuses.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TraceError } from '../src/bytes/trace-error.ts';
import { compareCase, compareTwins, type Found, readTraces } from './compare-events.ts';
import { corpusPath, describeCorpus, listCases } from './corpus.ts';

const timeoutMs = 180_000;

describeCorpus('CTF 2 traces', () => {
  const cases = listCases('ctf2');
  const twins = cases.filter((name) => existsSync(corpusPath('ctf1', name)));

  test('there are cases and twins', () => {
    expect(cases.length).toBeGreaterThan(0);
    expect(twins.length).toBeGreaterThan(0);
  });

  test.each(cases)('as babeltrace2 reads it: %s', { timeout: timeoutMs }, (name) =>
    compareCase(corpusPath('ctf2', name)),
  );

  test.each(twins)('as the CTF 1.8 original: %s', { timeout: timeoutMs }, (name) => {
    const [original, twin] = ['ctf1', 'ctf2'].map((folder) =>
      readTraces([corpusPath(folder, name, 'trace')]),
    );
    compareTwins(original as Found, twin as Found);
  });
});

describeCorpus('traces written to a draft of CTF 2', () => {
  const prefix = 'CTF2-7.0-';

  test.each(listCases('ctf2-draft'))('refused with the property, or read as its twin: %s', (name) => {
    const draft = corpusPath('ctf2-draft', name, 'trace');
    const original = corpusPath('ctf1', name.slice(prefix.length), 'trace');
    let found: Found;
    try {
      found = readTraces([draft]);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      expect(error.message).toMatch(/draft/);
      expect(error.message).toMatch(/"uuid"|"fixed-length-unsigned-enumeration"/);
      return;
    }
    compareTwins(readTraces([original]), found);
  });
});

describeCorpus('a session folder', () => {
  // LTTng writes its user-space channels as CTF 2 while the kernel's are CTF 1.8.
  test('with CTF 1.8 and CTF 2 side by side is one set of traces', { timeout: timeoutMs }, () => {
    const session = mkdtempSync(join(tmpdir(), 'diatrace-session-'));
    try {
      // Their times are near each other, as a session's are.
      const [kernel, user] = [
        corpusPath('ctf1', 'flipping-endianness', 'trace'),
        corpusPath('ctf2', 'flipping-endianness', 'trace'),
      ];
      cpSync(kernel, join(session, 'kernel'), { recursive: true });
      cpSync(user, join(session, 'ust', 'uid', '1000', '64-bit'), { recursive: true });
      const together = readTraces([session], (traces) => {
        expect(traces.traces.length).toBe(2);
        expect(traces.health().notes.filter(({ kind }) => kind.severity === 'damage')).toEqual([]);
      });
      const apart = [kernel, user].map((path) => readTraces([path]));
      expect(together.counts.events).toBe(apart.reduce((sum, { counts }) => sum + counts.events, 0));
      compareTwins({ ...together, events: apart.flatMap(({ events }) => events) }, together);
    } finally {
      rmSync(session, { recursive: true, force: true });
    }
  });
});
