// `diatrace lami` beside the specification (lttng/lami-spec, lami.adoc) and beside what Trace Compass accepts of it.
import { globSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue/index.generated.ts';
import { metadataObject, tableClasses } from '../src/render/lami/metadata.ts';
import { noMetadata, readLamiResults } from '../src/render/lami/read-lami.ts';
import { renderer } from '../src/render/lami/renderer.ts';
import type { LamiTableClass } from '../src/render/lami/tables.ts';
import { anyResult } from '../src/results/arbitrary.test-helpers.ts';
import { fromJson } from '../src/results/index.ts';
import { type JsonObject, readJson, writeJson } from '../src/results/json-text.ts';
import { corpusPath, describeCorpus, readExpected, requireCorpus } from './corpus.ts';
import { isCompatible, Refused, readMetadata, readResults, readVersion } from './lami-consumer.ts';
import { diatrace, exampleTrace, type Ran, shell } from './run-cli.ts';

const ids = catalogue.map(({ id }) => id);

/** The options without which an analysis has no question to answer. */
const neededOptions: Readonly<Record<string, readonly string[]>> = {
  periods: ['--period', 'switch : name =* "*sched_switch" : name =* "*sched_switch" && $cpu == $begin.$cpu'],
};

function lami(id: string, ...args: readonly string[]) {
  return diatrace(['lami', id, ...(neededOptions[id] ?? []), ...args]);
}

const metadataRuns = new Map<string, Ran>();

/** What an analysis says of all its views: several tests look at it. */
function metadataOf(id: string): Ran {
  const ran = metadataRuns.get(id) ?? lami(id, '--as', 'all', '--metadata');
  metadataRuns.set(id, ran);
  return ran;
}

test('the version is said by the program alone too, which is how Trace Compass asks', () => {
  expect(readVersion(diatrace(['--mi-version']))).toBe(100);
  expect(readVersion(lami('syscalls', '--mi-version'))).toBe(100);
  const metadata = readJson(lami('syscalls', '--metadata').out) as JsonObject;
  expect(metadata['mi-version']).toMatchObject({ major: 1, minor: 0 });
});

test.each(ids)('%s: all phases are accepted', (id) => {
  const metadata = readMetadata(metadataOf(id));
  const compatibility = lami(id, '--test-compatibility', exampleTrace);
  expect(compatibility.code === 0).toBe(isCompatible(compatibility));
  expect(compatibility.err).toBe('');
  if (compatibility.code !== 0) {
    expect(Object.keys(readJson(compatibility.out) as JsonObject)).toEqual(['error-message', 'error-code']);
    return;
  }
  const ran = lami(id, '--as', 'all', '--output-progress', exampleTrace);
  const { progress, tables } = readResults(ran, metadata);
  expect(progress.at(0)).toBe(0);
  expect(progress.at(-1)).toBe(1);
  expect(tables.every(({ rowCount }) => rowCount > 0)).toBe(true);
});

describeCorpus('on a kernel trace of LTTng', () => {
  const trace = corpusPath('ctf1', 'bug446190', 'trace');

  test.each(ids)('%s', (id) => {
    const ran = lami(id, '--as', 'all', '--output-progress', '--limit', 'unlimited', trace);
    if (ran.code !== 0) {
      expect(ran.out).toContain('missing-events');
      return;
    }
    const metadata = readMetadata(metadataOf(id));
    expect(() => readResults(ran, metadata)).not.toThrow();
  });

  test('a range is given in nanoseconds, with a space or an equals sign', () => {
    const threads = corpusPath('ctf1', 'many-threads', 'trace');
    const spaced = lami(
      'syscalls',
      '--begin',
      '1457113582800000000',
      '--end',
      '1457113582810000001',
      threads,
    );
    const joined = lami('syscalls', '--begin=1457113582800000000', '--end=1457113582810000001', threads);
    expect(spaced.code).toBe(0);
    expect(spaced.out).toBe(joined.out);
    // Every digit counts: doubles end before.
    expect(spaced.out).toContain('"value": 1457113582810000001');
  });
});

test('an analysis of what its options name is for traces that have it', () => {
  const test = (name: string) =>
    diatrace([
      'lami',
      'periods',
      '--period',
      `p : $evt.$name == "${name}"`,
      '--test-compatibility',
      exampleTrace,
    ]);
  expect([test('sched:sched_switch').code, test('sched:sched_switch').out]).toEqual([0, '']);
  expect(test('nothing').code).toBe(1);
  expect(isCompatible(test('nothing'))).toBe(false);
});

test('a limit is for the rows of each table', () => {
  const metadata = readMetadata(metadataOf('syscalls'));
  const { tables } = readResults(lami('syscalls', '--as', 'all', '--limit', '2', exampleTrace), metadata);
  expect(Math.max(...tables.map(({ rowCount }) => rowCount))).toBe(2);
  expect(lami('syscalls', '--limit', 'many', exampleTrace).code).toBe(2);
});

test('lines of progress are a ratio and a message, and are there only where they are asked for', () => {
  const { out } = lami('syscalls', '--output-progress', exampleTrace);
  const lines = out.slice(0, out.indexOf('{')).trimEnd().split('\n');
  for (const line of lines) expect(line).toMatch(/^(?:0(?:\.\d+)?|1) \S.*$/);
  expect(lami('syscalls', exampleTrace).out).toBe(out.slice(out.indexOf('{')));
});

test.each(ids)('%s: the metadata has what the specification names, and units for numbers alone', (id) => {
  const metadata = readJson(metadataOf(id).out) as JsonObject;
  expect(Object.keys(metadata)).toEqual([
    'mi-version',
    'version',
    'title',
    'authors',
    'description',
    'tags',
    'table-classes',
  ]);
  const classes = Object.values(
    metadata['table-classes'] as JsonObject,
  ) as unknown as readonly LamiTableClass[];
  for (const column of classes.flatMap((tableClass) => tableClass['column-descriptions'])) {
    expect(column.title).not.toBe('');
    if (column.unit !== undefined) expect(column.class).toBe('number');
  }
});

test('what goes wrong is an error object, on stderr as well only where results were asked for', () => {
  const results = lami('syscalls', '/no/such/trace');
  expect(results.code).toBe(1);
  expect(readJson(results.out)).toMatchObject({ 'error-code': 'not-found' });
  expect(results.err).toContain('no such file');
  const compatibility = lami('syscalls', '--test-compatibility', '/no/such/trace');
  expect([compatibility.code, compatibility.err]).toEqual([1, '']);
  expect(isCompatible(compatibility)).toBe(false);
});

test('any result is accepted, whatever its columns and values', () => {
  fc.assert(
    fc.property(anyResult, (result) => {
      const descriptions = result.answers.map(({ description }) => description);
      const classes = tableClasses(descriptions);
      const identity = { title: 't', description: 'd', tags: [], version: '1.2.3-rc.1' };
      const phase = (out: string) => ({ code: 0, out, err: '' });
      const metadata =
        classes.size === 0
          ? new Map()
          : readMetadata(phase(writeJson(metadataObject(identity, descriptions))));
      const out = [...renderer.render(result, { classes, clockUncertaintyNs: 0.5 })].join('');
      readResults(phase(out), metadata);
    }),
  );
});

// The consumer must be able to refuse, or that it accepts says nothing.
test.each<readonly [string, object]>([
  ['a class of later versions', { class: 'heatmap' }],
  ['one limit alone', { class: 'number', value: 1, low: 0 }],
  ['a value outside of its limits', { class: 'number', value: 1, low: 2, high: 3 }],
  ['a fraction where Java reads a long', { class: 'duration', value: 1.5 }],
])('the consumer refuses %s', (_what, cell) => {
  const range = {
    class: 'time-range',
    begin: { class: 'timestamp', value: 1 },
    end: { class: 'timestamp', value: 2 },
  };
  const metadata = new Map([['t', ['mixed']]]);
  const out = (data: object) =>
    writeJson({ results: [{ 'time-range': range, class: 't', data: [[data]] }] } as unknown as JsonObject);
  const phase = (data: object) => ({ code: 0, out: out(data), err: '' });
  expect(
    readResults(phase({ class: 'number', value: 1, low: 0, high: '+inf' }), metadata).tables.length,
  ).toBe(1);
  expect(() => readResults(phase(cell), metadata)).toThrow(Refused);
});

test('as a consumer, we draw what we and others produce', (context) => {
  const own = shell(`diatrace report --lami "diatrace lami syscalls --as top" --json ${exampleTrace}`);
  expect(own.err).toBe('');
  const { answers } = fromJson(own.out);
  expect(answers.map(({ description }) => description.title)).toEqual(['The slowest system calls']);
  requireCorpus(context);
  const file = corpusPath('analyses', 'many-threads', 'cputop.json');
  const table = diatrace(['report', '--lami', file, '--limit', '1', '--clock-gmt']);
  expect(table.code).toBe(0);
  expect(table.out).toContain('genKernelTraces');
  expect(table.out).toContain('2016-03-04 17:46:22.794');
});

describeCorpus('results of lttng-analyses', () => {
  const files = globSync('*/*.json*', { cwd: corpusPath('analyses') }).sort();

  test.each(files)('%s', (file) => {
    const text = readExpected(corpusPath('analyses', file));
    const { answers } = readLamiResults(text, noMetadata, [file]);
    const { results } = readJson(text) as unknown as { results: readonly { data: readonly unknown[] }[] };
    expect(answers.map((shape) => shape.shape === 'table' && shape.rowCount)).toEqual(
      results.map(({ data }) => data.length),
    );
  });
});

test('a file or program that is none is said', () => {
  expect(diatrace(['report', '--lami', 'no-such-program', 'T']).err).toContain('no file and no program');
  const silent = diatrace(['report', '--lami', 'true', 'T']);
  expect([silent.code, silent.err]).toEqual([1, expect.stringContaining('version "" of LAMI')]);
  const incompatible = shell('diatrace report --lami "diatrace lami syscalls" /no/such/trace');
  expect(incompatible.err).toContain('There is no such file or folder');
});
