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
 *
 *   a turn    ├switch to 7├──┤exit read├── … ──┤enter futex├──┤switch from 7├
 *   merged                      └───── both at this time ┘
 *
 * What is left of a thread's turn on a CPU goes through the merge at the time of its first record: no other CPU has anything of the thread
 * meanwhile. A thread that begins has another thread's records to follow, and keeps its time.
 */
import type { ClassBatch, EventBatch } from '../events/batch.ts';
import type { BatchSource } from '../events/merge.ts';
import type { EventStream } from '../events/reader.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { CallsOfOneName } from '../kernel/syscalls.ts';
import type { SwitchFeed } from '../kernel/thread-feed.ts';
import type { NumberView } from '../vocabulary/view.ts';
import type { ClassBinding } from './class-binding.ts';
import { recordKinds, type StreamDispatch } from './stream-dispatch.ts';

const { nothing, plainEntry, plainExit, plainSwitch, quietBegin } = recordKinds;

/** The exits of one call in a batch, with the durations of those calls that are told. */
class ExitColumns implements CallsOfOneName {
  readonly name: number;
  count = 0;
  durationNs: Float64Array = new Float64Array(0);
  exitNs: Float64Array = this.durationNs;
  ret: NumberView = this.durationNs;

  constructor(name: number) {
    this.name = name;
  }

  /** Of another batch: nothing is told yet. */
  refresh({ count, timeNs }: ClassBatch, ret: NumberView): void {
    if (this.durationNs.length < count) this.durationNs = new Float64Array(timeNs.length);
    this.durationNs.fill(Number.NaN, 0, count);
    this.count = count;
    this.exitNs = timeNs;
    this.ret = ret;
  }
}

export class CallSource implements BatchSource {
  readonly #stream: BatchSource;
  readonly #cpu: number;
  readonly #dispatch: StreamDispatch;
  readonly #cpus: KernelModel['cpus'];
  readonly #syscalls: KernelModel['syscalls'];
  readonly #onCalls: (calls: CallsOfOneName) => void;
  /** By class of exits. */
  readonly #calls: (ExitColumns | undefined)[];
  /** Those of the batch at hand. */
  readonly #present: ExitColumns[] = [];
  /** By record that is left in the batch: its thread, and its own time. In the batch it has its turn's. */
  #tids: Int32Array = new Int32Array(0);
  #times: Float64Array = new Float64Array(0);
  /** The stream's last record was an exit: its thread has no open call. */
  #isClosed = false;
  #isTaken = false;

  /**
   * @param stream the only one of its CPU on its host; without gaps, or only up to the first one
   * @param onCalls is told of calls before the merge
   */
  constructor(
    stream: BatchSource,
    cpu: number,
    dispatch: StreamDispatch,
    model: KernelModel,
    onCalls: (calls: CallsOfOneName) => void,
  ) {
    this.#stream = stream;
    this.#cpu = cpu;
    this.#dispatch = dispatch;
    this.#cpus = model.cpus;
    this.#syscalls = model.syscalls;
    this.#onCalls = onCalls;
    this.#calls = new Array<undefined>(dispatch.kinds.length).fill(undefined);
  }

  /** The next batch, of which what could be told is taken out. */
  next(): EventBatch | undefined {
    const batch = this.#stream.next();
    if (batch === undefined) return undefined;
    this.#dispatch.enter(batch);
    this.#isTaken = this.#dispatch.isPlain;
    if (this.#isTaken) {
      this.#refresh();
      this.#take(batch);
      this.#present.forEach(this.#onCalls);
    } else this.#isClosed = false;
    return batch;
  }

