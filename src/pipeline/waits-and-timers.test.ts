// What the newer parts of the model tell, from records in words.
import { expect, test } from 'vitest';
import { told } from './told.test-helpers.ts';

test('an hrtimer is late by its own clock, whichever that is, and beyond 2^53', () => {
  const { found } = told(
    'hrtimer-expired',
    `
    1us  cpu0 tid=7 hrtimer_start hrtimer=4096 expires=1700000000000060001 softexpires=1700000000000010001
    11us cpu0 tid=8 hrtimer_cancel hrtimer=4096
    13us cpu0 tid=8 hrtimer_expire_entry hrtimer=4096 function=8192 now=1700000000000012004
    15us cpu0 tid=8 hrtimer_expire_exit hrtimer=4096
    `,
  );
  expect(found).toMatchObject([
    { kind: 'hrtimer', function: 8192, startNs: 1000, starterTid: 7, tid: 8, lateNs: 2003, exitNs: 15000 },
  ]);
  expect(found[0]!.expectedNs).toBe(13_000 - 2003);
});

test('a timer that is taken back does not lend its time to the next one; one that sets itself again keeps its own', () => {
  const { found, model } = told(
    'hrtimer-expired',
    `
    1us cpu0 tid=7 hrtimer_start hrtimer=1 expires=100 softexpires=100
    2us cpu0 tid=7 hrtimer_cancel hrtimer=1
    3us cpu0 tid=7 hrtimer_start hrtimer=2 expires=200 softexpires=200
    4us cpu0 tid=7 hrtimer_cancel hrtimer=2
    5us cpu0 tid=0 hrtimer_expire_entry hrtimer=2 function=9 now=250
    6us cpu0 tid=0 hrtimer_start hrtimer=2 expires=900 softexpires=900
    7us cpu0 tid=0 hrtimer_expire_exit hrtimer=2
    8us cpu0 tid=0 hrtimer_expire_entry hrtimer=1 function=9 now=300
    9us cpu0 tid=0 hrtimer_expire_exit hrtimer=1
    9us cpu0 tid=0 hrtimer_expire_exit hrtimer=1
    `,
  );
  expect(found.map(({ lateNs }) => lateNs)).toEqual([50, Number.NaN]);
  expect(model!.timers.pendingCount('hrtimer')).toBe(1);
  expect(model!.timers.exitWithoutEntryCount).toBe(1);
});

