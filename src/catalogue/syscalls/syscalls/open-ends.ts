/** Calls of which only one end is in the trace: they have no duration and are in no table, so they are said. */
import type { EndContext } from '../../../analysis/index.ts';
import type { HealthKind } from '../../../results/index.ts';

const unfinished: HealthKind = {
  code: 'unfinished-syscalls',
  severity: 'note',
  sentence: '{count} system calls had not ended when the trace did',
  effect: 'they are in no count and no duration',
  advice: 'record longer if one of them is the one you look for',
};

const withoutEntry: HealthKind = {
  code: 'syscall-exits-without-entry',
  severity: 'note',
  sentence: '{count} system calls ended without a recorded beginning',
  effect: 'they are in no count and no duration',
  advice: 'calls that were open when recording began are normal; more of them mean lost events',
};

const lostExits: HealthKind = {
  code: 'syscall-exits-lost',
  severity: 'note',
  sentence: '{count} system calls have no recorded end, though their thread went on',
  effect: 'they are in no count and no duration',
  advice: 'record with larger buffers, or fewer events',
};

const unknownThreads: HealthKind = {
  code: 'syscalls-of-unknown-threads',
  severity: 'note',
  sentence: '{count} entries and exits of system calls could not be given to a thread',
  effect: 'their calls are in no count and no duration',
  advice:
    'before the first sched_switch of a CPU it is unknown who runs there: record the context tid as well',
};

/** Notes what the model has left open, of all hosts. */
export function noteOpenEnds(context: EndContext<unknown>): void {
  for (const { syscalls, names, tasks } of context.models) {
    let openCount = 0;
    let oldest: { name: number; tid: number; enterNs: number } | undefined;
    for (const { slot, name, enterNs } of syscalls.unfinished()) {
      openCount += 1;
      if (oldest === undefined || enterNs < oldest.enterNs) oldest = { name, tid: tasks.tid(slot), enterNs };
    }
    if (oldest !== undefined) {
      const seconds = ((context.range?.endNs ?? oldest.enterNs) - oldest.enterNs) / 1e9;
      const detail = `${names.text(oldest.name)} of thread ${oldest.tid} is open for the last ${seconds.toFixed(6)} s`;
      context.note(unfinished, detail, openCount);
    }
    const newThreads = `${syscalls.newThreadExitCount} more are new threads' returns from clone or fork, which is as it should be`;
    if (syscalls.exitWithoutEntryCount > 0)
      context.note(withoutEntry, newThreads, syscalls.exitWithoutEntryCount);
    if (syscalls.lostExitCount > 0) context.note(lostExits, 'another entry followed', syscalls.lostExitCount);
    if (syscalls.unknownThreadCount > 0) {
      context.note(unknownThreads, 'no switch had told what their CPU runs', syscalls.unknownThreadCount);
    }
  }
}
