/** Names of system calls by number, and of errors: numbers differ between architectures, names hardly do. */
import { tables } from './syscall-tables.generated.ts';

/** An architecture whose table is known. */
export type SyscallArchitecture = 'x86_64' | 'i386' | 'arm64' | 'arm';

/** Calls that a thread does not return from: an entry without an exit is right. */
export const callsWithoutReturn: ReadonlySet<string> = new Set(['exit', 'exit_group']);

/** Calls that return twice, the second time in a new thread, whose first event is an exit without an entry. */
export const callsThatReturnTwice: ReadonlySet<string> = new Set(['clone', 'clone3', 'fork', 'vfork']);

/** Bit that x86_64 sets in the number of a call of the x32 ABI. */
const x32Bit = 0x40000000;

const decoded = new Map<keyof typeof tables, readonly (string | undefined)[]>();

function table(name: keyof typeof tables): readonly (string | undefined)[] {
  let names = decoded.get(name);
  if (names === undefined) {
    names = decode(tables[name]);
    decoded.set(name, names);
  }
  return names;
}

/** One word a number; `-` is a number without a name, `@n` goes on at n. */
function decode(words: string): readonly (string | undefined)[] {
  const names: (string | undefined)[] = [];
  let next = 0;
  for (const word of words.split(' ')) {
    if (word.startsWith('@')) next = Number(word.slice(1));
    else {
      if (word !== '-') names[next] = word;
      next += 1;
    }
  }
  return names;
}

/** `x86_64`, `aarch64`, `armv7l`, `i686` … as `uname -m` and tracers write it; undefined for those whose table we lack. */
export function syscallArchitecture(machine: string | undefined): SyscallArchitecture | undefined {
  if (machine === undefined) return undefined;
  if (machine === 'x86_64' || machine === 'x86-64' || machine === 'amd64') return 'x86_64';
  if (/^i[3-6]86$/.test(machine) || machine === 'x86') return 'i386';
  if (machine === 'aarch64' || machine === 'arm64') return 'arm64';
  if (/^arm/.test(machine)) return 'arm';
  return undefined;
}

/** The name of a call; `syscall_512` where the table, or the architecture, is not known. */
export function syscallName(architecture: SyscallArchitecture | undefined, nr: number): string {
  if (architecture === undefined) return `syscall_${nr}`;
  const isX32 = architecture === 'x86_64' && nr >= x32Bit;
  return table(architecture)[isX32 ? nr - x32Bit : nr] ?? `syscall_${nr}`;
}

/** Internal codes that a trace sees before the call is restarted or the program gets `EINTR` (include/linux/errno.h). */
const internalErrors: ReadonlyMap<number, string> = new Map([
  [512, 'ERESTARTSYS'],
  [513, 'ERESTARTNOINTR'],
  [514, 'ERESTARTNOHAND'],
  [515, 'ENOIOCTLCMD'],
  [516, 'ERESTART_RESTARTBLOCK'],
]);

/** Whether a return value is an error: the kernel keeps the last 4095 values for them, in 64 and in 32 bits. */
export function isError(ret: number): boolean {
  return ret < 0 && ret >= -4095;
}

/** `ENOENT` for 2 (as for -2); `E4000` where it has no name. */
export function errorName(error: number): string {
  const number = Math.abs(error);
  return table('errno')[number] ?? internalErrors.get(number) ?? `E${number}`;
}
