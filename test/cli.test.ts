// What a user meets: answers, mistakes and what is said about them, exit codes, pipes.
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../src/cli/version.ts';
import { readJson } from '../src/results/json-text.ts';
import { corpusPath, describeCorpus, skipUnless } from './corpus.ts';
import { diatrace, exampleTrace, interrupt, root, shell } from './run-cli.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diatrace-cli-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A copy of the example that may be damaged. */
function copyOfExample(name: string): string {
  const path = join(folder, name);
  cpSync(exampleTrace, path, { recursive: true });
  return path;
}

describe('answers', () => {
  test('a trace without a command is described, with what to run next', () => {
    // A short path, so that each suggestion fits into a line wherever the repository is.
    const trace = join('examples', 'first-trace');
    const { code, out, err } = diatrace([trace]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/format +CTF 1\.8/);
    expect(out).toMatch(/events +\d+\n/);
    expect(out).toContain(`diatrace report syscalls ${trace}`);
    // The five likeliest analyses, each in a line.
    const next = out.slice(out.indexOf('\nNext\n')).trim().split('\n').slice(1);
    expect(next.filter((line) => line.includes('diatrace report '))).toHaveLength(5);
    expect(next[0]).toContain('diatrace report syscalls');
    expect(next.at(-2)).toContain('diatrace explain ');
    expect(next.at(-1)).toContain('diatrace list');
    expect(next).toHaveLength(8);
    expect(diatrace(['info', trace]).out).toBe(out);
  });

  test('info --json counts what cat prints, class by class', () => {
    const info = readJson(diatrace(['info', '--json', exampleTrace]).out) as {
      readonly eventCount: number;
      readonly events: Readonly<Record<string, number>>;
      readonly health: readonly unknown[];
    };
    const lines = diatrace(['cat', '--json', exampleTrace]).out.trimEnd().split('\n');
    expect(lines).toHaveLength(info.eventCount);
    const counts: Record<string, number> = {};
    for (const line of lines) {
      const { name } = readJson(line) as { readonly name: string };
      counts[name] = (counts[name] ?? 0) + 1;
    }
    expect(counts).toEqual({ ...info.events });
    expect(info.health).toEqual([]);
  });

  test('traces whose clocks have nothing in common are described one by one', () => {
    const perf = join(root, 'test', 'recordings', 'perf', 'perf.data');
    const ftrace = join(root, 'test', 'recordings', 'ftrace', 'trace.dat');
    const { code, out, err } = diatrace([perf, ftrace]);
    expect(code).toBe(0);
    expect(out).toBe(`${diatrace(['info', perf]).out}\n${diatrace(['info', ftrace]).out}`);
    expect(out).not.toContain('Health');
    expect(err).toMatch(
      /trace\.dat: Its clock local .* no common order\n +hint: .*--clock-offset '.*\/ftrace\/trace\.dat=/,
    );
    const documents = diatrace(['info', '--json', perf, ftrace]).out;
    expect(documents).toBe(
      `${diatrace(['info', '--json', perf]).out}${diatrace(['info', '--json', ftrace]).out}`,
    );
  });

  test('info --quick reads no event', () => {
    const { code, out } = diatrace(['info', '--quick', '--json', exampleTrace]);
    expect(code).toBe(0);
    expect(readJson(out)).toMatchObject({ eventCount: null, events: null, packetCount: 2 });
  });

  test('cat restricts by time, CPU, name, field and count', () => {
    const count = (...args: string[]) =>
      diatrace(['cat', '--json', ...args, exampleTrace]).out.split('\n').length - 1;
    const all = count();
    expect(count('--limit', '7')).toBe(7);
    expect(count('--cpu', '0') + count('--cpu', '1')).toBe(all);
    expect(count('--end', '+0.1s') + count('--begin', '+100000001ns')).toBe(all);
    const enters = count('--event', '*:sys_enter');
    expect(enters).toBeGreaterThan(0);
    expect(count('--filter', '$name == "raw_syscalls:sys_enter"')).toBe(enters);
    expect(
      count('--event', '*:sys_enter', '--filter', 'id == 0') +
        count('--event', '*:sys_enter', '--filter', 'id != 0'),
    ).toBe(enters);
  });

  test('report answers as text, JSON and CSV, into a file too', () => {
    const text = diatrace(['report', 'syscalls', '--limit', '3', exampleTrace]);
    expect(text.code).toBe(0);
    expect(text.out).toMatch(/^System calls\n/);
    const json = diatrace(['report', 'syscalls', '--json', exampleTrace]);
    expect(readJson(json.out)).toMatchObject({ schema: 'diatrace.result/1', analysis: { id: 'syscalls' } });
    expect(diatrace(['report', 'syscalls', '--csv', exampleTrace]).out.split('\n')[0]).toContain(',');
    const path = join(folder, 'answer.json');
    expect(diatrace(['report', 'syscalls', '--json', '-o', path, exampleTrace]).out).toBe('');
    expect(readFileSync(path, 'utf8')).toBe(json.out);
  });

  test('why nothing was found is said: a field that no event has, another time', () => {
    for (const args of [['cat'], ['report', 'syscalls']]) {
      const { code, err } = diatrace([...args, '--filter', 'rett < 0', exampleTrace]);
      expect(code).toBe(0);
      expect(err).toContain('no event of this trace has a field "rett" (did you mean ret?)');
    }
    for (const args of [['cat'], ['report', 'events', '--csv']]) {
      const { code, err } = diatrace([...args, '--comm', 'workload.s', '--cpu', '7', exampleTrace]);
      expect(code).toBe(0);
      expect(err).toContain('no thread is named "workload.s" (did you mean workload.sh?)');
      expect(err).toContain('no event is of CPU 7 (there are 0-1)');
    }
    expect(diatrace(['cat', '--filter', 'ret == 12345678', exampleTrace]).err).toContain('that matches');
    const late = diatrace(['report', 'syscalls', '--begin', '+60s', exampleTrace]);
    expect(late.err).toMatch(/the trace is from 998\.\d+ s to 998\.\d+ s, all of it outside/);
    expect(late.err).not.toContain('1970');
    const dated = diatrace(['report', 'syscalls', '--begin', '2026-01-02', exampleTrace]);
    expect(dated.err).toContain('its clock does not count from 1970, so that it has no dates');
    const perf = join(root, 'test', 'recordings', 'perf', 'perf.data');
    expect(diatrace(['cat', '--clock-gmt', '--begin', '16000', '--end', '16001', perf]).err).toMatch(
      /the trace is from 2026-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ to 2026-/,
    );
  });

  test('colours follow NO_COLOR, FORCE_COLOR and COLORTERM', () => {
    const heatmap = (environment: Record<string, string>) =>
      diatrace(['report', 'syscalls', '--as', 'heatmap', exampleTrace], { environment }).out;
    const escape = '\u001b[';
    expect(heatmap({})).not.toContain(escape);
    expect(heatmap({ FORCE_COLOR: '3' })).toContain(`${escape}48;2;`);
    expect(heatmap({ FORCE_COLOR: '2' })).toContain(`${escape}48;5;`);
    expect(heatmap({ FORCE_COLOR: '1', TERM: 'xterm', COLORTERM: 'truecolor' })).toContain(`${escape}48;2;`);
    expect(heatmap({ FORCE_COLOR: '3', NO_COLOR: '1' })).not.toContain(escape);
  });

  test('inspect shows metadata, layouts, packets and elements', () => {
    expect(diatrace(['inspect', '--metadata', exampleTrace]).out).toMatch(/^\/\* CTF 1\.8/);
    expect(diatrace(['inspect', '--layouts', '--event', '*sched_switch', exampleTrace]).out).toMatch(
      /means sched_switch/,
    );
    expect(diatrace(['inspect', exampleTrace]).out.trimEnd().split('\n')).toHaveLength(4);
    expect(shell(`diatrace inspect --elements ${exampleTrace} | head -3`).out).toContain('     0 P {');
  });

  test('two traces share one timeline, unless their clocks have different origins', () => {
    const once = diatrace(['cat', exampleTrace]).out.split('\n').length;
    const twice = diatrace([
      'cat',
      '--clock-offset',
      `${copyOfExample('twin')}=1s`,
      exampleTrace,
      join(folder, 'twin'),
    ]);
    expect(twice.code).toBe(0);
    expect(twice.out.split('\n').length - 1).toBe((once - 1) * 2);
  });
});

