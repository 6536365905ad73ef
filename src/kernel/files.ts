/**
 * Which file a descriptor is, and the calls that work on files.
 *
 *     process 7   ──┤openat "a" = 3├──┤dup2 3 → 0├──┤fork├── child: 0 a, 3 a ──┤exec├── without those that close on exec
 *
 * A process's threads share its table. What was open before the recording is known from a state dump (LTTng), else it has
 * no path. The paths of `openat` are as the program gave them, relative to a folder or not; of tracers that record the
 * address of a path only (perf, ftrace) there are none.
 *
 * Wrong where events were lost: a descriptor that was closed and given again meanwhile keeps its old path.
 */
import { grown } from '../events/columns.ts';
import { type FileCall, type FileCategory, fileCall } from '../vocabulary/syscall-arguments.ts';
import type { Gap } from './gaps.ts';
import type { Names } from './names.ts';
import type { Tasks } from './tasks.ts';

/** What a descriptor stands for, as far as it is known. */
export type FileKind = 'file' | 'socket' | 'pipe' | 'other' | 'unknown';

/** A call that works on a file has ended. The object is used again for the next one. */
export interface IoCompleted {
  tid: number;
  slot: number;
  pid: number;
  comm: number;
  cpu: number;
  /** The call's name in `names`. */
  name: number;
  category: FileCategory;
  enterNs: number;
  exitNs: number;
  ret: number;
  /** -1 none: `sync`, or an `open` that failed. */
  fd: number;
  /** In `names`, 0 unknown. */
  path: number;
  kind: FileKind;
  /** Where `splice` and `sendfile` write to, what `dup2` sets; -1 none. */
  otherFd: number;
  otherPath: number;
  otherKind: FileKind;
  /** Bytes that were asked for; NaN where the call does not say. */
  requestedBytes: number;
  /** Bytes read or written; 0 where it failed, or for calls that do neither. */
  sizeBytes: number;
}

export const ioCompleted = 64;

/** An open file. */
export interface OpenFile {
  /** In `names`, 0 unknown. */
  readonly path: number;
  readonly kind: FileKind;
  readonly closesOnExec: boolean;
}

const unknownFile: OpenFile = { path: 0, kind: 'unknown', closesOnExec: false };
/** O_CLOEXEC of x86, arm and most others; the type of `socket` has the same bit. */
const closeOnExecFlag = 0o2000000;
const dupfd = 0;
const dupfdCloseOnExec = 1030;

/** Arguments of a call on its way in; NaN where a class lacks them. */
export interface FileArguments {
  readonly fd: number;
  readonly otherFd: number;
  readonly path: number;
  readonly size: number;
  readonly flags: number;
}

export class Files {
  readonly #names: Names;
  readonly #tasks: Tasks;
  readonly #gap: Gap;
  /** By process, or thread where its process is not known. */
  readonly #tables = new Map<number, Map<number, OpenFile>>();
  /** Processes by the address of their table, as a state dump tells. */
  readonly #processOfTable = new Map<number, number>();
  /** By name id; `null` for calls that are not on files. */
  readonly #calls: (FileCall | null | undefined)[] = [];
  /** By slot: the open call's name, 0 none. */
  #open: Int32Array = new Int32Array(256);
  #fds: Float64Array = new Float64Array(256);
  #otherFds: Float64Array = new Float64Array(256);
  #paths: Int32Array = new Int32Array(256);
  #sizes: Float64Array = new Float64Array(256);
  #flags: Float64Array = new Float64Array(256);
  #enterNs: Float64Array = new Float64Array(256);
  readonly completed: IoCompleted = {
    tid: -1,
    slot: -1,
    pid: -1,
    comm: 0,
    cpu: -1,
    name: 0,
    category: 'open',
    enterNs: 0,
    exitNs: 0,
    ret: 0,
    fd: -1,
    path: 0,
    kind: 'unknown',
    otherFd: -1,
    otherPath: 0,
    otherKind: 'unknown',
    requestedBytes: Number.NaN,
    sizeBytes: 0,
  };

  constructor(names: Names, tasks: Tasks, gap: Gap) {
    this.#names = names;
    this.#tasks = tasks;
    this.#gap = gap;
  }

  /** What a descriptor of a process is. */
  fileOf(pid: number, fd: number): OpenFile {
    return this.#tables.get(pid)?.get(fd) ?? unknownFile;
  }

