/** What bytes are counted under, and how that is shown. */
import {
  descriptorOf,
  type FileKeys,
  type FileKind,
  type FileUse,
  type Group,
  type KernelModel,
  lastProcessKey,
  leaderOf,
  type Names,
  orAbsent,
  processKeyOf,
  threadLabel,
  threadName,
} from '../../../analysis/index.ts';
import type { By } from './shapes.ts';
import { type Usage, userCountMax } from './usage.ts';

const kinds: readonly FileKind[] = ['file', 'socket', 'pipe', 'other', 'unknown'];

/** A number that stands for the group. */
export function keyOf(by: By, use: FileUse, model: KernelModel, files: FileKeys): number {
  switch (by) {
    case 'process':
      return processKeyOf(use.tid, use.pid, model);
    case 'thread':
      return use.tid;
    case 'file':
      return files.keyOf(use, model);
    case 'kind':
      return kinds.indexOf(use.kind);
    case 'all':
      return 0;
  }
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key, model, value }: Group<Usage>, names: Names) {
  switch (by) {
    case 'process':
      return { comm: threadName(leaderOf(key), model), pid: orAbsent(key) };
    case 'thread':
      return { comm: threadName(key, model), tid: key, pid: orAbsent(model.tasks.pidOf(key)) };
    case 'file': {
      const owner = descriptorOf(key);
      const cells = { path: text(value.path, names), kind: value.kind };
      if (owner === undefined) return { ...cells, users: usersOf(value, model) };
      return { ...cells, fd: owner.fd, pid: owner.pid, comm: threadName(owner.pid, model) };
    }
    case 'kind':
      return { kind: kinds[key] };
    case 'all':
      return { label: 'everything' };
  }
}

function usersOf({ users }: Usage, model: KernelModel): string {
  const shown = [...users].slice(0, userCountMax);
  const texts = shown.map(([process, fd]) => `${threadLabel(process, model)} fd ${fd}`);
  return texts.join(', ') + (users.size > shown.length ? ', …' : '');
}

/** One text for a group. */
export function labelOf(by: By, { key, model, value }: Group<Usage>, names: Names): string {
  switch (by) {
    case 'process':
      return threadLabel(leaderOf(lastProcessKey(key, model)), model);
    case 'thread':
      return threadLabel(key, model);
    case 'file': {
      const path = text(value.path, names);
      const owner = descriptorOf(key);
      if (owner === undefined) return path ?? 'no file';
      return `${path ?? 'file'} ${owner.fd} of ${threadLabel(owner.pid, model)}`;
    }
    case 'kind':
      return kinds[key] ?? 'unknown';
    case 'all':
      return 'everything';
  }
}

function text(name: number, names: Names): string | undefined {
  return name === 0 ? undefined : names.text(name);
}
