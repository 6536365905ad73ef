/**
 * Requests to block devices, from the first sign of them to their completion.
 *
 *     ──┤bio_queue├──┤getrq├──┤rq_insert├────────────┤rq_issue├───────────────┤rq_complete├──
 *          │ who wants it        └──── in the queue ────┘└──── in the device ────┘
 *          ├─┤bio_backmerge├ into a request that waits     ┤rq_requeue├ back to the queue, to be issued again
 *          └─┤bio_remap├ from a partition to its device
 *
 * A request is known by its device and first sector; a merge at its front changes that. Who wants it is told by the first of its
 * events, since another thread (a kernel worker, or whoever unplugs the queue) may issue it. Written pages are queued by the
 * kernel's flusher threads, not by who wrote them.
 *
 * A flush is for the whole device: it is issued with sector 0 and completed with sector 0 or -1, so that flushes of a device
 * are told apart by their order. What asked for nothing but the flush is then completed too, with no sectors (block/blk-flush.c):
 * it was never issued, and is no request to the device.
 */
import type { Names } from './names.ts';
import { PendingRequests } from './pending-requests.ts';
import type { Tasks } from './tasks.ts';

export type BlockOperation = 'read' | 'write' | 'discard' | 'flush' | 'other';

/** A request to a device is done. The object is used again for the next one. */
export interface BlockCompleted {
  /** Who wanted it, as its first event tells; -1 unknown. */
  tid: number;
  slot: number;
  pid: number;
  comm: number;
  /** Who issued it: often a kernel worker; -1 unknown. */
  issuerTid: number;
  /** The CPU on which it was completed. */
  cpu: number;
  /** The kernel's number: `deviceNumber` makes text of it, `Block.deviceName` a name. */
  dev: number;
  /** The partition that it was wanted of, where a remap tells; else the device. */
  partition: number;
  sector: number;
  /** Sectors of 512 bytes; 0 for a flush. */
  nrSector: number;
  operation: BlockOperation;
  /** Flags as ftrace and perf write them, in `names`; 0 where they are bits (LTTng). */
  rwbs: number;
  /** NaN where they were not recorded. */
  queueNs: number;
  insertNs: number;
  issueNs: number;
  completeNs: number;
  requeueCount: number;
  /** How many others were merged into it. */
  mergeCount: number;
  /** 0 success, else a negative error number; NaN not recorded. */
  error: number;
}

export const blockCompleted = 32;

export function makeBlockCompleted(): BlockCompleted {
  return {
    tid: -1,
    slot: -1,
    pid: -1,
    comm: 0,
    issuerTid: -1,
    cpu: -1,
    dev: 0,
    partition: 0,
    sector: 0,
    nrSector: 0,
    operation: 'other',
    rwbs: 0,
    queueNs: Number.NaN,
    insertNs: Number.NaN,
    issueNs: Number.NaN,
    completeNs: 0,
    requeueCount: 0,
    mergeCount: 0,
    error: Number.NaN,
  };
}

interface Request {
  tid: number;
  issuerTid: number;
  partition: number;
  nrSector: number;
  operation: BlockOperation;
  rwbs: number;
  queueNs: number;
  insertNs: number;
  issueNs: number;
  requeueCount: number;
  mergeCount: number;
}

/** What an event says of a request. */
export interface RequestEvent {
  readonly timeNs: number;
  readonly cpu: number;
  readonly dev: number;
  readonly sector: number;
  readonly nrSector: number;
  /** Text in `names`, 0 none. */
  readonly rwbs: number;
  /** LTTng's flags, NaN none. */
  readonly bits: number;
  /** Who runs, or whom the event names; -1 unknown. */
  readonly tid: number;
}

/** More flushes than a device has under way: the oldest were lost. */
const flushCountMax = 1 << 16;

export class Block {
  readonly #names: Names;
  readonly #tasks: Tasks;
  /** By device. */
  readonly #pending = new Map<number, PendingRequests<Request>>();
  /** By device, the one issued first first. */
  readonly #flushes = new Map<number, Request[]>();
  readonly #deviceNames = new Map<number, number>();
  readonly #operations = new Map<number, BlockOperation>();
  readonly completed = makeBlockCompleted();
  /** Completions of requests whose issue was not recorded. */
  completionWithoutIssueCount = 0;
  /** Requests whose completion was lost. */
  lostCompletionCount = 0;

  constructor(names: Names, tasks: Tasks) {
    this.#names = names;
    this.#tasks = tasks;
  }

  /** The name of a device in `names`: as a state dump tells (`sda1`), else by number (`8:1`). */
  deviceName(dev: number): number {
    let name = this.#deviceNames.get(dev);
    if (name === undefined) {
      name = this.#names.idOf(deviceNumber(dev));
      this.#deviceNames.set(dev, name);
    }
    return name;
  }

