/** What the records that are no samples say of threads and of mappings. */
import type { ClassBatch } from '../../events/batch.ts';
import { columnAt } from '../../events/batch.ts';
import { textAt } from '../../events/columns.ts';
import { mapRecord } from '../../kernel/mapping-records.ts';
import type { Mappings } from '../../kernel/mappings.ts';
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
    mapRecord(mappings, {
      misc: misc(row),
      pid: pid(row),
      start: addr(row),
      sizeBytes: len(row),
      offsetBytes: pgoff(row),
      file: filename(row),
    });
  };
}
