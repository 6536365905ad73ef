/** What is known of one host's kernel at one moment. A host's kernel and user traces share one model. */
import { Cpus } from './cpus.ts';
import { Names } from './names.ts';
import type { SyscallCompleted } from './syscalls.ts';
import { Syscalls } from './syscalls.ts';
import { Tasks } from './tasks.ts';

export interface KernelModel {
  readonly host: string;
  readonly names: Names;
  readonly cpus: Cpus;
  readonly tasks: Tasks;
  readonly syscalls: Syscalls;
}

/** @param names may be shared among hosts, so that equal names have equal numbers */
export function makeKernelModel(host: string, names: Names = new Names()): KernelModel {
  const tasks = new Tasks();
  return { host, names, cpus: new Cpus(), tasks, syscalls: new Syscalls(names, tasks) };
}

/** What the model tells analyses beyond single events. */
export interface Transitions {
  readonly 'syscall-completed': SyscallCompleted;
}
export type TransitionName = keyof Transitions;
