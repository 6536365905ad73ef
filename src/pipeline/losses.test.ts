// Records that a stream lost: what depended on them is unknown, and not what it was before.
import { describe, expect, test } from 'vitest';
import { told } from './told.test-helpers.ts';

const batchSizes = [1, 2, 1000] as const;
const numbersOf = (rows: readonly Record<string, unknown>[], ...fields: string[]) =>
  rows.map((row) => fields.map((field) => row[field]));

describe.each(batchSizes)('with batches of %i', (batchSize) => {
  test('an entry before a loss and an exit behind it are not one call, where the thread may have been anywhere', () => {
    const { found, model } = told(
      'syscall-completed',
      `
      0us  cpu0 sched_switch prev_tid=0 next_tid=7
      0us  cpu1 sched_switch prev_tid=0 next_tid=8
      5us  cpu1 syscall_enter name=poll
      6us  cpu1 sched_switch prev_tid=8 next_tid=9
      10us cpu0 syscall_enter name=read
      12us cpu1 syscall_enter name=write
      20us cpu0 lost
      50us cpu0 sched_switch prev_tid=0 next_tid=7
      60us cpu0 syscall_exit name=read ret=1
      61us cpu1 syscall_exit name=write ret=1
      62us cpu1 sched_switch prev_tid=9 next_tid=8
      63us cpu1 syscall_exit name=poll ret=1
      70us cpu0 syscall_enter name=read
      71us cpu0 syscall_exit name=read ret=1
      `,
      batchSize,
    );
    // Thread 9 has not left its CPU, which lost nothing.
    expect(numbersOf(found, 'tid', 'name', 'enterNs', 'exitNs')).toEqual([
      [9, 'write', 12_000, 61_000],
      [7, 'read', 70_000, 71_000],
    ]);
    expect(model!.syscalls.acrossGapCount).toBe(2);
  });

  test('nor is one that began and ended elsewhere while records were missing', () => {
    const { found } = told(
      'syscall-completed',
      `
      0us  cpu0 sched_switch prev_tid=0 next_tid=7
      10us cpu0 lost
      11us cpu1 sched_switch prev_tid=0 next_tid=8
      12us cpu1 syscall_enter name=read
      13us cpu1 sched_switch prev_tid=8 next_tid=0
      20us cpu1 sched_switch prev_tid=0 next_tid=8
      21us cpu1 syscall_exit name=read ret=1
      22us cpu1 syscall_enter name=close
      23us cpu1 syscall_exit name=close ret=0
      30us cpu0 sched_switch prev_tid=7 next_tid=0
      `,
      batchSize,
    );
    expect(numbersOf(found, 'name')).toEqual([['close']]);
  });

  test('who runs behind a loss is not known before the next switch', () => {
    const { found, model } = told(
      'syscall-completed',
      `
      0us cpu0 sched_switch prev_tid=0 next_tid=7
      1us cpu0 lost
      2us cpu0 syscall_enter name=read
      3us cpu0 syscall_exit name=read ret=1
      4us cpu0 sched_switch prev_tid=9 next_tid=7
      5us cpu0 syscall_enter name=read
      6us cpu0 syscall_exit name=read ret=1
      `,
      batchSize,
    );
    expect(numbersOf(found, 'tid', 'enterNs')).toEqual([[7, 5000]]);
    expect([model!.syscalls.unknownThreadCount, model!.cpus.impliedSwitchCount]).toEqual([2, 0]);
  });

  test('a thread has run up to the loss, and who leaves the CPU next since the first record behind it', () => {
    const { found, model } = told(
      'thread-ran',
      `
      0us  cpu0 sched_switch prev_tid=0 next_tid=7
      9us  cpu0 sched_waking task_tid=5
      10us cpu0 lost
      40us cpu0 sched_waking task_tid=6
      50us cpu0 sched_switch prev_tid=9 next_tid=0
      60us cpu0 sched_switch prev_tid=0 next_tid=8
      `,
      batchSize,
    );
    expect(numbersOf(found, 'tid', 'beginNs', 'endNs')).toEqual([
      [0, Number.NEGATIVE_INFINITY, 0],
      [7, 0, 9000],
      [9, 40_000, 50_000],
      [0, 50_000, 60_000],
    ]);
    const times = new Map<number, number>();
    model!.scheduling.occupancy.divide(0, 0, 60_000, times);
    expect(Object.fromEntries(times)).toEqual({ 7: 9000, [-1]: 31_000, 9: 10_000, 0: 10_000 });
  });

  test('a wait for a CPU that goes on beyond a loss may be two', () => {
    const { found, model } = told(
      'run-queue-left',
      `
      0us  cpu1 sched_waking task_tid=5
      1us  cpu1 sched_waking task_tid=6
      8us  cpu0 sched_switch prev_tid=7 prev_state=0 next_tid=9
      10us cpu0 lost
      20us cpu1 sched_switch prev_tid=0 prev_state=0 next_tid=5
      30us cpu0 sched_switch prev_tid=9 prev_state=1 next_tid=7
      31us cpu1 sched_switch prev_tid=5 prev_state=1 next_tid=6
      32us cpu1 sched_waking task_tid=5
      34us cpu1 sched_switch prev_tid=6 prev_state=1 next_tid=5
      `,
      batchSize,
    );
    expect(numbersOf(found, 'tid', 'beginNs', 'switchNs')).toEqual([[5, 32_000, 34_000]]);
    expect(model!.scheduling.acrossGapCount).toBe(3);
  });

  test('interrupts of the CPU that lost records are forgotten, others are not', () => {
    const { found, model } = told(
      'irq-completed',
      `
      1us cpu0 irq_handler_entry irq=3
      2us cpu1 irq_handler_entry irq=4
      3us cpu0 lost
      4us cpu0 irq_handler_exit irq=3 ret=1
      5us cpu1 irq_handler_exit irq=4 ret=1
      `,
      batchSize,
    );
    expect(numbersOf(found, 'irq', 'cpu')).toEqual([[4, 1]]);
    expect(model!.interrupts.exitWithoutEntryCount).toBe(1);
    const softirqs = told(
      'softirq-completed',
      `
      1us cpu0 softirq_raise vec=3
      2us cpu0 lost
      3us cpu0 softirq_entry vec=3
      4us cpu0 softirq_exit vec=3
      `,
      batchSize,
    );
    expect(numbersOf(softirqs.found, 'raiseNs', 'enterNs')).toEqual([[Number.NaN, 3000]]);
  });

  test('requests and flushes under way are forgotten: the next completion may be of others', () => {
    const { found } = told(
      'block-completed',
      `
      1us cpu0 tid=7 block_rq_issue dev=1 sector=8 nr_sector=8 rwbs=R
      2us cpu0 tid=7 block_rq_issue dev=1 sector=0 nr_sector=0 rwbs=FF
      3us cpu1 tid=7 lost
      4us cpu1 tid=7 sched_switch prev_tid=7 next_tid=0
      5us cpu0 tid=7 block_rq_complete dev=1 sector=8 nr_sector=8 rwbs=R
      6us cpu0 tid=7 block_rq_issue dev=1 sector=0 nr_sector=0 rwbs=FF
      7us cpu0 tid=7 block_rq_complete dev=1 sector=0 nr_sector=0 rwbs=FF
      `,
      batchSize,
    );
    expect(numbersOf(found, 'operation', 'issueNs')).toEqual([['flush', 6000]]);
  });

  test('timers, works, locks and waits for futexes as well', () => {
    const timers = told(
      'timer-expired',
      `
      1us cpu0 tid=7 timer_start timer=64 expires=100
      2us cpu1 tid=7 lost
      3us cpu1 tid=7 timer_cancel timer=1
      4us cpu0 tid=7 timer_expire_entry timer=64 now=103
      5us cpu0 tid=7 timer_expire_exit timer=64
      `,
      batchSize,
    );
    expect(numbersOf(timers.found, 'startNs', 'enterNs')).toEqual([[Number.NaN, 4000]]);
    const works = told(
      'work-completed',
      `
      1us cpu0 tid=7 workqueue_queue_work work=64
      2us cpu1 tid=7 workqueue_queue_work work=65
      3us cpu1 tid=7 lost
      4us cpu1 tid=7 workqueue_execute_start work=65
      5us cpu0 tid=9 workqueue_execute_start work=64
      6us cpu0 tid=9 workqueue_execute_end work=64
      `,
      batchSize,
    );
    expect(numbersOf(works.found, 'queueNs', 'startNs')).toEqual([[Number.NaN, 5000]]);
    const locks = told(
      'lock-contended',
      `
      1us cpu0 tid=7 contention_begin lock_addr=64 flags=2
      2us cpu1 tid=8 contention_begin lock_addr=65 flags=2
      3us cpu1 lost
      4us cpu1 tid=8 contention_begin lock_addr=66 flags=2
      5us cpu0 tid=7 contention_end lock_addr=64 ret=0
      6us cpu1 tid=8 contention_end lock_addr=66 ret=0
      `,
      batchSize,
    );
    expect(numbersOf(locks.found, 'lock', 'beginNs')).toEqual([[66, 4000]]);
    const futexes = told(
      'futex-waited',
      `
      1us cpu0 tid=7 syscall_enter name=futex arg0=64 arg1=0
      2us cpu1 tid=8 lost
      3us cpu1 tid=8 syscall_enter name=futex arg0=64 arg1=0
      4us cpu0 tid=7 syscall_exit name=futex ret=0
      5us cpu1 tid=8 syscall_exit name=futex ret=0
      `,
      batchSize,
    );
    expect(numbersOf(futexes.found, 'tid', 'beginNs')).toEqual([[8, 3000]]);
  });

  test('a loss that is a record itself is one of its CPU', () => {
    const { found } = told(
      'thread-ran',
      `
      0us  cpu0 tid=0 sched_switch prev_tid=0 next_tid=7
      9us  cpu0 tid=7 sched_waking task_tid=5
      40us cpu0 tid=9 events_lost lost=12
      50us cpu0 tid=9 sched_switch prev_tid=9 next_tid=0
      `,
      batchSize,
    );
    expect(numbersOf(found, 'tid', 'beginNs', 'endNs')).toEqual([
      [0, Number.NEGATIVE_INFINITY, 0],
      [7, 0, 9000],
      [9, 40_000, 50_000],
    ]);
  });
});
