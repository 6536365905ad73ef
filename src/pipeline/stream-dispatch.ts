/**
 * Hands the records of one stream to the model and to the analyses' handlers.
 *
 * Most records of a kernel trace are entries and exits of system calls whose class says which call it is. For those all that
 * is needed stands in a few flat arrays by class, and in the batch's own arrays, which are read from front to back; only the
 * others go through a binding with its columns.
 */
import type { ClassBatch, EventBatch } from '../events/batch.ts';
import type { KernelModel } from '../kernel/model.ts';
import { type CallsOfOneName, syscallCompleted } from '../kernel/syscalls.ts';
import type { NumberView } from '../vocabulary/view.ts';
import type { ClassBinding } from './class-binding.ts';
import type { FieldReader } from './columns-of-class.ts';
import { NumberedCalls } from './numbered-calls.ts';
import type { RunScope, Span } from './run-scope.ts';
import { SchedulingRuns } from './scheduling-runs.ts';

/**
 * What a class's records are to the loop. A plain switch tells who runs and nothing else; what is quiet changes the model and has no
 * handler.
 */
export const recordKinds = {
  nothing: 0,
  plainEntry: 1,
  plainExit: 2,
  bound: 3,
  plainSwitch: 4,
  quiet: 5,
  /** A call's entry or exit that says its number and its thread. */
  numbered: 6,
  /** What is quiet and about another thread than the one that runs. */
  quietBegin: 7,
  /** A switch or wake-up that says its thread. */
  scheduled: 8,
} as const;
const { nothing, plainEntry, plainExit, bound, plainSwitch, quiet, numbered, quietBegin, scheduled } =
  recordKinds;

const noNumbers: NumberView = new Float64Array(0);

export class StreamDispatch {
  readonly #scope: RunScope;
  readonly #bindingFor: (classIndex: number) => ClassBinding | undefined;
  /** By class index. */
  readonly kinds: Uint8Array;
  /** The call that records of plain kinds are of. */
  readonly names: Int32Array;
  readonly bindings: (ClassBinding | undefined)[];
  /** What exits returned, by row. */
  readonly returns: NumberView[];
  /** By class of plain exits: the binding may be of other streams too. */
  readonly #returnReaders: (FieldReader | undefined)[];
  /** Takes records that say the call and the thread. */
  #numbered: NumberedCalls | undefined;
  #scheduled: SchedulingRuns | undefined;
  #cpus: KernelModel['cpus'] | undefined;
  #syscalls: KernelModel['syscalls'] | undefined;
  #version = -1;
  /** The batch entered last has only records of calls, of switches, and what is quiet. */
  isPlain = false;
  /** Plain exits of the batch entered last. */
  readonly plainExits: ClassBatch[] = [];
  /** Whether the record at hand is in the range that is asked for. */
  #isInTime = true;
  readonly #onCalls: ((calls: CallsOfOneName) => void) | undefined;

  /**
   * @param classCount one more than the greatest class index
   * @param onCalls is told of calls in any order, where handlers take them so
   */
  constructor(
    scope: RunScope,
    classCount: number,
    onCalls: ((calls: CallsOfOneName) => void) | undefined,
    bindingFor: (classIndex: number) => ClassBinding | undefined,
  ) {
    this.#scope = scope;
    this.#onCalls = onCalls;
    this.#bindingFor = bindingFor;
    this.kinds = new Uint8Array(classCount);
    this.names = new Int32Array(classCount);
    // With all places from the beginning: an array with large gaps would be kept as a table of hashes.
    this.bindings = new Array<undefined>(classCount).fill(undefined);
    this.returns = new Array<NumberView>(classCount).fill(noNumbers);
    this.#returnReaders = new Array<undefined>(classCount).fill(undefined);
  }

  /** Records `from` to `to` (excluded), in order. */
  consume(batch: EventBatch, from: number, to: number): void {
    this.enter(batch);
    const cut = this.#scope.cutOf(batch.stream.trace);
    if (!this.#scope.isWholeWithinCuts) this.#consumeChosen(batch, from, to);
    else if (cut === undefined) this.#consumeAll(batch, from, to);
    else this.#consumeWithin(cut, batch, from, to);
  }

  /** All that is in the cut. */
  #consumeWithin({ beginNs, endNs }: Span, batch: EventBatch, from: number, to: number): void {
    const { timeNs } = batch;
    let begin = from;
    for (let index = from; index < to; index++) {
      const time = timeNs[index] as number;
      if (time >= beginNs && time <= endNs) continue;
      if (index > begin) this.#consumeAll(batch, begin, index);
      begin = index + 1;
    }
    if (to > begin) this.#consumeAll(batch, begin, to);
  }

