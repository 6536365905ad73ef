// The records of perf.data that are no samples, against what `perf script --show-task-events --show-mmap-events …` prints of them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { meaningsOf } from '../src/vocabulary/meanings.ts';
import { corpusPath, describeCorpus, listCases, readExpected } from './corpus.ts';
import { type PerfRecord, readPerfRecords } from './perf-samples.ts';

const line = /(\d+)\.(\d{9}): (PERF_RECORD_.*?)\s*$/;

function printedRecords(name: string): { timeNs: bigint; text: string }[] {
  const path = join(corpusPath('perf', name, 'expected'), 'script-all-records.txt');
  if (!existsSync(path) && !existsSync(`${path}.gz`)) return [];
  return readExpected(path)
    .split('\n')
    .map((text) => line.exec(text))
    .filter((match) => match !== null)
    .map(([, seconds, fraction, text = '']) => ({ timeNs: BigInt(`${seconds}${fraction}`), text }));
}

const hex = (value: unknown) => (value === 0n ? '0' : `0x${(value as bigint).toString(16)}`);
const number = (value: unknown) => (value as number).toString(16).padStart(2, '0');
const execMisc = 1 << 13;
const dataMisc = 1 << 13;
const outMisc = 1 << 13;

/** As perf prints it (linux tools/perf/util/event.c, `perf_event__fprintf`). */
function print({ event, context, payload }: PerfRecord): string | undefined {
  const { pid, tid, ppid, ptid, misc } = payload as Record<string, number>;
  const place = () => `[${hex(payload['addr'])}(${hex(payload['len'])}) @ ${hex(payload['pgoff'])}`;
  switch (event) {
    case 'PERF_RECORD_COMM':
      return `${event}${((misc ?? 0) & execMisc) === 0 ? '' : ' exec'}: ${payload['comm']}:${pid}/${tid}`;
    case 'PERF_RECORD_FORK':
    case 'PERF_RECORD_EXIT':
      return `${event}(${pid}:${tid}):(${ppid}:${ptid})`;
    case 'PERF_RECORD_MMAP': {
      const kind = ((misc ?? 0) & dataMisc) === 0 ? 'x' : 'r';
      return `${event} ${pid}/${tid}: ${place()}]: ${kind} ${payload['filename']}`;
    }
    case 'PERF_RECORD_MMAP2':
      return `${event} ${pid}/${tid}: ${place()} ${fileOf(payload)}]: ${protection(payload)} ${payload['filename']}`;
    case 'PERF_RECORD_NAMESPACES':
      return `${event} ${pid}/${tid} - nr_namespaces: ${payload['nr_namespaces']}`;
    case 'PERF_RECORD_SWITCH':
    case 'PERF_RECORD_SWITCH_CPU_WIDE': {
      const isOut = ((misc ?? 0) & outMisc) !== 0;
      const other = `${isOut ? 'next' : 'prev'} pid/tid: ${payload['next_prev_pid']}/${payload['next_prev_tid']}`;
      return `${event} ${isOut ? 'OUT' : 'IN'}${event.endsWith('WIDE') ? ` ${other}` : ''}`;
    }
    default:
      // perf script prints nothing of others unless it is asked for; all know when they were.
      expect(context['time'] ?? 0n).toBeGreaterThanOrEqual(0n);
      return undefined;
  }
}

function fileOf(payload: PerfRecord['payload']): string {
  return `${number(payload['maj'])}:${number(payload['min'])} ${payload['ino']} ${payload['ino_generation']}`;
}

function protection(payload: PerfRecord['payload']): string {
  const bits = payload['prot'] as number;
  const letters = ['r', 'w', 'x'].map((letter, bit) => (((bits >> bit) & 1) === 1 ? letter : '-')).join('');
  return `${letters}${((payload['flags'] as number) & 1) === 1 ? 's' : 'p'}`;
}

/** Words of a line: how far apart they are differs between versions of perf. */
const words = (text: string) => text.replace(/\s+/g, ' ').replace(/: +/g, ': ').trim();

describeCorpus('records that are no samples, against perf', () => {
  const cases = listCases('perf').filter((name) => printedRecords(name).length > 0);

  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(20);
  });

  test.each(cases)('%s', (name) => {
    const printed = printedRecords(name);
    const set = openTraces([openNodeInput(corpusPath('perf', name, 'perf.data'))]);
    const found = readPerfRecords(set)
      .filter(({ event }) => event.startsWith('PERF_RECORD_'))
      .map((record) => ({ timeNs: record.clockNs ?? 0n, text: print(record) }))
      .filter(({ text }) => text !== undefined);
    set.close();
    // perf delivers a record without time when it meets it, between others that wait for the end of their round.
    for (const hasTime of [false, true]) {
      const lines = (all: readonly { timeNs: bigint; text: string | undefined }[]) =>
        all
          .filter(({ timeNs }) => timeNs > 0n === hasTime)
          .map(({ timeNs, text }) => `${timeNs} ${words(text ?? '')}`);
      expect(lines(found)).toEqual(lines(printed));
    }
  });

  test('quipper-branch-4.14: branch stacks, against perf_data_converter', () => {
    const name = 'quipper-branch-4.14';
    const text = readExpected(
      join(corpusPath('perf', name, 'expected'), 'upstream-perf.data.branch-4.14.pb_text.gz'),
    );
    const fields = ['from_ip', 'to_ip', 'mispredicted', 'predicted', 'in_transaction', 'abort', 'cycles'];
    const wanted = [...text.matchAll(/branch_stack \{([^}]*)\}/g)].map(([, body = '']) =>
      fields.map((field) => new RegExp(`\\b${field}: (\\w+)`).exec(body)?.[1]),
    );
    expect(wanted.length).toBeGreaterThan(100);
    const set = openTraces([openNodeInput(corpusPath('perf', name, 'perf.data'))]);
    const branches = readPerfRecords(set).flatMap(({ context }) => context['branch_stack'] ?? []);
    set.close();
    const found = (branches as readonly Record<string, bigint>[]).map(({ from, to, flags = 0n }) => [
      ...[String(from), String(to)],
      ...[0n, 1n, 2n, 3n].map((bit) => String(((flags >> bit) & 1n) === 1n)),
      String((flags >> 4n) & 0xffffn),
    ]);
    expect(found).toEqual(wanted);
  });

  test('who leaves a CPU and who comes is a switch, where no tracepoint says it', () => {
    const switchesOf = (name: string) => {
      const set = openTraces([openNodeInput(corpusPath('perf', name, 'perf.data'))]);
      const classes = [...meaningsOf(set.classes)].filter(
        ([, { name: meaning }]) => meaning === 'sched_switch',
      );
      set.close();
      return classes.map(([index, { fields }]) => [
        set.classes[index]?.name,
        ['prev_tid', 'next_tid'].every((field) => fields.get(field) !== undefined),
      ]);
    };
    expect(switchesOf('quipper-intel_pt-4.14')).toContainEqual(['PERF_RECORD_SWITCH_CPU_WIDE', true]);
    expect(switchesOf('own-sched').map(([name]) => name)).toEqual(['sched:sched_switch']);
    // Switches were not asked for.
    expect(switchesOf('own-cpu-fp')).toEqual([]);
  });
});
