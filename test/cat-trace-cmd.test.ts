// `cat --style trace-cmd` against what `trace-cmd report -t` printed of every trace.dat of the corpus, byte for byte.
//
// One case was printed by trace-cmd 3.3.1, which has a column of latency flags that 3.1.6 prints with `-l` only: it is left out there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { defaultTextOptions } from '../src/events/text/style.ts';
import { writeEvents } from '../src/pipeline/cat.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { style } from '../src/text/trace-cmd/style.ts';
import { corpusPath, describeCorpus, listCases, readExpected } from './corpus.ts';

const scratch = mkdtempSync(join(tmpdir(), 'diatrace-trace-cmd-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function tracePath(name: string): string {
  const path = corpusPath('ftrace', name, 'trace.dat');
  try {
    readFileSync(path);
    return path;
  } catch {
    const unpacked = join(scratch, `${name}.dat`);
    writeFileSync(unpacked, gunzipSync(readFileSync(`${path}.gz`)));
    return unpacked;
  }
}

function print(path: string, engine: 'interpreter' | 'wasm'): string {
  const set = openTraces([openNodeInput(path)], { needsOneTimeline: false, engine });
  const pieces: Buffer[] = [];
  const request = { style, options: defaultTextOptions, scope: {} };
  try {
    writeEvents(set, request, { write: (bytes) => pieces.push(Buffer.from(bytes)) });
  } finally {
    set.close();
  }
  return Buffer.concat(pieces).toString('latin1');
}

/** `[003] dN.2.  7615.709442088:` → `[003]  7615.709442088:` */
function withoutLatencyFlags(text: string): string {
  return text.replace(/^(.{20,40} \[\d{3}\]) \S{5}( +\d+\.\d{9}: )/gm, '$1$2');
}

describeCorpus('trace.dat as trace-cmd prints it', () => {
  const cases = listCases('ftrace').filter((name) => !name.startsWith('malformed'));

  test('there are cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(7);
  });

  for (const engine of ['interpreter', 'wasm'] as const) {
    test.each(cases)(`%s, ${engine}`, (name) => {
      const expected = readExpected(corpusPath('ftrace', name, 'expected', 'report.txt'));
      const theirs = withoutLatencyFlags(Buffer.from(expected, 'utf8').toString('latin1'));
      expect(print(tracePath(name), engine).split('\n')).toEqual(theirs.split('\n'));
    });
  }
});
