/** What calls on files are counted under, and how that is shown. */
import {
  descriptorOf,
  type FileCategory,
  type FileKeys,
  type FileKind,
  type Group,
  type IoCompleted,
  type KernelModel,
  type Latency,
  lastProcessKey,
  leaderOf,
  type Names,
  orAbsent,
  processKeyOf,
  threadLabel,
  threadName,
} from '../../../analysis/index.ts';
import type { Call } from './calls.ts';
import type { By } from './shapes.ts';

export const categories = [
  'open',
  'close',
  'read',
  'write',
  'read-write',
  'sync',
] as const satisfies readonly FileCategory[];

/** What calls of a group have in common, as the first of them tells. */
export interface Extra {
  sizeBytes: number;
  errorCount: number;
  category: FileCategory | undefined;
  path: number;
  kind: FileKind;
}

export function mergeExtra(sum: Extra, other: Extra): void {
  sum.sizeBytes += other.sizeBytes;
  sum.errorCount += other.errorCount;
  sum.category ??= other.category;
  if (other.path === 0) return;
  sum.path = other.path;
  sum.kind = other.kind;
}

export type CallGroup = Group<Latency<Call, Extra>>;

export function keyOf(by: By, call: IoCompleted, model: KernelModel, files: FileKeys): number {
  switch (by) {
    case 'category':
      return categories.indexOf(call.category);
    case 'call':
      return call.name;
    case 'process':
      return processKeyOf(call.tid, call.pid, model);
    case 'thread':
      return call.tid;
    case 'file':
      return files.keyOf(call, model);
    case 'all':
      return 0;
  }
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key, model, value }: CallGroup, names: Names) {
  const { path, kind, category } = value.extra;
  switch (by) {
    case 'category':
      return { category: categories[key] };
    case 'call':
      return { name: names.text(key), category };
    case 'process':
      return { comm: threadName(leaderOf(key), model), pid: orAbsent(key) };
    case 'thread':
      return { comm: threadName(key, model), tid: key, pid: orAbsent(model.tasks.pidOf(key)) };
    case 'file': {
      const owner = descriptorOf(key);
      const cells = { path: text(path, names), kind };
      if (owner === undefined) return cells;
      return { ...cells, fd: owner.fd, pid: owner.pid, comm: threadName(owner.pid, model) };
    }
    case 'all':
      return { label: 'all calls' };
  }
}

/** One text for a group. */
export function labelOf(by: By, group: CallGroup, names: Names): string {
  const { key, model, value } = group;
  switch (by) {
    case 'category':
      return categories[key] ?? 'unknown';
    case 'call':
      return names.text(key);
    case 'process':
      return threadLabel(leaderOf(lastProcessKey(key, model)), model);
    case 'thread':
      return threadLabel(key, model);
    case 'file': {
      const path = text(value.extra.path, names);
      const owner = descriptorOf(key);
      if (owner === undefined) return path ?? 'no file';
      return `${path ?? 'file'} ${owner.fd} of ${threadLabel(owner.pid, model)}`;
    }
    case 'all':
      return 'all calls';
  }
}

export function text(name: number, names: Names): string | undefined {
  return name === 0 ? undefined : names.text(name);
}
