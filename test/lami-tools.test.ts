// The programs of lttng-analyses under their names: `bin/lttng-tool`, to which the links of the package lead.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue/index.generated.ts';
import { readToolOptions } from '../src/cli/lami-tool-options.ts';
import { type Tool, toolNames, tools } from '../src/cli/lami-tools.ts';
import { lamiVersionText } from '../src/cli/version.ts';
import { lamiVersion } from '../src/render/lami/metadata.ts';
import { corpusPath, requireCorpus, skipUnless } from './corpus.ts';
import { readMetadata, readResults, readVersion } from './lami-consumer.ts';
import { diatrace, exampleTrace, root } from './run-cli.ts';

function run(name: string, ...args: readonly string[]) {
  return diatrace(['lttngtool', name, ...args]);
}

test('the package has a link for every name, and no other', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const links = Object.entries(manifest.bin).filter(([, path]) => path === 'bin/lttng-tool');
  expect(links.map(([name]) => name)).toEqual(toolNames);
  expect(toolNames.length).toBe(38);
});

test('the version is the same wherever it is said', () => {
  expect(`${lamiVersion.major}.${lamiVersion.minor}`).toBe(lamiVersionText);
  expect(readVersion(run('lttng-cputop-mi', '--mi-version'))).toBe(100);
});

test.each(tools.map((tool) => [tool.name, tool] as const))(
  '%s has an analysis with its views',
  async (name, tool) => {
    const entry = catalogue.find(({ id }) => id === tool.analysis);
    if (entry === undefined) {
      const ran = run(name, exampleTrace);
      expect([ran.code, ran.out]).toEqual([1, '']);
      expect(ran.err).toContain(`no analysis "${tool.analysis}" yet`);
      return;
    }
    const { views } = await entry.load();
    const wanted = Object.values(tool.options).flatMap((option) =>
      option.becomes === 'view' ? [option.view] : [],
    );
    expect(Object.keys(views)).toEqual(expect.arrayContaining([tool.view, ...wanted]));
  },
);

const syscallstats = tools.find(({ name }) => name === 'lttng-syscallstats') as Tool;
const schedlog = tools.find(({ name }) => name === 'lttng-schedlog') as Tool;

test.each<readonly [readonly string[], object]>([
  [['--begin', '1457113582800000000', 'T'], { begin: '1457113582800000000ns' }],
  [['--end=2016-03-04T17:46:23', 'T'], { end: '2016-03-04 17:46:23' }],
  [['--timerange', '[12, 13:00:01]', 'T'], { timerange: '12ns,13:00:01' }],
  [['--min', '1.5', '--max=20', 'T'], { slower: '1.5us', faster: '20us' }],
  [['--tid', '1,2', '--procname', 'a,b', 'T'], { tid: ['1,2'], comm: ['a,b'] }],
  [['--gm', 'T'], { clockGmt: true }],
  [['-r', '2', 'T'], { refresh: '2s' }],
  [['--refresh=100ms', 'T'], { refresh: '100ms' }],
  [['--freq', '--per-prio', 'T'], { as: 'log,freq', by: 'prio' }],
  [['--skip-validation', '--no-progress', '--limit', '5', '--', 'T'], { limit: '5' }],
])('%j is read as there', (args, wanted) => {
  const request = readToolOptions(schedlog, false, args);
  expect(request.paths).toEqual(['T']);
  expect(request.options).toMatchObject(wanted);
});

test('only the time of all streams counts, unless it is told otherwise, and what has no effect is said', () => {
  expect(readToolOptions(schedlog, false, ['T']).options).toMatchObject({
    streamIntersection: 'where-known',
  });
  expect(readToolOptions(schedlog, false, ['--no-i', 'T']).options).not.toHaveProperty('streamIntersection');
  expect(readToolOptions(schedlog, false, ['--freq-uniform', 'T'])).toMatchObject({
    paths: ['T'],
    remarks: [expect.stringContaining('--freq-uniform has no effect')],
  });
});

test('a period may be said with the options that came before the language', () => {
  const periodlog = tools.find(({ name }) => name === 'lttng-periodlog') as Tool;
  const read = (...args: readonly string[]) =>
    readToolOptions(periodlog, false, [...args, 'T']).options['period'];
  expect(read('--period-begin', 'a')).toEqual([
    ': $evt.$name == "a" : $evt.$name == "a" && $evt.cpu_id == $begin.$evt.cpu_id',
  ]);
  const keys = ['--period-begin-key', 'x,y', '--period-end-key', 'p,q', '--period-key-value', '3,z'];
  expect(read('--period-begin', 'a', '--period-end', 'b', ...keys)).toEqual([
    ': $evt.$name == "a" && $evt.x == 3 && $evt.y == "z" : $evt.$name == "b" && $evt.p == $begin.$evt.x && $evt.q == $begin.$evt.y',
  ]);
});

test('what they do not have is refused with the nearest word', () => {
  expect(() => readToolOptions(syscallstats, false, ['--procnam3', 'x'])).toThrow('no option --procnam3');
  expect(() => readToolOptions(syscallstats, false, ['--mi-version'])).toThrow('no option');
  expect(() => readToolOptions(syscallstats, false, ['--tid'])).toThrow('needs a value');
  expect(() => readToolOptions(schedlog, false, ['--min', '1ms'])).toThrow('microseconds');
  expect(run('lttng-cputpo').err).toContain('did you mean lttng-cputop?');
});

test('all phases under a name of the machine', (context) => {
  requireCorpus(context);
  const trace = corpusPath('ctf1', 'many-threads', 'trace');
  const metadata = readMetadata(run('lttng-syscallstats-mi', '--metadata'));
  const compatibility = run('lttng-syscallstats-mi', '--test-compatibility', trace);
  expect([compatibility.code, compatibility.out, compatibility.err]).toEqual([0, '', '']);
  const ran = run('lttng-syscallstats-mi', '--output-progress', '--begin', '1', '--end', '2', trace);
  expect(readResults(ran, metadata).progress).toEqual([0, 1]);
  const { tables } = readResults(run('lttng-syscallstats-mi', trace), metadata);
  expect(tables[0]).toMatchObject({ name: '(inline)' });
});

test('--refresh: tables of each interval, with its time range', () => {
  const metadata = readMetadata(run('lttng-cputop-mi', '--metadata'));
  const { tables } = readResults(run('lttng-cputop-mi', '-r', '100ms', exampleTrace), metadata);
  expect(tables.map(({ name }) => name).filter((name) => name === 'cpus').length).toBe(3);
  const whole = readResults(run('lttng-cputop-mi', exampleTrace), metadata);
  expect(whole.tables.filter(({ name }) => name === 'cpus').length).toBe(1);
  expect(run('lttng-cputop', '-r', '0.1', exampleTrace).out.match(/^Usage by CPU$/gm)?.length).toBe(3);
});

test('the text form is ours', () => {
  const ran = run('lttng-syscallstats', '--gmt', exampleTrace);
  expect(ran.code).toBe(0);
  expect(ran.out).toContain('System calls by thread');
});

test('a link to the program says by its name what is wanted', (context) => {
  skipUnless(context, existsSync(join(root, 'dist', 'program.cjs')), 'dist/ is not built');
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-links-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  const link = join(folder, 'lttng-memtop-mi');
  symlinkSync(join(root, 'bin', 'lttng-tool'), link);
  const ran = spawnSync(process.execPath, [link, '--mi-version'], { encoding: 'utf8' });
  expect(ran.stdout).toMatch(/^1\.0\n$|has no analysis/);
});
