/**
 * A stream of which most system calls are told before the merge: for answers that hold whatever the order of calls among streams, and
 * that do not ask whose calls they are.
 *
 *   CPU 2   ──┤exit write├─┤enter close├─┤exit close├─┤enter read├──┤switch├─┤exit futex├─┤enter open├─┤exit open├──
 *   told                    └───── at once ────────┘                                       └───── at once ──────┘
 *   merged       exit write                            enter read              exit futex      each with its thread
 *
 * Who runs on a CPU changes with the records of its stream alone. An entry that comes right after an exit, and right before the exit of
 * the same call, is of the thread of the exit before, which has left no call open: the call is complete without a look at other streams,
 * and it leaves the model as it was. A fork between the two changes nothing of the thread that calls. What is left of a kernel trace is
 * a sixth, and only that has to be put in one order: calls that a switch interrupted, which may end on another CPU.
 */
import type { EventBatch } from '../events/batch.ts';
import type { BatchSource } from '../events/merge.ts';
import type { EventStream } from '../events/reader.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { ClassBinding } from './class-binding.ts';
import { recordKinds, type StreamDispatch } from './stream-dispatch.ts';

const { nothing, plainEntry, plainExit, plainSwitch, quietBegin } = recordKinds;

export class CallSource implements BatchSource {
  readonly #stream: BatchSource;
  readonly #cpu: number;
  readonly #dispatch: StreamDispatch;
  readonly #cpus: KernelModel['cpus'];
  readonly #syscalls: KernelModel['syscalls'];
  /** By record that is left in the batch: its thread. */
  #tids: Int32Array = new Int32Array(0);
  /** The stream's last record was an exit: its thread has no open call. */
  #isClosed = false;
  #isTaken = false;

  /** @param stream the only one of its CPU on its host; without gaps, or only up to the first one */
  constructor(stream: BatchSource, cpu: number, dispatch: StreamDispatch, model: KernelModel) {
    this.#stream = stream;
    this.#cpu = cpu;
    this.#dispatch = dispatch;
    this.#cpus = model.cpus;
    this.#syscalls = model.syscalls;
  }

  /** The next batch, of which what could be told is taken out. */
  next(): EventBatch | undefined {
    const batch = this.#stream.next();
    if (batch === undefined) return undefined;
    this.#dispatch.enter(batch);
    this.#isTaken = this.#dispatch.isPlain;
    if (this.#isTaken) this.#take(batch);
    else this.#isClosed = false;
    return batch;
  }

  #take(batch: EventBatch): void {
    const { timeNs, classIndex, row } = batch;
    const { kinds, names, bindings } = this.#dispatch;
    if (this.#tids.length < batch.count) this.#tids = new Int32Array(timeNs.length);
    const last = batch.count - 1;
    let tid = this.#cpus.current(this.#cpu);
    let isClosed = this.#isClosed;
    let left = 0;
    for (let at = 0; at <= last; at++) {
      const ofClass = classIndex[at] as number;
      const kind = kinds[ofClass] as number;
      if (kind === plainSwitch) {
        (bindings[ofClass] as ClassBinding).feed?.feed(row[at] as number, tid);
        tid = this.#cpus.current(this.#cpu);
        isClosed = false;
        continue;
      }
      if (kind === nothing) continue;
      if (isClosed && kind === plainEntry) {
        let next = at + 1;
        // A thread that begins meanwhile is another one, most often that which this call makes.
        while (next <= last && kinds[classIndex[next] as number] === quietBegin) next++;
        const exit = next <= last ? (classIndex[next] as number) : ofClass;
        const name = names[ofClass] as number;
        if (kinds[exit] === plainExit && names[exit] === name && name > 0) {
          this.#tell(tid, exit, row[next] as number, timeNs[at] as number, timeNs[next] as number);
          for (let between = at + 1; between < next; between++) this.#leave(batch, between, left++, tid);
          at = next;
          continue;
        }
      }
      isClosed = kind === plainExit || (isClosed && kind === quietBegin);
      this.#leave(batch, at, left++, tid);
    }
    this.#isClosed = isClosed;
    batch.count = left;
  }

  #leave({ timeNs, classIndex, row }: EventBatch, at: number, to: number, tid: number): void {
    timeNs[to] = timeNs[at] as number;
    classIndex[to] = classIndex[at] as number;
    row[to] = row[at] as number;
    this.#tids[to] = tid;
  }

  #tell(tid: number, exit: number, row: number, enterNs: number, exitNs: number): void {
    const dispatch = this.#dispatch;
    const name = dispatch.names[exit] as number;
    if (this.#syscalls.pass(tid, name, enterNs, exitNs, dispatch.returned(exit, row), this.#cpu))
      dispatch.deliverCall(exit, row);
  }

  /** Records `from` to `to` (excluded) of the batch, in order with those of other streams. */
  consume(batch: EventBatch, from: number, to: number): void {
    const dispatch = this.#dispatch;
    if (!this.#isTaken) {
      dispatch.consume(batch, from, to);
      return;
    }
    dispatch.enter(batch);
    const { kinds, names, bindings } = dispatch;
    const { timeNs, classIndex, row } = batch;
    for (let at = from; at < to; at++) {
      const ofClass = classIndex[at] as number;
      const kind = kinds[ofClass] as number;
      const tid = this.#tids[at] as number;
      const time = timeNs[at] as number;
      if (kind === plainEntry) {
        this.#syscalls.enter(tid, names[ofClass] as number, time);
      } else if (kind === plainExit) {
        const value = dispatch.returned(ofClass, row[at] as number);
        if (this.#syscalls.exit(tid, names[ofClass] as number, value, time, this.#cpu))
          dispatch.deliverCall(ofClass, row[at] as number);
      } else {
        (bindings[ofClass] as ClassBinding | undefined)?.feed?.feed(row[at] as number, tid);
      }
    }
  }
}

/** The streams that are the only ones of their CPU on their host: what they say of it is whole. */
export function streamsOfOneCpu<Host>(
  streams: readonly EventStream[],
  hostOf: (stream: EventStream) => Host,
): ReadonlySet<EventStream> {
  const seen = new Map<Host, Map<number, EventStream | undefined>>();
  for (const stream of streams) {
    if (stream.cpu === undefined) continue;
    const host = hostOf(stream);
    let cpus = seen.get(host);
    if (cpus === undefined) {
      cpus = new Map();
      seen.set(host, cpus);
    }
    cpus.set(stream.cpu, cpus.has(stream.cpu) ? undefined : stream);
  }
  const only = [...seen.values()].flatMap((cpus) => [...cpus.values()]);
  return new Set(only.filter((stream) => stream !== undefined));
}