test('a tick is as long as expiries a hundred ticks apart say', () => {
  const { found } = told(
    'timer-expired',
    `
    0ms   cpu0 tid=7 timer_start timer=1 expires=4294967290 now=4294967200
    1ms   cpu0 tid=0 timer_expire_entry timer=1 function=9 now=4294967292
    2ms   cpu0 tid=0 timer_expire_exit timer=1
    2ms   cpu0 tid=7 timer_start timer=1 expires=4294967395 now=4294967292
    401ms cpu0 tid=0 timer_expire_entry timer=1 function=9 now=4294967397
    402ms cpu0 tid=0 timer_expire_exit timer=1
    423ms cpu0 tid=0 timer_start timer=1 expires=2 now=4294967397
    430ms cpu0 tid=0 timer_expire_entry timer=1 function=9 now=5
    431ms cpu0 tid=0 timer_expire_exit timer=1
    `,
  );
  // 105 ticks in 400 ms are no rate that a kernel has: nothing is said.
  expect(found.map(({ lateNs }) => lateNs)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  const { found: exact } = told(
    'timer-expired',
    `
    1ms   cpu0 tid=0 timer_expire_entry timer=1 function=9 now=4294967290
    2ms   cpu0 tid=0 timer_expire_exit timer=1
    2ms   cpu0 tid=7 timer_start timer=1 expires=90 now=4294967290
    401ms cpu0 tid=0 timer_expire_entry timer=1 function=9 now=94
    402ms cpu0 tid=0 timer_expire_exit timer=1
    `,
  );
  // 100 ticks of 4 ms, four of them late; ticks of 32 bits begin anew.
  expect(exact.map(({ lateNs }) => lateNs)).toEqual([Number.NaN, 16e6]);
});

test('a work waits from its queueing to its beginning; asked for twice it is done once', () => {
  const { found, model } = told(
    'work-completed',
    `
    1us cpu0 tid=7 workqueue_queue_work work=64 function=128 workqueue=events
    2us cpu0 tid=7 workqueue_activate_work work=64
    3us cpu0 tid=8 workqueue_queue_work work=64 function=128 workqueue=events
    5us cpu1 tid=30 workqueue_execute_start work=64 function=128
    6us cpu0 tid=8 workqueue_queue_work work=64 function=128 workqueue=events
    9us cpu1 tid=30 workqueue_execute_end work=64
    9us cpu1 tid=30 workqueue_execute_end work=65
    `,
  );
  expect(found).toMatchObject([
    {
      tid: 30,
      cpu: 1,
      function: 128,
      queueNs: 1000,
      queuerTid: 7,
      activateNs: 2000,
      startNs: 5000,
      endNs: 9000,
    },
  ]);
  expect(model!.names.text(found[0]!['workqueue'] as number)).toBe('events');
  expect(model!.workqueues.openCounts()).toEqual({ queued: 1, running: 0 });
  expect(model!.workqueues.endWithoutStartCount).toBe(1);
});

const wait = (tid: number, timeUs: number, op = 128) =>
  `${timeUs}us cpu0 tid=${tid} syscall_enter name=futex arg0=4096 arg1=${op}`;
const end = (tid: number, timeUs: number, ret: number) =>
  `${timeUs}us cpu0 tid=${tid} syscall_exit name=futex ret=${ret}`;

test('a futex: who waited, who woke it, and why it ended', () => {
  const { found } = told(
    'futex-waited',
    [
      wait(7, 1),
      wait(8, 5, 129),
      '6us cpu1 tid=8 sched_waking task_tid=7',
      '7us cpu1 tid=0 sched_wakeup task_tid=7',
      end(8, 8, 1),
      end(7, 9, 0),
      wait(7, 10, 393),
      '12us cpu0 tid=99 sched_waking task_tid=7',
      end(7, 13, -110),
      wait(7, 14),
      end(7, 15, -11),
      wait(7, 16),
      end(7, 17, -512),
      wait(7, 18),
    ].join('\n'),
  );
  expect(found.map(({ tid, op, result, wakerTid, wakeNs }) => [tid, op, result, wakerTid, wakeNs])).toEqual([
    [7, 0, 'woken', 8, 6000],
    [7, 9, 'timeout', -1, Number.NaN],
    [7, 0, 'changed', -1, Number.NaN],
    [7, 0, 'interrupted', -1, Number.NaN],
  ]);
});

test('without sched_waking only a waker in a futex call is believed', () => {
  const records = [wait(7, 1), '3us cpu1 tid=0 sched_wakeup task_tid=7', end(7, 4, 0)];
  expect(told('futex-waited', records.join('\n')).found[0]!.wakerTid).toBe(-1);
  const inCall = [wait(7, 1), wait(8, 2, 1), '3us cpu1 tid=8 sched_wakeup task_tid=7', end(7, 4, 0)];
  expect(told('futex-waited', inCall.join('\n')).found[0]!.wakerTid).toBe(8);
});

test('sleep of CPUs and their frequencies are of the CPU that the event names', () => {
  const idle = `
    1us cpu0 cpu_idle state=2 cpu_id=0
    5us cpu0 cpu_idle state=4294967295 cpu_id=0
    6us cpu0 cpu_idle state=4294967295 cpu_id=0
    7us cpu1 cpu_idle state=4294967295 cpu_id=1
    1us cpu1 tid=3 sched_switch prev_tid=3 next_tid=0
  `;
  expect(told('idle-left', idle).found).toEqual([
    { cpu: 0, tid: 0, state: 2, beginNs: 1000, endNs: 5000 },
    { cpu: 1, tid: 0, state: -1, beginNs: Number.NEGATIVE_INFINITY, endNs: 7000 },
  ]);
  const frequency = `
    1us cpu0 tid=3 cpu_frequency state=1200000 cpu_id=1
    2us cpu0 tid=3 cpu_frequency state=1200000 cpu_id=1
    7us cpu0 tid=3 cpu_frequency state=2800000 cpu_id=1
  `;
  const { found, model } = told('frequency-changed', frequency);
  expect(found).toMatchObject([
    { cpu: 1, fromKHz: -1, toKHz: 1_200_000, beginNs: Number.NaN },
    { cpu: 1, fromKHz: 1_200_000, toKHz: 2_800_000, beginNs: 1000, endNs: 7000 },
  ]);
  expect(model!.power.frequencyOf(1)?.value).toBe(2_800_000);
});