  /** To be called when all records were consumed. */
  finish(): void {
    this.#numbered?.finish();
  }

  /** To be called before a batch's records are looked at: it may be a new one, or its arrays may have moved. */
  enter(batch: EventBatch): void {
    if (batch.version !== this.#version) this.#refresh(batch);
  }

  /** What a call returned, by the class and row of its exit. */
  returned(ofClass: number, row: number): number {
    return (this.returns[ofClass] as NumberView)[row] as number;
  }

  #consumeAll(batch: EventBatch, from: number, to: number): void {
    const { timeNs, classIndex, row } = batch;
    const kinds = this.kinds;
    const names = this.names;
    const cpus = this.#cpus;
    const syscalls = this.#syscalls;
    const cpu = batch.stream.cpu ?? -1;
    // Who runs on the stream's CPU changes with the stream's own records alone, and only with those that are bound.
    let slot = -1;
    let isSlotKnown = false;
    for (let index = from; index < to; index++) {
      const ofClass = classIndex[index] as number;
      const kind = kinds[ofClass] as number;
      if (kind === nothing) continue;
      if (kind === numbered) {
        index = (this.#numbered as NumberedCalls).feed(batch, index, to) - 1;
        isSlotKnown = false;
        continue;
      }
      if (kind === scheduled) {
        index = (this.#scheduled as SchedulingRuns).feed(batch, index, to) - 1;
        isSlotKnown = false;
        continue;
      }
      if (kind >= bound || cpus === undefined || syscalls === undefined) {
        const binding = this.bindings[ofClass] as ClassBinding;
        if (binding.readsPackets) binding.atPacket(batch.packets, batch.packetRow[index] as number);
        feedBound(binding, row[index] as number);
        isSlotKnown = false;
        continue;
      }
      if (!isSlotKnown) {
        slot = syscalls.slotFor(cpus.current(cpu));
        isSlotKnown = true;
      }
      const name = names[ofClass] as number;
      const time = timeNs[index] as number;
      if (kind === plainEntry) {
        syscalls.enterAt(slot, name, time);
        continue;
      }
      const value = this.returned(ofClass, row[index] as number);
      if (syscalls.exitAt(slot, name, value, time, cpu)) this.deliverCall(ofClass, row[index] as number);
    }
  }

  /** To the handlers of the exit's class. */
  deliverCall(ofClass: number, row: number): void {
    deliver(this.bindings[ofClass] as ClassBinding, row, syscallCompleted);
  }

  /** The model sees every record within the cut; handlers get those that the scope accepts. */
  #consumeChosen(batch: EventBatch, from: number, to: number): void {
    const { timeNs, classIndex, row: rows, packetRow } = batch;
    const scope = this.#scope;
    const { trace } = batch.stream;
    for (let index = from; index < to; index++) {
      const binding = this.bindings[classIndex[index] as number];
      if (binding === undefined) continue;
      const time = timeNs[index] as number;
      // Whether a format hands out records behind the end depends on how its packets lie.
      if (!scope.isSeen(trace, time)) continue;
      const row = rows[index] as number;
      this.#isInTime = scope.hasTime(time);
      const transitions = binding.observe(row);
      if (!binding.hasSubscribers || !this.#isInTime) continue;
      if (!binding.passes(row, batch.packets, packetRow[index] as number)) continue;
      if (binding.readsPackets) binding.atPacket(batch.packets, packetRow[index] as number);
      binding.deliverChosen(row, transitions, scope);
    }
  }

  /** What is over because records of the stream were lost: no filter on fields applies. */
  deliverLoss(transitions: number, timeNs: number): void {
    if (!this.#scope.hasTime(timeNs)) return;
    const binding = this.bindings.find((each) => each !== undefined && (each.wanted & transitions) !== 0);
    binding?.deliverImplied(transitions, this.#scope);
  }

  /** A new batch may have brought new classes and new arrays. */
  #refresh(batch: EventBatch): void {
    this.#version = batch.version;
    this.isPlain = true;
    this.plainExits.length = 0;
    for (const columns of batch.classes.values()) {
      if (columns.count === 0) continue;
      const { index } = columns.eventClass;
      let binding = this.bindings[index];
      if (binding === undefined) {
        binding = this.#bindingFor(index);
        if (binding === undefined) continue;
        this.bindings[index] = binding;
        this.#listen(binding);
        this.kinds[index] = this.#kindOf(binding, index, batch.stream.cpu);
      }
      const { isWholeWithinCuts } = this.#scope;
      const kind = isWholeWithinCuts ? this.kinds[index] : bound;
      if (isWholeWithinCuts && binding.numbered !== undefined) {
        this.kinds[index] = this.#takeNumbered(binding, columns) ? numbered : bound;
        this.isPlain = false;
        continue;
      }
      if (isWholeWithinCuts && binding.scheduled !== undefined) {
        this.kinds[index] = this.#takeScheduled(binding, columns) ? scheduled : bound;
        this.isPlain = false;
        continue;
      }
      if (kind === bound) this.isPlain = false;
      if (kind === plainExit) {
        this.#refreshReturns(binding, columns);
        this.plainExits.push(columns);
      } else if (kind !== plainEntry && kind !== nothing) binding.refresh(columns);
    }
  }

  #refreshReturns(binding: ClassBinding, columns: ClassBatch): void {
    const { index } = columns.eventClass;
    let reader = this.#returnReaders[index];
    if (reader === undefined) {
      reader = binding.makeReturns();
      this.#returnReaders[index] = reader;
    }
    this.returns[index] = reader.refresh(columns) as NumberView;
  }

  #takeNumbered(binding: ClassBinding, columns: ClassBatch): boolean {
    this.#numbered ??= new NumberedCalls(binding.model, this.#onCalls, (exitClass, row) =>
      this.deliverCall(exitClass, row),
    );
    const { feed, numbered: own } = binding;
    return (
      binding.refreshNumbered(columns) &&
      own !== undefined &&
      this.#numbered.take(own, feed?.kind === 'enter')
    );
  }

