// Every small CTF trace of the corpus, element by element, against the sequence that an independent reader's own tests expect
// (the corpus says which): order, bit offsets, alignment, values, clocks, and for damaged traces the error and its place.
//
// babeltrace2 refuses 13 of which the expected sequences are whole. Of these we read 11, for CTF 1.8 describes or does not forbid
// what is in them:
//
// - a variant's tag given by an absolute path (pass-all-basic-features-le): §7.3.2 says how
// - a member whose name is also that of a type or a type's keyword (pass-std-fl-ints, pass-odd-fl-enums): §7.3.2 only
//   recommends an underscore, and the place of the word leaves no doubt
// - a length within the options of a variant (pass-dl-array-multi-len): §4.2.4 asks for a field of the same static scope, before
// - `magic`, `uuid`, `stream_instance_id`, `content_size` that are strings (pass-pkt-*-nt-str*): §5 makes each of them
//   optional, so a field that cannot mean the thing is data
// - packets of several streams in one file (pass-dst, pass-pkt-seq-num-alt): §3 and §5 speak of streams, not of files
// - two stream ids in one header (pass-multiple-dst-id-fl-ints): the one read last counts, as for an event header's ids (§6.1)
//
// Of two `inspect --elements` shows the elements, which is what it is for, and the reader refuses the packets as babeltrace2 does:
//
// - pass-diff-uuid: a packet that carries another UUID than the metadata (§5.1: it is there to ensure that both belong together;
//   §7.1: the metadata's names its trace). Metadata of another trace would turn its bytes into plausible nonsense
// - pass-no-ers-no-dst-id-fl-ints: a packet, and metadata without a stream that it could belong to (§3, §6)
//
// Of CTF 2 we refuse two, as babeltrace2 does, that have no data stream class (pass-diff-uuid, pass-no-ers-no-dst-id-fl-ints):
// CTF2-SPEC-2.0 §5 asks for one or more.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memorySource } from '../src/bytes/source.ts';
import { elements } from '../src/formats/ctf/elements.ts';
import { readTraceClass } from '../src/formats/ctf/open-trace.ts';
import { corpusPath, describeCorpus, listCases, readExpectedLines } from './corpus.ts';

const refused: ReadonlyMap<string, RegExp> = new Map([
  ['ctf-2/pass-diff-uuid', /no data stream class fragment/],
  ['ctf-2/pass-no-ers-no-dst-id-fl-ints', /no data stream class fragment/],
]);

describeCorpus('CTF traces, element by element', () => {
  const cases = ['ctf-1', 'ctf-2'].flatMap((version) =>
    listCases(`ctf-yactfr/${version}`).map((name) => `${version}/${name}`),
  );

  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  test.each(cases)('%s', (name) => {
    const path = (...parts: string[]) => corpusPath('ctf-yactfr', name, ...parts);
    const metadata = readFileSync(path('trace', 'metadata'));
    const open = () => memorySource('metadata', metadata);
    const file = { path: 'metadata', sizeBytes: metadata.length, open };
    const reason = refused.get(name);
    if (reason !== undefined) {
      expect(() => readTraceClass(file, 'metadata')).toThrow(reason);
      return;
    }
    const traceClass = readTraceClass(file, 'metadata');
    const source = memorySource('stream', readFileSync(path('trace', 'stream')));
    const expected = readExpectedLines(path('yactfr-elements.txt')).filter((line) => line !== '');
    expect([...elements(traceClass, source)]).toEqual(expected);
  });
});