  #refresh(): void {
    const { plainExits, names, returns } = this.#dispatch;
    this.#present.length = 0;
    for (const columns of plainExits) {
      const { index } = columns.eventClass;
      const calls = this.#calls[index] ?? new ExitColumns(names[index] as number);
      this.#calls[index] = calls;
      calls.refresh(columns, returns[index] as NumberView);
      this.#present.push(calls);
    }
  }

  /** One loop that calls nothing: engines keep the columns' places and lengths in registers only until something is called. */
  #take(batch: EventBatch): void {
    const { timeNs, classIndex, row } = batch;
    const { kinds, names, bindings } = this.#dispatch;
    const calls = this.#calls;
    if (this.#tids.length < batch.count) {
      this.#tids = new Int32Array(timeNs.length);
      this.#times = new Float64Array(timeNs.length);
    }
    const tids = this.#tids;
    const times = this.#times;
    const last = batch.count - 1;
    let tid = this.#cpus.current(this.#cpu);
    let isClosed = this.#isClosed;
    let unknownThreadCount = 0;
    let lastSwitch: SwitchFeed | undefined;
    let lastRow = 0;
    let toldExit = -1;
    /** Of the first record that is left of the turn, once there is one. */
    let turnNs = 0;
    let hasTurn = false;
    let left = 0;
    for (let at = 0; at <= last; at++) {
      if (at === toldExit) continue;
      const ofClass = classIndex[at] as number;
      const kind = kinds[ofClass] as number;
      if (kind === nothing) continue;
      if (kind === plainSwitch) {
        lastSwitch = (bindings[ofClass] as ClassBinding).feed as SwitchFeed;
        lastRow = row[at] as number;
        tid = lastSwitch.nextTid(lastRow);
        isClosed = false;
        hasTurn = false;
        continue;
      }
      const time = timeNs[at] as number;
      if (isClosed && kind === plainEntry) {
        let next = at + 1;
        // A thread that begins meanwhile is another one, most often that which this call makes.
        while (next <= last && kinds[classIndex[next] as number] === quietBegin) next++;
        const exit = next <= last ? (classIndex[next] as number) : ofClass;
        const name = names[ofClass] as number;
        if (kinds[exit] === plainExit && names[exit] === name && name > 0) {
          const durationNs = (timeNs[next] as number) - time;
          if (tid > 0) (calls[exit] as ExitColumns).durationNs[row[next] as number] = durationNs;
          else unknownThreadCount += 2;
          toldExit = next;
          continue;
        }
      }
      isClosed = kind === plainExit || (isClosed && kind === quietBegin);
      if (kind !== plainEntry && kind !== plainExit) hasTurn = false;
      else if (!hasTurn) {
        turnNs = time;
        hasTurn = !Number.isNaN(time);
      }
      timeNs[left] = hasTurn ? turnNs : time;
      classIndex[left] = ofClass;
      row[left] = row[at] as number;
      tids[left] = tid;
      times[left] = time;
      left++;
    }
    // Who ran in between, nobody asks for.
    lastSwitch?.feed(lastRow);
    this.#isClosed = isClosed;
    this.#syscalls.unknownThreadCount += unknownThreadCount;
    batch.count = left;
  }

  /** To be called when all records were consumed. */
  finish(): void {
    this.#dispatch.finish();
  }

  /** Records `from` to `to` (excluded) of the batch, in order with those of other streams. */
  consume(batch: EventBatch, from: number, to: number): void {
    const dispatch = this.#dispatch;
    if (!this.#isTaken) {
      dispatch.consume(batch, from, to);
      return;
    }
    dispatch.enter(batch);
    const { kinds, names, bindings, returns } = dispatch;
    const { classIndex, row } = batch;
    const syscalls = this.#syscalls;
    const tids = this.#tids;
    const times = this.#times;
    let slotTid = -1;
    let slot = -1;
    for (let at = from; at < to; at++) {
      const ofClass = classIndex[at] as number;
      const kind = kinds[ofClass] as number;
      const tid = tids[at] as number;
      if (kind !== plainEntry && kind !== plainExit) {
        bindings[ofClass]?.feed?.feed(row[at] as number, tid);
        continue;
      }
      if (tid !== slotTid) {
        slotTid = tid;
        slot = syscalls.slotFor(tid);
      }
      const name = names[ofClass] as number;
      if (kind === plainEntry) {
        syscalls.enterAt(slot, name, times[at] as number);
        continue;
      }
      const value = (returns[ofClass] as NumberView)[row[at] as number] as number;
      if (syscalls.exitAt(slot, name, value, times[at] as number, this.#cpu))
        dispatch.deliverCall(ofClass, row[at] as number);
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
