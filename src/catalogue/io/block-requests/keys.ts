/** What requests are counted under, and how that is shown. */
import {
  type BlockCompleted,
  type BlockOperation,
  type Group,
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
import type { KeptRequest, RequestSums } from './requests.ts';
import type { By } from './shapes.ts';

const operations: readonly BlockOperation[] = ['read', 'write', 'discard', 'flush', 'other'];

export type RequestGroup = Group<Latency<KeptRequest, RequestSums>>;

/** A number that stands for the group. */
export function keyOf(by: By, request: BlockCompleted, model: KernelModel): number {
  switch (by) {
    case 'device':
      return request.dev;
    case 'partition':
      return request.partition;
    case 'operation':
      return operations.indexOf(request.operation);
    case 'process':
      return processKeyOf(request.tid, request.pid, model);
    case 'thread':
      return request.tid;
    case 'issuer':
      return request.issuerTid;
    case 'all':
      return 0;
  }
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key, model }: RequestGroup, names: Names) {
  switch (by) {
    case 'device':
      return { device: names.text(model.block.deviceName(key)) };
    case 'partition':
      return { partition: names.text(model.block.deviceName(key)) };
    case 'operation':
      return { operation: operations[key] };
    case 'process':
      return { comm: threadName(leaderOf(key), model), pid: orAbsent(key) };
    case 'thread':
      return { comm: threadName(key, model), tid: orAbsent(key), pid: orAbsent(model.tasks.pidOf(key)) };
    case 'issuer':
      return { issuer: threadName(key, model), 'issuer-tid': orAbsent(key) };
    case 'all':
      return { label: 'all requests' };
  }
}

/** One text for a group. */
export function labelOf(by: By, { key, model }: RequestGroup, names: Names): string {
  switch (by) {
    case 'device':
    case 'partition':
      return names.text(model.block.deviceName(key));
    case 'operation':
      return operations[key] ?? 'other';
    case 'process':
      return threadLabel(leaderOf(lastProcessKey(key, model)), model);
    case 'thread':
    case 'issuer':
      return threadLabel(key, model);
    case 'all':
      return 'all requests';
  }
}
