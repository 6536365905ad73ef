/** Calls of which only one end is in the trace: they have no duration and are in no table, so they are said. */
import type { EndContext } from '../../../analysis/index.ts';
import type { HealthKind } from '../../../results/index.ts';

const unfinished: HealthKind = {
  code: 'unfinished-syscalls',
  severity: 'note',
  sentence: 'System calls that had not ended when the trace did: {count}',
  effect: 'they are in no count and no duration',
  advice: 'record longer if one of them is the one you look for',
};

const withoutEntry: HealthKind = {
  code: 'syscall-exits-without-entry',
  severity: 'note',
  sentence: 'System calls that ended without a recorded beginning: {count}',
  effect: 'they are in no count and no duration',
  advice: 'calls that were open when recording began are normal; more of them mean lost events',
};

const lostExits: HealthKind = {
  code: 'syscall-exits-lost',
  severity: 'note',
  sentence: 'System calls without a recorded end though their thread went on: {count}',
  effect: 'they are in no count and no duration',
  advice: 'record with larger buffers, or fewer events',
};

const acrossGaps: HealthKind = {
  code: 'syscalls-across-gaps',
  severity: 'note',
  sentence:
    'System calls that may be two, as events were lost between their beginning and their end: {count}',
  effect: 'they are in no count and no duration',
  advice: 'record with larger buffers, or fewer events',
};

const unknownThreads: HealthKind = {
  code: 'syscalls-of-unknown-threads',
  severity: 'note',
  sentence: 'Entries and exits of system calls of an unknown thread: {count}',
  effect: 'their calls are in no count and no duration',
  advice:
    'before the first sched_switch of a CPU, and after lost events, it is unknown who runs there: record the context tid as well',
};

/**
 * Notes calls that are open at the end, of all hosts: of the threads that were asked for, as one that hangs in a long call
 * would seem to have made none.
 */
export function noteOpenCalls(context: EndContext<unknown>): void {
  for (const model of context.models) {
    const { syscalls, names, tasks } = model;
    let openCount = 0;
    let oldest: { name: number; tid: number; enterNs: number } | undefined;
    for (const { slot, name, enterNs } of syscalls.unfinished()) {
      const tid = tasks.tid(slot);
      if (!context.isWhole && !context.accepts(model, -1, tid)) continue;
      openCount += 1;
      if (oldest === undefined || enterNs < oldest.enterNs) oldest = { name, tid, enterNs };
    }
    if (oldest === undefined) continue;
    const seconds = ((context.range?.endNs ?? oldest.enterNs) - oldest.enterNs) / 1e9;
    const which = `${names.text(oldest.name)} of thread ${oldest.tid}`;
    context.note(unfinished, which, `the oldest one is open for the last ${seconds.toFixed(6)} s`, openCount);
  }
}

/** Notes what else the model could not put together, of all hosts and threads. */
export function noteOpenEnds(context: EndContext<unknown>): void {
  for (const { host, syscalls } of context.models) {
    const newThreads = `${syscalls.newThreadExitCount} more are new threads' returns from clone or fork, which is as it should be`;
    if (syscalls.exitWithoutEntryCount > 0)
      context.note(withoutEntry, host, newThreads, syscalls.exitWithoutEntryCount);
    if (syscalls.lostExitCount > 0)
      context.note(lostExits, host, 'another entry followed', syscalls.lostExitCount);
    if (syscalls.acrossGapCount > 0)
      context.note(
        acrossGaps,
        host,
        'their threads may have been on the CPU that lost events',
        syscalls.acrossGapCount,
      );
    if (syscalls.unknownThreadCount > 0) {
      context.note(
        unknownThreads,
        host,
        'no switch had told what their CPU runs',
        syscalls.unknownThreadCount,
      );
    }
  }
}