describe('help', () => {
  test('every command teaches by examples', () => {
    expect(diatrace([]).out).toBe(diatrace(['--help']).out);
    for (const command of ['info', 'cat', 'list', 'explain', 'report', 'inspect']) {
      const { code, out } = diatrace([command, '--help']);
      expect([command, code]).toEqual([command, 0]);
      expect(out).toContain('Examples:\n  diatrace ');
      expect(diatrace(['help', command]).out).toBe(out);
    }
  });

  test('an analysis lists its options and views', () => {
    const { out } = diatrace(['help', 'report', 'syscalls']);
    expect(out).toContain('--as heatmap');
    expect(out).toContain('--slower <DURATION>');
    expect(diatrace(['report', 'syscalls', '--help']).out).toBe(out);
  });

  test('the version is the package\u2019s', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(version).toBe(manifest.version);
    expect(diatrace(['--version']).out).toBe(`${version}\n`);
  });
});

describe('mistakes on the command line exit with 2 and say what was meant', () => {
  test.each([
    [['inof'], /there is no command "inof"/, /did you mean diatrace info\?/],
    [['report', 'sycalls', exampleTrace], /no analysis "sycalls"/, /did you mean syscalls\?/],
    [['cat', '--bgein', '1', exampleTrace], /unknown option '--bgein'/, /did you mean --begin\?/],
    [
      ['cat', '--begin', 'yesterday', exampleTrace],
      /--begin: "yesterday" is not a time/,
      /a time is seconds/,
    ],
    [['cat', '--timerange', '1', exampleTrace], /not two times/, /BEGIN,END/],
    [['cat', '--cpu', 'x', exampleTrace], /--cpu: "x"/, /0,2,4-7/],
    [['cat', '--style', 'babletrace', exampleTrace], /no style "babletrace"/, /did you mean babeltrace\?/],
    [['cat', '--filter', 'ret ==', exampleTrace], /filter/, /ret ==\n/],
    [['report', 'syscalls', '--as', 'pie', exampleTrace], /no view "pie"/, /table/],
    [['report', 'syscalls', '--as', 'hetmap', exampleTrace], /no view "hetmap"/, /did you mean heatmap\?/],
    [
      ['report', exampleTrace],
      /is no analysis/,
      /diatrace report ID .*first-trace, where ID is one of: .*cpu-usage, .*events/,
    ],
    [['report', 'syscalls', '--slower', '10', exampleTrace], /--slower/, /unit/],
    [['report', 'syscalls', '--json', '--csv', exampleTrace], /--json and --csv/, /one of them/],
    [
      ['info'],
      /no trace was named, and there is no perf.data and no trace.dat here/,
      /name the folder or file/,
    ],
    [['help', 'raport'], /no command "raport"/, /did you mean diatrace help report\?/],
    [['report', 'sycalls', '--slower', '1ms', exampleTrace], /no analysis "sycalls"/, /syscalls/],
    [['cpu-usage', exampleTrace], /no command "cpu-usage"/, /did you mean diatrace report cpu-usage\?/],
    [['lami', 'lttng-cputop', exampleTrace], /a program of lttng-analyses/, /answered by cpu-usage/],
    [['info', exampleTrace, `${exampleTrace}/`], /first-trace\/? is named twice/, /name each trace once/],
    [['report', 'periods', exampleTrace], /answers what --period asks/, /diatrace explain periods has/],
    [['report'], /missing required argument 'id'/, /diatrace list shows the analyses/],
    [['report', 'cpu', exampleTrace], /there is no analysis "cpu"/, /did you mean .*cpu-usage\?/],
    [['report', 'syscalls', '--sort', 'x', exampleTrace], /'--sort'/, /diatrace help report syscalls says/],
    [['report', 'syscalls', '--top', exampleTrace], /'--top'/, /did you mean --as top\?/],
    [['report', 'syscalls', exampleTrace, '--as'], /argument missing/, /diatrace help report syscalls says/],
  ])('%j', (args, message, hint) => {
    const { code, out, err } = diatrace(args);
    expect(err).toMatch(message);
    expect(err).toMatch(hint);
    expect([code, out]).toEqual([2, '']);
  });
});

