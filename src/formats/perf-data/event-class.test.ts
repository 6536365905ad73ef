import { expect, test } from 'vitest';
import { makeTraceAbout } from '../../events/testing.ts';
import { vocabulary } from '../../vocabulary/events.ts';
import { type Attribute, sampleBits } from './attribute.ts';
import { PerfEventClass } from './event-class.ts';
import { makeRecordClasses } from './record-classes.ts';
import { Recording } from './recording.ts';

function classesOf(flags: Attribute['flags']): readonly PerfEventClass[] {
  const recording = new Recording();
  const sampleType = sampleBits.tid | sampleBits.time;
  recording.addEvent(
    {
      ...{
        type: 1,
        config: 0n,
        samplePeriod: 1n,
        sampleType,
        readFormat: 0,
        preciseIp: 0,
        breakpointType: 0,
      },
      ...{
        config1: 0n,
        config2: 0n,
        branchSampleType: 0,
        regsUser: 0n,
        clockId: 0,
        regsIntr: 0n,
        sizeBytes: 112,
      },
      flags,
    },
    [],
  );
  const { all } = makeRecordClasses(recording, 'le', 'perf.data');
  const about = makeTraceAbout({ tracer: 'perf 6.1', domain: 'kernel', architecture: 'x86_64' });
  return all.map((one, index) => new PerfEventClass(index, one, about, recording));
}

/** `payload.ptid`. */
function placeOf(source: PerfEventClass['tid']): string | undefined {
  return source?.kind === 'field' ? `${source.field.scope}.${source.field.path.join('.')}` : undefined;
}

test.each([
  ['cpu-clock:HG', 'specific-context.tid', 'specific-context.pid', undefined],
  ['PERF_RECORD_COMM', 'payload.tid', 'payload.pid', 'task_rename'],
  ['PERF_RECORD_FORK', 'payload.ptid', 'payload.ppid', 'sched_process_fork'],
  ['PERF_RECORD_EXIT', 'payload.tid', 'payload.pid', 'sched_process_exit'],
  ['PERF_RECORD_MMAP2', 'payload.tid', 'payload.pid', 'memory_mapped'],
  ['PERF_RECORD_LOST', 'specific-context.tid', 'specific-context.pid', 'events_lost'],
])('%s: who caused it, and what it means', (name, tid, pid, meaning) => {
  const found = classesOf(new Set(['sampleIdAll'])).find((one) => one.name === name);
  expect(placeOf(found?.tid)).toBe(tid);
  expect(placeOf(found?.pid)).toBe(pid);
  expect(found?.canonical?.name).toBe(meaning);
});

test('without fields behind records a fork still says who forked', () => {
  const fork = classesOf(new Set()).find(({ name }) => name === 'PERF_RECORD_FORK');
  const places = Object.keys(vocabulary.sched_process_fork).flatMap((name) => {
    const place = placeOf(fork?.canonical?.fields.get(name));
    return place === undefined ? [] : [`${name}: ${place}`];
  });
  expect(places).toEqual([
    'parent_tid: payload.ptid',
    'parent_pid: payload.ppid',
    'child_tid: payload.tid',
    'child_pid: payload.pid',
  ]);
});

test('a switch means one only where switches were recorded', () => {
  const meaningsOf = (flags: Attribute['flags']) =>
    classesOf(flags)
      .filter(({ name }) => name === 'PERF_RECORD_SWITCH_CPU_WIDE')
      .map(({ canonical }) => canonical?.name);
  expect(meaningsOf(new Set(['sampleIdAll']))).toEqual([undefined, undefined]);
  expect(meaningsOf(new Set(['sampleIdAll', 'contextSwitch']))).toEqual([undefined, 'sched_switch']);
});