  /** Calls that have not ended for certain, and since when. */
  *unfinished(): Generator<{ readonly slot: number; readonly name: number; readonly enterNs: number }> {
    for (let slot = 0; slot < this.#tasks.count && slot < this.#open.length; slot++) {
      const name = this.#open[slot] as number;
      const enterNs = this.#enterNs[slot] as number;
      if (name !== 0 && enterNs >= this.#gap.untilNs) yield { slot, name, enterNs };
    }
  }

  enter(tid: number, name: number, timeNs: number, given: FileArguments): void {
    if (!(tid > 0)) return;
    const slot = this.#slotOf(tid);
    if (this.#callOf(name) === undefined) {
      this.#open[slot] = 0;
      return;
    }
    this.#open[slot] = name;
    this.#enterNs[slot] = timeNs;
    this.#fds[slot] = given.fd;
    this.#otherFds[slot] = given.otherFd;
    this.#paths[slot] = given.path;
    this.#sizes[slot] = given.size;
    this.#flags[slot] = given.flags;
  }

  /**
   * @param name 0 where the exit does not say
   * @param fd0 the ends that `pipe` made, NaN where they are not recorded
   * @returns which transitions there are
   */
  exit(
    tid: number,
    name: number,
    ret: number,
    timeNs: number,
    cpu: number,
    fd0: number,
    fd1: number,
  ): number {
    if (!(tid > 0)) return 0;
    const slot = this.#slotOf(tid);
    const open = this.#open[slot] as number;
    this.#open[slot] = 0;
    if (open === 0 || (name !== 0 && name !== open)) return 0;
    const enterNs = this.#enterNs[slot] as number;
    if (this.#gap.isBetween(enterNs, cpu)) return 0;
    const call = this.#callOf(open);
    if (call === undefined || !this.#isOnFiles(open, call, slot)) return 0;
    const { completed } = this;
    completed.tid = tid;
    completed.slot = slot;
    completed.pid = this.#tasks.pid(slot);
    completed.comm = this.#tasks.comm(slot);
    completed.cpu = cpu;
    completed.name = open;
    completed.category = call.category;
    completed.enterNs = enterNs;
    completed.exitNs = timeNs;
    completed.ret = ret;
    completed.requestedBytes = this.#sizes[slot] as number;
    const moves = call.category === 'read' || call.category === 'write' || call.category === 'read-write';
    // Batches of messages return how many there were, not bytes.
    const returnsBytes = moves && !this.#names.text(open).endsWith('mmsg');
    completed.sizeBytes = returnsBytes && ret > 0 ? ret : 0;
    this.#describeFiles(call, slot, ret);
    this.#change(call, slot, ret, fd0, fd1);
    return ioCompleted;
  }

  /** A process begins with a copy of its parent's table; a thread shares it. */
  forked(parentTid: number, childTid: number, childPid: number): void {
    const parent = this.#processOf(parentTid);
    const child = childPid >= 0 ? childPid : childTid;
    if (child === parent || !(child > 0)) return;
    const table = this.#tables.get(parent);
    if (table === undefined) this.#tables.delete(child);
    else this.#tables.set(child, new Map(table));
  }

  executed(tid: number): void {
    const table = this.#tables.get(this.#processOf(tid));
    if (table === undefined) return;
    for (const [fd, { closesOnExec }] of table) if (closesOnExec) table.delete(fd);
  }

  /** A process is gone. */
  freed(tid: number): void {
    this.#tables.delete(tid);
  }

  /** A state dump says which process has which table of files. */
  tableOf(pid: number, address: number): void {
    if (pid >= 0 && !Number.isNaN(address)) this.#processOfTable.set(address, pid);
  }

  /** A state dump says what a descriptor is. @param pid -1 where it names the table instead */
  told(pid: number, address: number, fd: number, path: number, flags: number): void {
    const process = pid >= 0 ? pid : this.#processOfTable.get(address);
    if (process === undefined) return;
    const table = this.#tableOf(process);
    const known = table.get(fd);
    // Anything that is named there has a name in the file system, or the kind in front: `socket:[12]`.
    const kind = known?.kind ?? kindOfPath(this.#names.text(path));
    table.set(fd, { path, kind: kind === 'unknown' ? 'file' : kind, closesOnExec: closesOnExec(flags) });
  }

  #describeFiles(call: FileCall, slot: number, ret: number): void {
    const { completed } = this;
    const table = this.#tables.get(this.#processOf(completed.tid));
    if (call.category === 'open') {
      const made = this.#made(call, slot, table);
      completed.fd = ret >= 0 && call.opens !== 'pipe' && call.opens !== 'pair' ? ret : -1;
      completed.path = made.path;
      completed.kind = made.kind;
    } else {
      completed.fd = orNone(this.#fds[slot] as number);
      const file = table?.get(completed.fd) ?? unknownFile;
      completed.path = file.path;
      completed.kind = file.kind;
    }
    completed.otherFd = orNone(this.#otherFds[slot] as number);
    const other = table?.get(completed.otherFd) ?? unknownFile;
    completed.otherPath = other.path;
    completed.otherKind = other.kind;
  }

  /** What an opening call makes. */
  #made(call: FileCall, slot: number, table: ReadonlyMap<number, OpenFile> | undefined): OpenFile {
    const flags = this.#flags[slot] as number;
    switch (call.opens) {
      case 'duplicate': {
        const file = table?.get(this.#fds[slot] as number) ?? unknownFile;
        const closes = call.other_fd === undefined ? flags === dupfdCloseOnExec : closesOnExec(flags);
        return { ...file, closesOnExec: closes };
      }
      case 'socket':
      case 'connection':
      case 'pair':
        return { path: this.#names.idOf('socket'), kind: 'socket', closesOnExec: closesOnExec(flags) };
      case 'pipe':
        return { path: this.#names.idOf('pipe'), kind: 'pipe', closesOnExec: closesOnExec(flags) };
      case 'other':
        return { path: this.completed.name, kind: 'other', closesOnExec: closesOnExec(flags) };
      default:
        return { path: this.#paths[slot] as number, kind: 'file', closesOnExec: closesOnExec(flags) };
    }
  }

  #change(call: FileCall, slot: number, ret: number, fd0: number, fd1: number): void {
    if (ret < 0) return;
    const { completed } = this;
    const process = this.#processOf(completed.tid);
    if (call.category === 'close') {
      this.#tables.get(process)?.delete(completed.fd);
      return;
    }
    if (call.category !== 'open') return;
    const table = this.#tableOf(process);
    const made = this.#made(call, slot, table);
    if (call.opens !== 'pipe' && call.opens !== 'pair') {
      table.set(ret, made);
      return;
    }
    if (!Number.isNaN(fd0)) table.set(fd0, made);
    if (!Number.isNaN(fd1)) table.set(fd1, made);
  }

  /** `fcntl` is one only where it makes a descriptor. */
  #isOnFiles(name: number, call: FileCall, slot: number): boolean {
    if (call.opens !== 'duplicate' || !this.#names.text(name).startsWith('fcntl')) return true;
    const command = this.#flags[slot] as number;
    return command === dupfd || command === dupfdCloseOnExec;
  }

  #callOf(name: number): FileCall | undefined {
    let call = this.#calls[name];
    if (call === undefined) {
      call = fileCall(this.#names.text(name)) ?? null;
      this.#calls[name] = call;
    }
    return call ?? undefined;
  }

  #processOf(tid: number): number {
    const pid = this.#tasks.pidOf(tid);
    return pid >= 0 ? pid : tid;
  }

  #tableOf(process: number): Map<number, OpenFile> {
    let table = this.#tables.get(process);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(process, table);
    }
    return table;
  }

  #slotOf(tid: number): number {
    const slot = this.#tasks.slotOf(tid);
    if (slot >= this.#open.length) {
      this.#open = grown(this.#open, slot + 1);
      this.#paths = grown(this.#paths, slot + 1);
      this.#fds = grown(this.#fds, slot + 1);
      this.#otherFds = grown(this.#otherFds, slot + 1);
      this.#sizes = grown(this.#sizes, slot + 1);
      this.#flags = grown(this.#flags, slot + 1);
      this.#enterNs = grown(this.#enterNs, slot + 1);
    }
    return slot;
  }
}

function orNone(fd: number): number {
  return Number.isNaN(fd) ? -1 : fd;
}

function closesOnExec(flags: number): boolean {
  return !Number.isNaN(flags) && (flags & closeOnExecFlag) !== 0;
}

function kindOfPath(path: string): FileKind {
  if (path.startsWith('socket:')) return 'socket';
  if (path.startsWith('pipe:')) return 'pipe';
  return path.startsWith('anon_inode:') ? 'other' : 'unknown';
}
