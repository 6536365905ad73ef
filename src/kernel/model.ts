/** What is known of one host's kernel at one moment. A host's kernel and user traces share one model. */
import { Block } from './block.ts';
import { BlockWakes } from './block-wakes.ts';
import { Cpus } from './cpus.ts';
import { Files } from './files.ts';
import { FunctionNames } from './function-names.ts';
import { Futexes } from './futexes.ts';
import { Gaps } from './gaps.ts';
import { Interrupts } from './interrupts.ts';
import { Locks } from './locks.ts';
import { Mappings } from './mappings.ts';
import { Names } from './names.ts';
import { Power } from './power.ts';
import { Samples } from './samples.ts';
import { Scheduling } from './scheduling.ts';
import { Syscalls } from './syscalls.ts';
import { Tasks } from './tasks.ts';
import { Timers } from './timers.ts';
import { Vectors } from './vectors.ts';
import { Workqueues } from './workqueues.ts';

/** Each part is fed only if an analysis of the run subscribes to one of its transitions; threads and names also without. */
export interface KernelModel {
  readonly host: string;
  readonly names: Names;
  readonly cpus: Cpus;
  readonly tasks: Tasks;
  readonly syscalls: Syscalls;
  readonly scheduling: Scheduling;
  readonly interrupts: Interrupts;
  readonly vectors: Vectors;
  readonly block: Block;
  readonly blockWakes: BlockWakes;
  readonly files: Files;
  readonly locks: Locks;
  /** What is mapped where, as far as the recording tells. */
  readonly mappings: Mappings;
  readonly samples: Samples;
  readonly futexes: Futexes;
  readonly timers: Timers;
  readonly workqueues: Workqueues;
  /** Names of the kernel's functions by their addresses. */
  readonly functions: FunctionNames;
  readonly power: Power;
  readonly gaps: Gaps;
}

/** @param names may be shared among hosts, so that equal names have equal numbers */
export function makeKernelModel(host: string, names: Names = new Names()): KernelModel {
  const tasks = new Tasks();
  const mappings = new Mappings();
  const cpus = new Cpus();
  const gaps = new Gaps(cpus);
  const calls = gaps.of(['syscall_enter', 'syscall_exit']);
  return {
    host,
    names,
    cpus,
    tasks,
    syscalls: new Syscalls(names, tasks, calls),
    scheduling: new Scheduling(
      tasks,
      gaps.of(['sched_switch', 'sched_waking', 'sched_wakeup', 'sched_wakeup_new']),
    ),
    interrupts: new Interrupts(),
    vectors: new Vectors(names),
    block: new Block(names, tasks),
    blockWakes: new BlockWakes(),
    files: new Files(names, tasks, calls),
    locks: new Locks(tasks, gaps.of(['contention_begin', 'contention_end'])),
    mappings,
    samples: new Samples(names, mappings),
    futexes: new Futexes(tasks, calls),
    timers: new Timers(),
    workqueues: new Workqueues(tasks),
    functions: new FunctionNames(names),
    power: new Power(),
    gaps,
  };
}
