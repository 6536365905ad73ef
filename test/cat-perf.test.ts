// `cat --style perf` against what `perf script --ns` printed of every perf.data of the corpus. What can't be the same is made the same
// before lines are compared:
// - symbols: perf took them from the machine that it ran on, diatrace looks for none;
// - runs of spaces: the columns of perf 6.12 and 7.2 are wider than those of 6.1, which the style follows;
// - a kernel module whose build id the file has is called by its path, else `[name]`: the style always says the latter.
// Left out of both sides, by name: user frames that perf unwound from copied stacks, and samples that it made from Intel PT data.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseFilter } from '../src/events/filter/parse.ts';
import { defaultTextOptions } from '../src/events/text/style.ts';
import { writeEvents } from '../src/pipeline/cat.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { style } from '../src/text/perf/style.ts';
import { corpusPath, describeCorpus, listCases, readExpected } from './corpus.ts';

function print(name: string, engine: 'interpreter' | 'wasm'): string {
  const input = openNodeInput(corpusPath('perf', name, 'perf.data'));
  const set = openTraces([input], { needsOneTimeline: false, engine });
  const pieces: Buffer[] = [];
  const request = { style, options: defaultTextOptions, scope: {} };
  try {
    writeEvents(set, request, { write: (bytes) => pieces.push(Buffer.from(bytes)) });
  } finally {
    set.close();
  }
  return Buffer.concat(pieces).toString('utf8');
}

const leftOut: ReadonlyMap<string, (line: string) => boolean> = new Map([
  ['own-cpu-dwarf-zstd', (line) => line.startsWith('\t') && !line.endsWith('([kernel.kallsyms])')],
  ['quipper-intel_pt-4.14', (line) => !line.includes(' cycles: ')],
]);

function comparable(name: string, text: string): string[] {
  const isLeftOut = leftOut.get(name);
  return text
    .split('\n')
    .filter((line) => isLeftOut?.(line) !== true)
    .map((line) =>
      line
        .replace(/([ \t][0-9a-f]+) \S+ (\([^()]*\))$/, '$1 SYMBOL $2')
        .replace(/\(\S*\/([^/]+)\.ko\)$/, '([$1])')
        .replace(/ +/g, ' '),
    );
}

/** Whether perf 6.1 printed it, without a symbol: then every byte is the same. */
function isSameByByte(name: string, expected: string): boolean {
  const summary: unknown = JSON.parse(
    readFileSync(corpusPath('perf', name, 'expected', 'summary.json'), 'utf8'),
  );
  const { oracle } = summary as { oracle: string };
  const hasSymbols = /\+0x[0-9a-f]+ \([^()]*\)$/m.test(expected);
  const hasModulePaths = /\.ko\)$/m.test(expected);
  return oracle.startsWith('perf 6.1.') && !hasSymbols && !hasModulePaths && !leftOut.has(name);
}

describeCorpus('perf.data as perf script prints it', () => {
  const cases = listCases('perf').filter((name) => !name.includes('.corrupted.'));
  const sameByByte = cases.filter((name) =>
    isSameByByte(name, readExpected(corpusPath('perf', name, 'expected', 'script.txt'))),
  );

  test('there are cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(27);
    expect(sameByByte.length).toBeGreaterThanOrEqual(13);
  });

  for (const engine of ['interpreter', 'wasm'] as const) {
    test.each(cases)(`%s, ${engine}`, (name) => {
      const expected = readExpected(corpusPath('perf', name, 'expected', 'script.txt'));
      expect(comparable(name, print(name, engine))).toEqual(comparable(name, expected));
    });
  }

  test('threads keep their names when other records than samples are not chosen, and those are not counted', () => {
    const set = openTraces([openNodeInput(corpusPath('perf', 'own-sched', 'perf.data'))]);
    const filter = parseFilter('$name == "sched:sched_wakeup"');
    const pieces: string[] = [];
    const request = { style, options: defaultTextOptions, scope: { filter }, countMax: 2 };
    const count = writeEvents(set, request, { write: (bytes) => pieces.push(Buffer.from(bytes).toString()) });
    set.close();
    expect(count).toBe(2);
    expect(pieces.join('')).toBe(
      [
        '        worker-0  6448 [001]  1882.233076961:       sched:sched_wakeup: comm=worker-1 pid=6449 prio=120 target_cpu=000',
        '        worker-0  6448 [001]  1882.233133655:       sched:sched_wakeup: comm=kworker/1:1H pid=44 prio=100 target_cpu=001',
        '',
      ].join('\n'),
    );
  });

  test.each(sameByByte)('%s, byte for byte', (name) => {
    const expected = readExpected(corpusPath('perf', name, 'expected', 'script.txt'));
    expect(print(name, 'wasm')).toBe(expected);
  });
});