describe('what cannot be read exits with 1 and says what to do', () => {
  test('a mistyped path', () => {
    const { code, err } = diatrace(['info', 'exmaples/first-trace']);
    expect(err).toBe(
      'diatrace: exmaples/first-trace: There is no such file or folder\n  hint: did you mean examples/first-trace?\n',
    );
    expect(code).toBe(1);
  });

  test('a folder or a file that is no trace', () => {
    const { code, err } = diatrace(['info', 'docs']);
    expect(err).toMatch(
      /docs: This is not a trace that diatrace reads; CTF 1\.8 and CTF 2: no file named metadata/,
    );
    expect(code).toBe(1);
    expect(diatrace(['info', 'package.json']).err).toMatch(/package\.json: This is not a trace/);
    expect(diatrace(['info', join(exampleTrace, 'perf_stream_0')]).err).toContain(
      `name its folder, ${exampleTrace}`,
    );
  });

  test('an empty folder, empty files, metadata without streams', () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect(diatrace([empty]).err).toMatch(/no file in this folder.*\n.*hint: was the tracing session/);
    writeFileSync(join(empty, 'perf.data'), '');
    expect(diatrace([empty]).err).toMatch(/Every file in it is empty/);
    const bare = copyOfExample('bare');
    for (const stream of ['perf_stream_0', 'perf_stream_1']) truncateSync(join(bare, stream), 0);
    const { code, out } = diatrace([bare]);
    expect(code).toBe(0);
    expect(out).toMatch(/events +0/);
    expect(out).toContain('diatrace inspect');
    const cat = diatrace(['cat', bare]);
    expect([cat.code, cat.out]).toEqual([0, '']);
    expect(cat.err).toMatch(/no event was printed: the trace has no packet/);
  });

  test('files without permission: one of several is a note, all of them an error', (context) => {
    skipUnless(context, process.getuid?.() === 0, 'only root can become another user');
    const nobody = 65534;
    skipUnless(
      context,
      diatrace(['--version'], { uid: nobody }).code === 0,
      'other users may not run what is here',
    );
    const closed = copyOfExample('closed');
    chmodSync(folder, 0o755);
    chmodSync(join(closed, 'perf_stream_1'), 0o600);
    const partial = diatrace(['info', closed], { uid: nobody });
    expect(partial.code).toBe(0);
    expect(partial.out).toMatch(/perf_stream_1.*permission\s+denied/s);
    expect(diatrace(['info', '--strict', closed], { uid: nobody }).code).toBe(3);
    chmodSync(join(closed, 'perf_stream_0'), 0o600);
    const nothing = diatrace(['info', closed], { uid: nobody });
    expect([nothing.code, nothing.out]).toEqual([1, '']);
    expect(nothing.err).toMatch(/Nothing of it can be read/);
    const session = join(folder, 'session');
    cpSync(exampleTrace, join(session, 'kernel'), { recursive: true });
    cpSync(exampleTrace, join(session, 'ust'), { recursive: true });
    chmodSync(join(session, 'ust'), 0o700);
    const half = diatrace(['info', session], { uid: nobody });
    expect(half.code).toBe(0);
    expect(half.out).toMatch(/could not be listed \(.*session\/ust\)?/s);
    chmodSync(closed, 0o700);
    const folderClosed = diatrace(['info', closed], { uid: nobody });
    expect(folderClosed.err).toMatch(/permission denied\n {2}hint: .*sudo/);
    expect(folderClosed.code).toBe(1);
  });

  test('wrong metadata names its line and column', () => {
    const broken = copyOfExample('broken');
    const text = readFileSync(join(broken, 'metadata'), 'latin1');
    writeFileSync(join(broken, 'metadata'), `${text}\nevent { id = ]; };\n`, 'latin1');
    const { code, err } = diatrace(['info', broken]);
    expect(err).toMatch(/metadata:\d+:\d+: Expected/);
    expect(code).toBe(1);
  });

  test('a stream that was cut off is read up to there; --strict exits with 3', () => {
    const cut = copyOfExample('cut');
    truncateSync(join(cut, 'perf_stream_0'), 100_001);
    const { code, out } = diatrace(['info', cut]);
    expect(code).toBe(0);
    expect(out).toMatch(/cut off/);
    expect(diatrace(['report', 'events', '--strict', cut]).code).toBe(3);
    const cat = diatrace(['cat', '--strict', cut]);
    expect(cat.code).toBe(3);
    expect(cat.err).toMatch(/^diatrace: .*cut off/);
  });

  test('names from a trace cannot steer the terminal', () => {
    const { err } = diatrace(['info', 'a\u001b[31mb']);
    expect(err).not.toContain('\u001b');
    expect(err).toContain('a\\x1b[31mb');
  });
});

