/** Which process and which file something is of. */
import type { FileKind } from '../kernel/files.ts';
import type { KernelModel } from '../kernel/model.ts';

/** -1 is unknown. */
export function orAbsent(value: number): number | undefined {
  return value < 0 ? undefined : value;
}

/** The process of a thread, as the model knows it at last: what a call said, or what a state dump said later. */
export function processOf(tid: number, pid: number, { tasks }: KernelModel): number {
  return pid >= 0 || tid < 0 ? pid : tasks.pidOf(tid);
}

/** A number for the process of a thread; a thread whose process is not known stands for itself, below all processes. */
export function processKeyOf(tid: number, pid: number, model: KernelModel): number {
  const process = processOf(tid, pid, model);
  return process >= 0 ? process : -2 - tid;
}

/** The process behind such a number, which may have become known later; the number itself, if it has not. */
export function lastProcessKey(key: number, { tasks }: KernelModel): number {
  if (key >= -1) return key;
  const process = tasks.pidOf(-2 - key);
  return process >= 0 ? process : key;
}

/** The thread that stands for a process: its first, or the only one that is known. */
export function leaderOf(key: number): number {
  return key >= 0 ? key : -2 - key;
}

/** Beyond every limit that a kernel sets to descriptors. */
const fdCountMax = 2 ** 22;

/** A file that a call works on. */
export interface FileUse {
  readonly tid: number;
  readonly pid: number;
  /** -1 none. */
  readonly fd: number;
  /** In the model's names, 0 unknown. */
  readonly path: number;
  readonly kind: FileKind;
}

/**
 * A number for the file of a call: one for each path, and for each socket or pipe that has a number. What has no name of its own
 * is told apart by process and descriptor; a descriptor that is used for several such files one after the other is one of them.
 */
export class FileKeys {
  /** By path. */
  readonly #areNumbered: (boolean | undefined)[] = [];

  keyOf({ tid, pid, fd, path, kind }: FileUse, model: KernelModel): number {
    if (path !== 0 && (kind === 'file' || this.#isNumbered(path, model))) return path;
    if (fd < 0) return -1;
    const process = processOf(tid, pid, model);
    return -2 - ((process >= 0 ? process : tid) * fdCountMax + Math.min(fd, fdCountMax - 1));
  }

  #isNumbered(path: number, { names }: KernelModel): boolean {
    let isNumbered = this.#areNumbered[path];
    if (isNumbered === undefined) {
      isNumbered = /^(?:socket|pipe):\[\d+\]$/.test(names.text(path));
      this.#areNumbered[path] = isNumbered;
    }
    return isNumbered;
  }
}

/** The process and the descriptor behind a number of `FileKeys`; undefined for files with a name. */
export function descriptorOf(key: number): { readonly pid: number; readonly fd: number } | undefined {
  if (key >= -1) return undefined;
  return { pid: Math.floor((-2 - key) / fdCountMax), fd: (-2 - key) % fdCountMax };
}
