/** Calls on files, kept for the views that list them. */
import {
  errorName,
  type IoCompleted,
  isError,
  type KernelModel,
  type Names,
  orAbsent,
  processOf,
} from '../../../analysis/index.ts';

/** One call, copied. */
export interface Call extends Readonly<IoCompleted> {
  readonly model: KernelModel;
  readonly durationNs: number;
  readonly endNs: number;
}

export function copyCall(call: IoCompleted, model: KernelModel): Call {
  return { ...call, model, durationNs: call.exitNs - call.enterNs, endNs: call.exitNs };
}

/** Whether `sizeBytes` says anything: calls that move bytes say how many when they succeed, batches of messages do not. */
function hasSize({ category, ret, sizeBytes }: IoCompleted): boolean {
  const moves = category === 'read' || category === 'write' || category === 'read-write';
  return moves && ret >= 0 && (ret === 0 || sizeBytes > 0);
}

/** The cells of a call but its begin and duration. */
export function callCells(call: Call, names: Names) {
  const text = (name: number) => (name === 0 ? undefined : names.text(name));
  return {
    name: names.text(call.name),
    path: text(call.path),
    size: hasSize(call) ? call.sizeBytes : undefined,
    comm: text(call.comm),
    tid: call.tid,
    fd: orAbsent(call.fd),
    return: isError(call.ret) ? errorName(-call.ret) : undefined,
    category: call.category,
    kind: call.kind,
    requested: call.requestedBytes,
    cpu: orAbsent(call.cpu),
    pid: orAbsent(processOf(call.tid, call.pid, call.model)),
    'other-path': text(call.otherPath),
    'other-fd': orAbsent(call.otherFd),
  };
}
