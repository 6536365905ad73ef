/** Requests to block devices, kept for the views that list them, and what is summed up of many. */
import {
  type BlockCompleted,
  errorName,
  type KernelModel,
  type Names,
  orAbsent,
  processOf,
  threadName,
} from '../../../analysis/index.ts';
import { Distribution } from '../../../results/index.ts';
import { type LifePart, lifeParts, type Part } from './shapes.ts';

export const sectorBytes = 512;

/** One request, copied. */
export interface KeptRequest extends Readonly<BlockCompleted> {
  readonly model: KernelModel;
  /** Of the part that is looked at. */
  readonly durationNs: number;
  readonly endNs: number;
  /** Filled in when the thread that wanted it is woken: after the request is done, and kept. */
  readonly later: { wokenNs: number };
}

/** When the first sign of a request was; NaN where only its issue is known. */
function firstNs({ queueNs, insertNs }: BlockCompleted): number {
  return Number.isNaN(queueNs) ? insertNs : queueNs;
}

/** How long it waited to be given to the device; NaN unknown. */
export function queuedNs(request: BlockCompleted): number {
  return request.issueNs - firstNs(request);
}

export function inDeviceNs({ issueNs, completeNs }: BlockCompleted): number {
  return completeNs - issueNs;
}

/** The length of a part and its end; NaN where the trace does not tell. */
export function partOf(part: Exclude<Part, 'completed'>, request: BlockCompleted) {
  switch (part) {
    case 'device':
      return { durationNs: inDeviceNs(request), endNs: request.completeNs };
    case 'queue':
      return { durationNs: queuedNs(request), endNs: request.issueNs };
    case 'total': {
      const queued = queuedNs(request);
      const durationNs = inDeviceNs(request) + (Number.isNaN(queued) ? 0 : queued);
      return { durationNs, endNs: request.completeNs };
    }
  }
}

/** What requests of a group sum up to. */
export class RequestSums {
  readonly parts: Readonly<Record<LifePart, Distribution>> = {
    queue: new Distribution(),
    device: new Distribution(),
    completed: new Distribution(),
  };
  sectorCount = 0;
  mergeCount = 0;
  requeueCount = 0;
  errorCount = 0;

  add(request: BlockCompleted): void {
    const queued = queuedNs(request);
    this.sectorCount += request.nrSector;
    this.parts.device.add(inDeviceNs(request));
    if (!Number.isNaN(queued)) this.parts.queue.add(queued);
    this.mergeCount += request.mergeCount;
    this.requeueCount += request.requeueCount;
    if (request.error < 0) this.errorCount += 1;
  }

  merge({ parts, sectorCount, mergeCount, requeueCount, errorCount }: RequestSums): void {
    for (const part of lifeParts) this.parts[part].merge(parts[part]);
    this.sectorCount += sectorCount;
    this.mergeCount += mergeCount;
    this.requeueCount += requeueCount;
    this.errorCount += errorCount;
  }

  addWoken(durationNs: number): void {
    this.parts.completed.add(durationNs);
  }

  cells(seconds: number | undefined) {
    const { queue, device, completed } = this.parts;
    return {
      size: this.sectorCount * sectorBytes,
      sectors: this.sectorCount,
      rate: seconds === undefined ? undefined : device.count / seconds,
      'avg-queue': queue.average,
      'avg-device': device.average,
      'avg-wake-up': completed.average,
      merges: this.mergeCount,
      requeues: this.requeueCount,
      errors: this.errorCount,
    };
  }
}

/** The cells of a request but its begin and duration. */
export function requestCells(request: KeptRequest, names: Names) {
  const { model, tid, issuerTid } = request;
  const text = (name: number) => (name === 0 ? undefined : names.text(name));
  return {
    device: names.text(model.block.deviceName(request.dev)),
    partition: names.text(model.block.deviceName(request.partition)),
    operation: request.operation,
    size: request.nrSector * sectorBytes,
    sector: request.sector,
    comm: text(request.comm) ?? threadName(tid, model),
    tid: tid > 0 ? tid : undefined,
    pid: tid > 0 ? orAbsent(processOf(tid, request.pid, model)) : undefined,
    queued: queuedNs(request),
    'in-device': inDeviceNs(request),
    'to-wake-up': request.later.wokenNs - request.completeNs,
    flags: text(request.rwbs),
    issuer: threadName(issuerTid, model),
    'issuer-tid': issuerTid > 0 ? issuerTid : undefined,
    merges: request.mergeCount,
    requeues: request.requeueCount,
    error: request.error < 0 ? errorName(-request.error) : undefined,
    cpu: orAbsent(request.cpu),
  };
}
