/** Threads in words, as all answers name them. */
import type { KernelModel } from '../kernel/model.ts';

/** The last name of a thread; `idle` for 0, undefined where it is not known. */
export function threadName(tid: number, { names, tasks }: KernelModel): string | undefined {
  if (tid === 0) return 'idle';
  const name = tid < 0 ? 0 : tasks.commOf(tid);
  return name === 0 ? undefined : names.text(name);
}

/** One text for a thread: `cat (7)`. */
export function threadLabel(tid: number, model: KernelModel): string {
  const name = threadName(tid, model);
  return tid > 0 ? `${name ?? '?'} (${tid})` : (name ?? 'unknown');
}
