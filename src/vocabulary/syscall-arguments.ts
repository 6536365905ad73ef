/**
 * Which calls work on files, and which of their arguments is the file, the other file, the path, the size.
 *
 * Arguments are named as the kernel's `SYSCALL_DEFINE` names them (LTTng and `syscalls:*` record these names) and numbered as
 * they stand there (`raw_syscalls` records numbers only). A path is text in LTTng; the others record its address.
 */

/** What a call does to a file. */
export type FileCategory = 'open' | 'close' | 'read' | 'write' | 'read-write' | 'sync';

/** One argument: its names and its place. */
interface Argument {
  readonly names: readonly string[];
  readonly index: number;
}

/** How a call works on files. */
export interface FileCall {
  readonly category: FileCategory;
  /** What an opening call makes: a file by its path, the same file again, a socket, a pipe, something without a name. */
  readonly opens?: 'path' | 'duplicate' | 'socket' | 'connection' | 'pair' | 'pipe' | 'other';
  readonly fd?: Argument;
  /** The descriptor that `dup2` sets, or that `splice` and `sendfile` write to. */
  readonly other_fd?: Argument;
  readonly path?: Argument;
  /** Bytes that are asked for. */
  readonly size?: Argument;
  readonly flags?: Argument;
}

const at = (index: number, ...names: string[]): Argument => ({ names, index });
const fd = at(0, 'fd');

const read: FileCall = { category: 'read', fd };
const write: FileCall = { category: 'write', fd };
const count = at(2, 'count');

export const fileCalls: Readonly<Record<string, FileCall>> = {
  open: { category: 'open', opens: 'path', path: at(0, 'filename'), flags: at(1, 'flags') },
  creat: { category: 'open', opens: 'path', path: at(0, 'pathname') },
  openat: { category: 'open', opens: 'path', path: at(1, 'filename'), flags: at(2, 'flags') },
  openat2: { category: 'open', opens: 'path', path: at(1, 'filename') },
  dup: { category: 'open', opens: 'duplicate', fd: at(0, 'fildes') },
  dup2: { category: 'open', opens: 'duplicate', fd: at(0, 'oldfd'), other_fd: at(1, 'newfd') },
  dup3: {
    category: 'open',
    opens: 'duplicate',
    fd: at(0, 'oldfd'),
    other_fd: at(1, 'newfd'),
    flags: at(2, 'flags'),
  },
  /** Only with F_DUPFD and F_DUPFD_CLOEXEC, which stand in its `flags` here. */
  fcntl: { category: 'open', opens: 'duplicate', fd, flags: at(1, 'cmd') },
  socket: { category: 'open', opens: 'socket', flags: at(1, 'type') },
  accept: { category: 'open', opens: 'connection', fd },
  accept4: { category: 'open', opens: 'connection', fd, flags: at(3, 'flags') },
  socketpair: { category: 'open', opens: 'pair', flags: at(1, 'type') },
  pipe: { category: 'open', opens: 'pipe' },
  pipe2: { category: 'open', opens: 'pipe', flags: at(1, 'flags') },
  eventfd2: { category: 'open', opens: 'other', flags: at(1, 'flags') },
  epoll_create1: { category: 'open', opens: 'other', flags: at(0, 'flags') },
  timerfd_create: { category: 'open', opens: 'other', flags: at(1, 'flags') },
  memfd_create: { category: 'open', opens: 'other', flags: at(1, 'flags') },
  close: { category: 'close', fd },
  read: { ...read, size: count },
  pread64: { ...read, size: count },
  readv: read,
  preadv: read,
  preadv2: read,
  recvfrom: { ...read, size: at(2, 'size', 'len') },
  recvmsg: read,
  recvmmsg: read,
  write: { ...write, size: count },
  pwrite64: { ...write, size: count },
  writev: write,
  pwritev: write,
  pwritev2: write,
  sendto: { ...write, size: at(2, 'len') },
  sendmsg: write,
  sendmmsg: write,
  splice: {
    category: 'read-write',
    fd: at(0, 'fd_in'),
    other_fd: at(2, 'fd_out'),
    size: at(4, 'len'),
  },
  sendfile64: {
    category: 'read-write',
    fd: at(1, 'in_fd'),
    other_fd: at(0, 'out_fd'),
    size: at(3, 'count'),
  },
  copy_file_range: {
    category: 'read-write',
    fd: at(0, 'fd_in'),
    other_fd: at(2, 'fd_out'),
    size: at(4, 'len'),
  },
  fsync: { category: 'sync', fd },
  fdatasync: { category: 'sync', fd },
  sync: { category: 'sync' },
  syncfs: { category: 'sync', fd },
  sync_file_range: { category: 'sync', fd, size: at(2, 'nbytes') },
};

/** Names that some tables give to the same call. */
const otherNames: Readonly<Record<string, string>> = { sendfile: 'sendfile64', fcntl64: 'fcntl' };

/** How a call works on files; undefined where it does not. */
export function fileCall(name: string): FileCall | undefined {
  const known = Object.hasOwn(otherNames, name) ? (otherNames[name] as string) : name;
  return Object.hasOwn(fileCalls, known) ? fileCalls[known] : undefined;
}

const argumentFields = ['fd', 'other_fd', 'path', 'size', 'flags'] as const;
const noDescriptors = { fd0: [], fd1: [] };
const noRawArguments = { arg0: [], arg1: [], arg2: [], arg3: [], arg4: [], arg5: [] };
/** Of calls that are not on files, those arguments by place that something is made of. */
const placedArguments: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  futex: { arg0: ['uaddr'], arg1: ['op'] },
};

/** Canonical field → the tracer's names of it in the class of one call; a field without a name is not there. */
export function argumentNames(
  event: 'syscall_enter' | 'syscall_exit',
  name: string,
): Readonly<Record<string, readonly string[]>> {
  const call = fileCall(name);
  if (event === 'syscall_exit') {
    if (call?.opens !== 'pipe' && call?.opens !== 'pair') return noDescriptors;
    const list = name === 'socketpair' ? 'socket' : 'fildes';
    return { fd0: [`${list}[0]`], fd1: [`${list}[1]`] };
  }
  return {
    ...Object.fromEntries(argumentFields.map((field) => [field, call?.[field]?.names ?? []])),
    ...noRawArguments,
    ...(Object.hasOwn(placedArguments, name) ? placedArguments[name] : {}),
  };
}
