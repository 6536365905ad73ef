/** What the records that are no samples say of threads and of mappings. */
import type { ClassBatch } from '../../events/batch.ts';
import { columnAt } from '../../events/batch.ts';
import { textAt } from '../../events/columns.ts';
import { endOf, kernelPid, type Mappings } from './mappings.ts';
import type { ThreadNames } from './thread-names.ts';

export interface Machine {
  readonly names: ThreadNames;
  readonly mappings: Mappings;
}

/** Takes notice of a row. */
export type Observe = (row: number) => void;

/** Names of classes that are records of perf's and no samples. */
const recordPrefix = 'PERF_RECORD_';

/** Undefined: the class is one of samples. */
export function observerOf(batch: ClassBatch, machine: Machine): Observe | undefined {
  const { name } = batch.eventClass;
  if (!isRecordName(name)) return undefined;
  switch (name.slice(recordPrefix.length)) {
    case 'COMM':
      return observeNames(batch, machine);
    case 'FORK':
      return observeForks(batch, machine);
    case 'MMAP':
    case 'MMAP2':
      return observeMappings(batch, machine);
    default:
      return () => {};
  }
}

export function isRecordName(name: string): boolean {
  return name.startsWith(recordPrefix);
}

/** 0 where there is no such field. */
export function numberAt(
  batch: ClassBatch,
  scope: 'payload' | 'specific-context',
  name: string,
): (row: number) => number {
  const column = columnAt(batch.scopes.get(scope), [name]);
  if (column?.kind === 'number') return (row) => column.values[row] as number;
  if (column?.kind === 'bigint') return (row) => Number(column.values[row]);
  return () => 0;
}

export function bigintAt(
  batch: ClassBatch,
  scope: 'payload' | 'specific-context',
  name: string,
): (row: number) => bigint {
  const column = columnAt(batch.scopes.get(scope), [name]);
  if (column?.kind === 'bigint') return (row) => BigInt.asUintN(64, column.values[row] as bigint);
  if (column?.kind === 'number') return (row) => BigInt(column.values[row] as number);
  return () => 0n;
}

function textReader(batch: ClassBatch, name: string): (row: number) => string {
  const column = columnAt(batch.scopes.get('payload'), [name]);
  return column?.kind === 'text' ? (row) => textAt(column, row) : () => '';
}

function observeNames(batch: ClassBatch, { names }: Machine): Observe {
  const tid = numberAt(batch, 'payload', 'tid');
  const comm = textReader(batch, 'comm');
  return (row) => names.name(tid(row), comm(row));
}

function observeForks(batch: ClassBatch, { names, mappings }: Machine): Observe {
  const [pid, tid, ppid, ptid] = ['pid', 'tid', 'ppid', 'ptid'].map((name) =>
    numberAt(batch, 'payload', name),
  ) as [(row: number) => number, (row: number) => number, (row: number) => number, (row: number) => number];
  return (row) => {
    names.fork(tid(row), ptid(row));
    mappings.fork(pid(row), ppid(row));
  };
}

/** Of a record's `misc`: who runs. */
export const cpuModes = { mask: 7, kernel: 1, user: 2, hypervisor: 3, guestKernel: 4, guestUser: 5 } as const;

function observeMappings(batch: ClassBatch, { mappings }: Machine): Observe {
  const misc = numberAt(batch, 'payload', 'misc');
  const pid = numberAt(batch, 'payload', 'pid');
  const [addr, len, pgoff] = ['addr', 'len', 'pgoff'].map((name) => bigintAt(batch, 'payload', name)) as [
    (row: number) => bigint,
    (row: number) => bigint,
    (row: number) => bigint,
  ];
  const filename = textReader(batch, 'filename');
  return (row) => {
    const start = addr(row);
    const mode = misc(row) & cpuModes.mask;
    const isKernel = mode === cpuModes.kernel || mode === cpuModes.guestKernel;
    const file = filename(row);
    mappings.map(isKernel ? kernelPid : pid(row), {
      start,
      end: endOf(start, len(row)),
      shift: isKernel || isWithoutFile(file) ? 0n : pgoff(row) - start,
      file: isKernel ? kernelName(file) : userName(file, pid(row)),
    });
  };
}

/** `[kernel.kallsyms]_text`, by whose symbol the kernel's beginning was found; `/lib/modules/6.1/kernel/net/mac80211.ko.xz`. */
function kernelName(file: string): string {
  if (file.startsWith('[kernel.kallsyms]')) return '[kernel.kallsyms]';
  const base = file.slice(file.lastIndexOf('/') + 1);
  const module = /^(.+)\.ko(?:\.(?:gz|xz|zst|bz2|lzma))?$/.exec(base)?.[1];
  return module === undefined ? file : `[${module.replaceAll('-', '_')}]`;
}

function isWithoutFile(file: string): boolean {
  return isAnonymous(file) || file.startsWith('[stack') || file.startsWith('/SYSV') || file === '[heap]';
}

function isAnonymous(file: string): boolean {
  return file === '//anon' || file.startsWith('/dev/zero') || file.startsWith('/anon_hugepage');
}

/** Code without a file is looked up where just-in-time compilers list it. */
function userName(file: string, pid: number): string {
  return isAnonymous(file) ? `/tmp/perf-${pid}.map` : file;
}