  nameDevice(dev: number, name: number): void {
    if (name !== 0) this.#deviceNames.set(dev, name);
  }

  /** `block_bio_queue`, `block_getrq`: someone wants something. */
  queued(event: RequestEvent): void {
    const known = this.#find(event.dev, event.sector);
    // Sectors are wanted anew when the request before is done; if it is still there, it was only queued.
    if (known !== undefined && Number.isNaN(known.issueNs)) {
      if (known.nrSector < event.nrSector) this.#resize(event, known);
      return;
    }
    if (known === undefined) this.#begin(event).queueNs = event.timeNs;
  }

  /** `block_bio_remap`: what was wanted of a partition is wanted of its device. */
  remapped(event: RequestEvent, oldDev: number, oldSector: number): void {
    const moved = this.#find(oldDev, oldSector);
    if (moved === undefined || !Number.isNaN(moved.issueNs)) {
      const known = this.#find(event.dev, event.sector);
      if (known !== undefined && !Number.isNaN(known.issueNs)) return;
      const request = this.#begin(event);
      request.partition = oldDev;
      return;
    }
    this.#pending.get(oldDev)?.delete(oldSector);
    if (this.#find(event.dev, event.sector) === undefined) this.#keep(event.dev, event.sector, moved);
  }

  /** `block_bio_backmerge`, `block_bio_frontmerge`, `block_rq_merge`: what was wanted is part of another request. */
  merged(event: RequestEvent, isFront: boolean): void {
    const { dev, sector, nrSector } = event;
    const requests = this.#pending.get(dev);
    const gone = requests?.find(sector);
    if (requests === undefined || (gone !== undefined && !isWaiting(gone))) return;
    requests.delete(sector);
    if (!isFront) {
      const request = requests.extend(sector, nrSector, isWaiting);
      if (request !== undefined) request.mergeCount++;
      return;
    }
    const request = requests.find(sector + nrSector);
    if (request === undefined) return;
    requests.delete(sector + nrSector);
    request.nrSector += nrSector;
    request.mergeCount++;
    this.#keep(dev, sector, request);
  }

  inserted(event: RequestEvent): void {
    const request = this.#unissued(event) ?? this.#begin(event);
    request.insertNs = event.timeNs;
    this.#resize(event, request);
  }

  issued(event: RequestEvent): void {
    const request = this.#isFlush(event)
      ? this.#beginFlush(event)
      : (this.#unissued(event) ?? this.#begin(event));
    request.issueNs = event.timeNs;
    request.issuerTid = event.tid;
    if (event.nrSector > 0) this.#resize(event, request);
    if (request.operation !== 'flush') request.operation = this.#operationOf(event);
    request.rwbs = event.rwbs;
  }

  requeued(event: RequestEvent): void {
    // A flush that goes back to the queue is issued again: as a new one, since nothing tells which it was.
    if (this.#isFlush(event)) this.#flushes.get(event.dev)?.shift();
    const request = this.#find(event.dev, event.sector);
    if (request === undefined) return;
    request.requeueCount++;
    request.issueNs = Number.NaN;
    request.insertNs = event.timeNs;
  }

  /** Requests that devices have now. */
  *inDevice(): Generator<{ readonly dev: number; readonly issueNs: number }> {
    for (const [dev, requests] of this.#pending) {
      for (const { issueNs } of requests.values()) if (!Number.isNaN(issueNs)) yield { dev, issueNs };
    }
    for (const [dev, requests] of this.#flushes) {
      for (const { issueNs } of requests) if (!Number.isNaN(issueNs)) yield { dev, issueNs };
    }
  }

  /** After lost events: any request may be done, and what is completed next may be another one for the same sectors. */
  forget(): void {
    this.#pending.clear();
    this.#flushes.clear();
  }

  /** @returns which transitions there are */
  complete(event: RequestEvent, error: number): number {
    const { dev, sector, nrSector } = event;
    const isFlush = this.#isFlush(event);
    const request = isFlush ? this.#flushes.get(dev)?.shift() : this.#find(dev, sector);
    if (request === undefined || Number.isNaN(request.issueNs)) {
      if (isFlush || nrSector > 0) this.completionWithoutIssueCount++;
      return 0;
    }
    if (!isFlush) this.#pending.get(dev)?.delete(sector);
    const { completed } = this;
    const slot = request.tid >= 0 ? this.#tasks.slotOf(request.tid) : -1;
    completed.tid = request.tid;
    completed.slot = slot;
    completed.pid = slot < 0 ? -1 : this.#tasks.pid(slot);
    completed.comm = slot < 0 ? 0 : this.#tasks.comm(slot);
    completed.issuerTid = request.issuerTid;
    completed.cpu = event.cpu;
    completed.dev = dev;
    completed.partition = request.partition;
    completed.sector = sector;
    completed.nrSector = nrSector;
    completed.operation = request.operation;
    completed.rwbs = request.rwbs;
    completed.queueNs = request.queueNs;
    completed.insertNs = request.insertNs;
    completed.issueNs = request.issueNs;
    completed.completeNs = event.timeNs;
    completed.requeueCount = request.requeueCount;
    completed.mergeCount = request.mergeCount;
    completed.error = error;
    if (nrSector < request.nrSector) this.#goOn(dev, sector, nrSector, request);
    return blockCompleted;
  }

  /** A device may complete a request in parts. */
  #goOn(dev: number, sector: number, nrSector: number, request: Request): void {
    request.nrSector -= nrSector;
    this.#keep(dev, sector + nrSector, request);
  }

  #unissued({ dev, sector }: RequestEvent): Request | undefined {
    const request = this.#find(dev, sector);
    if (request === undefined || Number.isNaN(request.issueNs)) return request;
    this.lostCompletionCount++;
    return undefined;
  }

  #find(dev: number, sector: number): Request | undefined {
    return this.#pending.get(dev)?.find(sector);
  }

