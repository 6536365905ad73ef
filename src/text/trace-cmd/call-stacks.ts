/**
 * Functions that were called on a CPU, one within the other as far as events tell: libtraceevent indents a function by where its caller
 * was met last, and forgets nothing that is deeper.
 *
 *   event             stack              indentation
 *   read ← syscall    syscall read       0
 *   vfs ← read        syscall read vfs   1
 *   open ← syscall    syscall open vfs   0
 */

/** Levels that are kept, and CPUs. */
const depthMax = 1024;
const cpuCountMax = 4096;

export class CallStacks {
  readonly #stacks = new Map<number, string[]>();

  /** Returns how deep the caller is; 0 where it was not met. */
  enter(cpu: number, caller: string, called: string | undefined): number {
    let stack = this.#stacks.get(cpu);
    if (stack === undefined) {
      stack = [];
      if (this.#stacks.size < cpuCountMax) this.#stacks.set(cpu, stack);
    }
    const found = stack.indexOf(caller);
    const depth = Math.max(0, found);
    if (found < 0) stack[0] = caller;
    if (called !== undefined && depth + 1 < depthMax) stack[depth + 1] = called;
    return depth;
  }
}
