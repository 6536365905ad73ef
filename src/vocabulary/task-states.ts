/**
 * What `prev_state` of a switch says of the thread that leaves the CPU.
 *
 * ftrace, perf and newer LTTng write the kernel's report value (include/trace/events/sched.h): 0 runnable, 1 S, 2 D, 4 T, 8 t,
 * 16 X, 32 Z, 64 P, 128 I, and 256 alone for a runnable thread that was preempted. LTTng on kernels before 4.14 writes
 * `task->state` as it is, and a preempted thread as TASK_STATE_MAX alone: 1024, 2048 or 4096 by kernel version. No other
 * state has one of these bits alone, so that one rule serves all.
 */

/** Whether a thread that left the CPU in this state could have run on. */
export function isRunnable(prevState: number): boolean {
  return (
    prevState === 0 ||
    prevState === 0x100 ||
    prevState === 0x400 ||
    prevState === 0x800 ||
    prevState === 0x1000
  );
}

/** Whether it has ended: X, Z, and the raw TASK_DEAD of kernels before 4.14, which always comes with X or Z (0x10, 0x20, 0x40). */
export function isEnded(prevState: number): boolean {
  return (prevState & 0x30) !== 0;
}
