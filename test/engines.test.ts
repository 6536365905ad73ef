/** Generated code against the interpreter on every CTF trace of the corpus and on the bundled one. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClassSelection } from '../src/events/selection.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { makeTraceSet } from '../src/events/trace-set.ts';
import { format } from '../src/formats/ctf/format.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, describeCorpus, listCases } from './corpus.ts';
import { describeHealth, readDigest, selectionOfAll } from './fuzz/digest.ts';

const first = { trace: 0, eventClass: 0, stream: 0 };

/** Every other class with its first member alone, every third stepped over: what analyses select is such a part. */
function selectionOfSome(set: TraceSet) {
  const classes = new Map<number, ClassSelection>();
  for (const { index, scopes } of set.classes) {
    const member = scopes.get('payload')?.members[0];
    if (index % 3 === 0 || member === undefined) continue;
    const field = { scope: 'payload' as const, path: [member.name], as: 'number' as const };
    classes.set(index, index % 2 === 0 ? 'all' : [field]);
  }
  return { classes, cycles: true, packets: false };
}

function read(path: string, engine: 'interpreter' | 'wasm', windowSizeBytes: number | undefined) {
  const options = { first, engine, ...(windowSizeBytes === undefined ? {} : { windowSizeBytes }) };
  const set = makeTraceSet([format.open(openNodeInput(path), options)]);
  try {
    const all = readDigest(set, selectionOfAll(set));
    const health = describeHealth(set);
    return { all, health, some: readDigest(set, selectionOfSome(set)) };
  } finally {
    set.close();
  }
}

function compare(path: string): void {
  const wanted = read(path, 'interpreter', undefined);
  expect(read(path, 'wasm', undefined)).toEqual(wanted);
  expect(read(path, 'wasm', 8192)).toEqual(wanted);
}

test('the bundled trace', () => {
  compare(join(import.meta.dirname, '..', 'examples', 'first-trace'));
});

describeCorpus('both engines read alike', () => {
  const cases = ['ctf1', 'ctf2', 'sync', 'ctf-yactfr/ctf-1', 'ctf-yactfr/ctf-2'].flatMap((folder) =>
    listCases(folder).map((name) => `${folder}/${name}`),
  );
  // Of these not even the first packet can be read, whoever reads it.
  const unreadable =
    /fail-pkt-|fail-unknown-dst-id|pass-diff-uuid|pass-no-ers-no-dst-id|ctf-2\/fail-sl-str-beyond-content/;
  test.each(cases.filter((name) => !unreadable.test(name)))('%s', (name) =>
    compare(corpusPath(name, 'trace')),
  );
});