  /** Old kernels write `FWS` for what others write `FF`. */
  #isFlush({ nrSector, rwbs, bits }: RequestEvent): boolean {
    if (nrSector !== 0) return false;
    return rwbs === 0 ? (bits & flushBits) !== 0 : this.#names.text(rwbs).startsWith('F');
  }

  #beginFlush(event: RequestEvent): Request {
    const request = this.#make(event);
    request.operation = 'flush';
    const flushes = this.#flushes.get(event.dev);
    if (flushes === undefined) this.#flushes.set(event.dev, [request]);
    else if (flushes.push(request) > flushCountMax) {
      flushes.shift();
      this.lostCompletionCount++;
    }
    return request;
  }

  #begin(event: RequestEvent): Request {
    const request = this.#make(event);
    this.#keep(event.dev, event.sector, request);
    return request;
  }

  #make(event: RequestEvent): Request {
    return {
      tid: event.tid,
      issuerTid: -1,
      partition: event.dev,
      nrSector: event.nrSector,
      operation: this.#operationOf(event),
      rwbs: event.rwbs,
      queueNs: Number.NaN,
      insertNs: Number.NaN,
      issueNs: Number.NaN,
      requeueCount: 0,
      mergeCount: 0,
    };
  }

  #keep(dev: number, sector: number, request: Request): void {
    let requests = this.#pending.get(dev);
    if (requests === undefined) {
      requests = new PendingRequests();
      this.#pending.set(dev, requests);
    }
    this.lostCompletionCount += requests.set(sector, request);
  }

  #resize({ dev, sector, nrSector }: RequestEvent, request: Request): void {
    this.#pending.get(dev)?.resize(sector, request, nrSector);
  }

  #operationOf({ rwbs, bits }: RequestEvent): BlockOperation {
    if (rwbs === 0) return operationOfBits(bits);
    let operation = this.#operations.get(rwbs);
    if (operation === undefined) {
      operation = operationOfText(this.#names.text(rwbs));
      this.#operations.set(rwbs, operation);
    }
    return operation;
  }
}

/** Whether a request has not been given to its device yet. */
function isWaiting({ issueNs }: Request): boolean {
  return Number.isNaN(issueNs);
}

/** `8:1` for the kernel's device number: 12 bits of major and 20 of minor number (include/linux/kdev_t.h). */
export function deviceNumber(dev: number): string {
  if (Number.isNaN(dev)) return 'unknown';
  return `${Math.floor(dev / 2 ** 20)}:${dev % 2 ** 20}`;
}

/** LTTng's flags of what flushes: before it, or nothing but that. */
const flushBits = 256 | 1024;

/** The flags that lttng-modules makes of a request's. */
function operationOfBits(bits: number): BlockOperation {
  if ((bits & 2) !== 0) return 'discard';
  if ((bits & 1) !== 0) return 'write';
  if ((bits & 4) !== 0) return 'read';
  return (bits & flushBits) !== 0 ? 'flush' : 'other';
}

/** `WS`, `FWFS`, `RA`: a flush before it, then what is done, then how (kernel/trace/blktrace.c, blk_fill_rwbs). */
function operationOfText(text: string): BlockOperation {
  const letters = text.startsWith('F') && text.length > 1 ? text.slice(1) : text;
  switch (letters[0]) {
    case 'R':
      return 'read';
    case 'W':
      return 'write';
    case 'D':
      return 'discard';
    case 'F':
      return 'flush';
    default:
      return 'other';
  }
}
