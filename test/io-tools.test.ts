// The five I/O programs of lttng-analyses, whose tables are those of several analyses here: all that the trace has the events for.
import { expect, test } from 'vitest';
import { corpusPath, requireCorpus } from './corpus.ts';
import { readMetadata, readResults } from './lami-consumer.ts';
import { diatrace, exampleTrace } from './run-cli.ts';

function run(name: string, ...args: readonly string[]) {
  return diatrace(['lttngtool', name, ...args]);
}

function tablesOf(name: string, ...args: readonly string[]): readonly string[] {
  const metadata = readMetadata(run(`${name}-mi`, '--metadata'));
  const { tables } = readResults(run(`${name}-mi`, ...args), metadata);
  return tables.map((table) => table.name);
}

test('every table of a program has a name of its own, and Trace Compass takes it', (context) => {
  requireCorpus(context);
  const network = corpusPath('ctf1', 'bug446190', 'trace');
  expect(tablesOf('lttng-iousagetop', network)).toEqual(
    expect.arrayContaining(['table', 'file-table', 'interface-table']),
  );
  expect(tablesOf('lttng-iousagetop', exampleTrace)).toEqual(
    expect.arrayContaining(['table', 'file-table', 'block-thread-table', 'block-device-table']),
  );
  expect(tablesOf('lttng-iolatencystats', exampleTrace)).toEqual(
    expect.arrayContaining(['table', 'disk-table']),
  );
  expect(tablesOf('lttng-iolatencyfreq', exampleTrace)).toEqual(['freq', 'disk-freq']);
  expect(tablesOf('lttng-iolatencytop', exampleTrace)).toEqual(['each']);
  expect(tablesOf('lttng-iolog', exampleTrace)).toEqual(['log']);
});

test('a trace that has the events of some tables is answered with these', (context) => {
  requireCorpus(context);
  const packets = 'test/recordings/perf-packets/perf.data';
  const { out, code } = run('lttng-iousagetop', packets);
  expect(code).toBe(0);
  const titles = ['Bytes read and written by thread', 'Bytes read and written by file'];
  for (const title of [...titles, 'Traffic by network interface']) expect(out).toContain(title);
  expect(out).not.toContain('Block requests');
  // System calls were not recorded there, and packets neither.
  const refused = run('lttng-iousagetop', corpusPath('ctf1', 'flipping-endianness', 'trace'));
  expect([refused.code, refused.out]).toEqual([1, '']);
  expect(refused.err).toContain('no syscall_enter and no syscall_exit events');
});

test('the log has every call, unless a limit is given', () => {
  const rowsOf = (...args: readonly string[]) =>
    run('lttng-iolog', ...args, exampleTrace).out.match(/^\d+\.\d{9} /gm);
  expect(rowsOf()).toHaveLength(931);
  expect(rowsOf('--limit', '5')).toHaveLength(5);
});

test('options go to the tables that have them', () => {
  const { out, code } = run(
    'lttng-iolatencystats',
    '--freq',
    '--freq-resolution',
    '3',
    '--minsize',
    '1',
    exampleTrace,
  );
  expect(code).toBe(0);
  expect(out.match(/^Frequencies of .*$/gm)).toEqual([
    'Frequencies of calls by category',
    'Frequencies of requests by partition',
  ]);
  expect(run('lttng-iousagetop', '--freq', exampleTrace).err).toContain(
    'lttng-iolatencyfreq has the frequencies',
  );
});
