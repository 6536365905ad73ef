// Every CTF 1.8 trace of the corpus with its metadata said in CTF 2, its data streams left as they are, reads as before.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memoryInput } from '../src/bytes/source.ts';
import { findTraces } from '../src/formats/ctf/find-traces.ts';
import { metadataText } from '../src/formats/ctf/metadata-packets.ts';
import { parseTsdl } from '../src/formats/ctf/tsdl/parse-tsdl.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { compareTwins, readInput } from './compare-events.ts';
import { corpusPath, describeCorpus, listCases } from './corpus.ts';
import { ctf2Metadata } from './ctf2-metadata.ts';

const encoder = new TextEncoder();

describeCorpus('the same streams with CTF 2 metadata', () => {
  const cases = listCases('ctf1');

  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  test.each(cases)('%s', { timeout: 180_000 }, (name) => {
    const folder = corpusPath('ctf1', name, 'trace');
    const files: Record<string, Uint8Array> = {};
    for (const { metadata, streams } of findTraces(openNodeInput(folder))) {
      const read = (path: string) => readFileSync(`${folder}/${path}`);
      const traceClass = parseTsdl(metadataText(read(metadata.path), 'metadata').text, 'metadata');
      files[metadata.path] = encoder.encode(ctf2Metadata(traceClass));
      for (const { path } of streams) files[path] = read(path);
    }
    compareTwins(readInput(openNodeInput(folder)), readInput(memoryInput('twin', files)));
  });
});