describe('pipes and signals', () => {
  test('a closed pipe ends quietly', () => {
    const { out, err } = shell(`diatrace cat ${exampleTrace} | head -1; echo "\${PIPESTATUS[0]}"`);
    expect(out.split('\n')).toHaveLength(3);
    expect(out).toMatch(/\n0\n$/);
    expect(err).toBe('');
  });

  test('a full disk is an error', (context) => {
    const hasFull = shell('test -c /dev/full').code === 0;
    skipUnless(context, hasFull, '/dev/full is missing');
    const { code, err } = diatrace(['cat', '-o', '/dev/full', exampleTrace]);
    expect(err).toMatch(/no space is left/);
    expect(code).toBe(1);
  });

  test('Ctrl-C is 130 for a shell, and leaves nothing behind', async () => {
    const ran = await interrupt(['cat', exampleTrace, copyOfExample('again')], 'SIGINT');
    expect(ran.signal === 'SIGINT' || ran.code === 130).toBe(true);
    expect(ran.err).toBe('');
    expect(ran.out).not.toContain('\u001b');
  });
});

describeCorpus('on the corpus', () => {
  test('a folder of streams is read with few descriptors', () => {
    const many = join(folder, 'many');
    const source = corpusPath('ctf1', '2packets', 'trace');
    mkdirSync(many);
    cpSync(join(source, 'metadata'), join(many, 'metadata'));
    for (let index = 0; index < 600; index++)
      cpSync(join(source, 'channel0_2'), join(many, `channel${index}_2`));
    const { out, err } = shell(`ulimit -n 256; diatrace info --json ${many}`);
    expect(err).toBe('');
    expect(readJson(out)).toMatchObject({ eventCount: 1200 });
  });

  test('the stream intersection keeps what all streams recorded', () => {
    const lines = (name: string) =>
      diatrace(['cat', '--stream-intersection', corpusPath('ctf1', name, 'trace')]).out.split('\n').length -
      1;
    expect(lines('intersection-3eventsintersect')).toBe(3);
    expect(lines('intersection-nointersect')).toBe(0);
    const none = ['--stream-intersection', corpusPath('ctf1', 'intersection-nointersect', 'trace')];
    for (const command of [['cat'], ['report', 'events']]) {
      const { code, err } = diatrace([...command, ...none]);
      expect(err).toMatch(/no time at which all streams were recorded/);
      expect(code).toBe(0);
    }
  });

  test('threads are followed where events do not record them', () => {
    const trace = corpusPath('ctf1', 'bug446190', 'trace');
    const count = (...args: string[]) => diatrace(['cat', ...args, trace]).out.split('\n').length - 1;
    const switches = count('--event', 'sched_switch', '--filter', 'prev_tid == 496');
    expect(switches).toBeGreaterThan(0);
    expect(count('--event', 'sched_switch', '--tid', '496')).toBe(switches);
    expect(count('--tid', '496')).toBeGreaterThan(switches);
    const { code, err } = diatrace(['cat', '--filter', '$tid == 496', trace]);
    expect(err).toMatch(/\$tid recorded\n {2}hint: --tid/);
    expect(code).toBe(2);
  });

  test('clocks of different origins are not put on one axis', () => {
    const wall = corpusPath('ctf1', 'bug446190', 'trace');
    const { code, err } = diatrace(['cat', wall, exampleTrace]);
    expect(err).toMatch(/counts from an origin of its own/);
    expect(err).toMatch(/--clock-offset/);
    expect(err).toMatch(/ begins at [\d.]+ s, .* at [\d.]+ s: with -?[\d.]+s they would begin together/);
    expect(code).toBe(1);
    expect(diatrace(['info', wall, exampleTrace]).code).toBe(0);
    expect(
      diatrace(['cat', '--limit', '1', '--clock-offset', `${exampleTrace}=1412670961s`, wall, exampleTrace])
        .code,
    ).toBe(0);
  });
});