  #takeScheduled(binding: ClassBinding, columns: ClassBatch): boolean {
    const { bindings } = this;
    this.#scheduled ??= new SchedulingRuns(
      binding.model,
      (ofClass, row) => feedBound(bindings[ofClass] as ClassBinding, row),
      (ofClass, row, transitions) => deliver(bindings[ofClass] as ClassBinding, row, transitions),
    );
    const own = binding.refreshScheduled(columns);
    return own !== undefined && this.#scheduled.take(own);
  }

  /** A switch that was not recorded follows from no field of the record that shows it: no filter on fields applies. */
  #listen(binding: ClassBinding): void {
    if (!binding.hasSubscribers) return;
    binding.onImplied = (_row, transitions) => {
      if (this.#isInTime) binding.deliverImplied(transitions, this.#scope);
    };
  }

  #kindOf(binding: ClassBinding, classIndex: number, cpu: number | undefined): number {
    const { plainName } = binding;
    if (binding.isUnheard) return nothing;
    if (binding.isQuiet && binding.isBegin) return quietBegin;
    if (binding.isQuiet) return binding.feed?.kind === 'switch' ? plainSwitch : quiet;
    if (plainName < 0 || cpu === undefined) return bound;
    this.#cpus = binding.model.cpus;
    this.#syscalls = binding.model.syscalls;
    this.names[classIndex] = plainName;
    return binding.feed?.kind === 'enter' ? plainEntry : plainExit;
  }
}

/** Transitions to their handlers, of which at least one wants one of them. */
function deliver(binding: ClassBinding, row: number, transitions: number): void {
  const { onlyTransition } = binding;
  const value = onlyTransition?.transition?.value;
  if (onlyTransition === undefined || value === undefined) binding.deliver(row, transitions);
  else onlyTransition.handle(onlyTransition.state, value, binding.model);
}

/** A record to the model, and to those handlers that want it or what it has completed. */
function feedBound(binding: ClassBinding, row: number): void {
  const transitions = binding.observe(row);
  if ((transitions & binding.wanted) !== 0 || binding.deliversRecords) {
    if (binding.hasSubscribers) binding.deliver(row, transitions);
  }
}
