// Every small CTF 1.8 trace of the corpus, element by element, against the sequence that an independent reader's own tests expect
// (the corpus says which): order, bit offsets, alignment, values, clocks, and for damaged traces the error and its place.
//
// babeltrace2 refuses some of them that this reader accepts. CTF 1.8 forbids none of those:
//
// - field names beginning with a keyword's letters, `;` after an empty label list: the grammar of §C allows them
// - `magic`, `uuid`, `stream_instance_id` or `content_size` that are strings: §5 makes every such field optional and
//   gives them no types, so a field that cannot mean the thing is data
// - packets of several streams in one file: §3 says what a stream is, nothing says that a file is one
// - a length within the option of a variant: §4.2.4 asks for a field in the same static scope, before the sequence
// - a UUID that is not the metadata's: §5 lets a reader check it, and a reader of elements shows it
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memorySource } from '../src/bytes/source.ts';
import { elements } from '../src/formats/ctf/elements.ts';
import { parseTsdl } from '../src/formats/ctf/tsdl/parse-tsdl.ts';
import { corpusPath, describeCorpus, listCases, readExpectedLines } from './corpus.ts';

describeCorpus('CTF 1.8 traces, element by element', () => {
  const cases = listCases('ctf-yactfr/ctf-1');

  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  test.each(cases)('%s', (name) => {
    const path = (...parts: string[]) => corpusPath('ctf-yactfr', 'ctf-1', name, ...parts);
    const traceClass = parseTsdl(readFileSync(path('trace', 'metadata'), 'utf8'), 'metadata');
    const source = memorySource('stream', readFileSync(path('trace', 'stream')));
    const expected = readExpectedLines(path('yactfr-elements.txt')).filter((line) => line !== '');
    expect([...elements(traceClass, source)]).toEqual(expected);
  });
});
