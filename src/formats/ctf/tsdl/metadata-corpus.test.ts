/** Every CTF 1.8 metadata of the corpus is read, or refused at the place that the corpus' other readers refuse it at. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { corpusPath, describeCorpus, listCases } from '../../../../test/corpus.ts';
import { TraceError } from '../../../bytes/trace-error.ts';
import { metadataText } from '../metadata-packets.ts';
import type { TraceClass } from '../trace-class.ts';
import { parseTsdl } from './parse-tsdl.ts';

function metadataFiles(...parts: string[]): string[] {
  const folder = corpusPath(...parts);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === 'metadata')
    .map((entry) => join(entry.parentPath, entry.name));
}

function read(path: string): TraceClass {
  return parseTsdl(metadataText(readFileSync(path), 'metadata').text, 'metadata');
}

function eventNames(traceClass: TraceClass): Set<string> {
  const classes = [...traceClass.streamClasses.values()].flatMap((stream) => [
    ...stream.eventClasses.values(),
  ]);
  return new Set(classes.map((each) => each.name));
}

function isTsdl(path: string): boolean {
  return !/^[\s\0]*[\x1e{]/.test(readFileSync(path).subarray(0, 64).toString('latin1'));
}

/** Where the corpus says that the metadata is wrong: the line is Babeltrace's, except that it names a block's last. */
const refused: Readonly<Record<string, string>> = {
  'bt-fail1': 'metadata-version 15',
  'bt-integer-range': 'metadata-integer-range 7',
  'bt-invalid-sequence-length-field-class': 'metadata-reference 23',
  'bt-metadata-syntax-error': 'metadata-syntax 3',
  'bt-smalltrace': 'metadata-version 6',
};

describeCorpus('metadata of the corpus', () => {
  test.each([
    ...listCases('ctf1').map((name) => ['ctf1', name]),
    ...listCases('sync').map((name) => ['sync', name]),
  ])('%s/%s has a class for every event that other readers find', (folder, name) => {
    const classes = metadataFiles(folder, name).map(read);
    expect(classes.length).toBeGreaterThan(0);
    const known = new Set(classes.flatMap((each) => [...eventNames(each)]));
    const summary = corpusPath(folder, name, 'expected', 'summary.json');
    const counts: Record<string, number> = JSON.parse(readFileSync(summary, 'utf8')).events_by_name ?? {};
    expect(Object.keys(counts).filter((event) => !known.has(event))).toEqual([]);
    expect(classes.flatMap((each) => each.warnings)).toEqual([]);
  });

  test.each(listCases('ctf-malformed'))('ctf-malformed/%s', (name) => {
    const [path] = metadataFiles('ctf-malformed', name);
    const outcome = () => {
      try {
        read(path!);
        return undefined;
      } catch (error) {
        if (!(error instanceof TraceError)) throw error;
        return `${error.code} ${error.place.unit === 'line' ? error.place.line : error.place.unit}`;
      }
    };
    expect(outcome()).toBe(refused[name]);
  });

  test.each(listCases('ctf-yactfr/ctf-1'))('ctf-yactfr/ctf-1/%s is accepted', (name) => {
    const [path] = metadataFiles('ctf-yactfr', 'ctf-1', name);
    const isReservedUsed = name === 'pass-odd-fl-enums';
    expect(read(path!).warnings.length > 0).toBe(isReservedUsed);
  });

  test('metadata of the inputs of analyses', () => {
    for (const path of metadataFiles('analyses').filter(isTsdl))
      expect(read(path).streamClasses.size).toBeGreaterThan(0);
  });

  test.each(listCases('ctf2'))('ctf2/%s is recognised as another language', (name) => {
    const [path] = metadataFiles('ctf2', name);
    expect(metadataText(readFileSync(path!), 'metadata').language).toBe('json');
  });

  test('a large kernel trace: clock, roles, header', () => {
    const traceClass = read(metadataFiles('ctf1', 'many-threads')[0]!);
    const stream = traceClass.streamClasses.get(0n)!;
    expect(stream.eventClasses.size).toBe(1181);
    expect(traceClass.clocks.map(({ name, frequencyHz }) => [name, frequencyHz])).toEqual([
      ['monotonic', 1_000_000_000n],
    ]);
    expect(stream.classIdFields.map((type) => type.sizeBits)).toEqual([5, 32]);
    expect(new Set(traceClass.roles.values()).size).toBe(11);
    expect(traceClass.environment.get('domain')).toBe('kernel');
  });
});
