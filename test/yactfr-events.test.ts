// The small CTF traces of the corpus of which babeltrace2 2.1.1 reads events: the same events, with every field.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareEvents, readTraces } from './compare-events.ts';
import { corpusPath, describeCorpus, listCases, readExpectedLines } from './corpus.ts';
import { parseExpectedEvent } from './expected-events.ts';

/** Of two stream ids in one header babeltrace2 takes another one than the element sequences of the corpus do, and finds other events. */
const otherStreamId = 'ctf-1/pass-multiple-dst-id-fl-ints';

/** babeltrace2 stops where a file goes over to another stream, which we read. */
const severalStreams = /pass-(dst|multiple-dst-id-fl-ints|pkt-seq-num-alt|all-basic-features-le)$/;

describeCorpus('small CTF traces against babeltrace2', () => {
  const cases = ['ctf-1', 'ctf-2'].flatMap((version) =>
    listCases(`ctf-yactfr/${version}`).map((name) => `${version}/${name}`),
  );
  const compared = cases.filter(
    (name) => name !== otherStreamId && existsSync(corpusPath('ctf-yactfr', name, 'events.jsonl')),
  );

  test('there are cases', () => {
    expect(compared.length).toBeGreaterThan(0);
  });

  test.each(compared)('%s', (name) => {
    const path = (...parts: string[]) => corpusPath('ctf-yactfr', name, ...parts);
    const expected = readExpectedLines(path('events.jsonl')).map(parseExpectedEvent);
    const found = readTraces([path('trace')]);
    const events = severalStreams.test(name) ? [found.events.flat().slice(0, expected.length)] : found.events;
    compareEvents(expected, { ...found, events });
  });
});
