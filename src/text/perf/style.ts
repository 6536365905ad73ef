/**
 * Samples as `perf script --ns` of version 6.1 prints them, without symbols: addresses are `[unknown]` in the file that is mapped there.
 *
 *               wl  6446 [000]  1882.232783173: sched:sched_migrate_task: comm=rcu_preempt pid=15 prio=120 orig_cpu=0 dest_cpu=1
 *             echo  5805 12631.245996882:      15566 cycles:ppp:  ffffffffb4346ea4 [unknown] ([kernel.kallsyms])
 *   comm           tid   CPU    s.ns           period   name       ip
 *
 * A sample with a call chain has its addresses on lines of their own. What a sample does not have is left out, and so are records that
 * are no samples, as perf does unless it is asked: they tell the names of threads and what is mapped where.
 */
import type { ClassBatch, EventBatch } from '../../events/batch.ts';
import { columnAt } from '../../events/batch.ts';
import type { EventClass, TraceAbout } from '../../events/reader.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { PaddedSeconds } from '../../events/text/padded-seconds.ts';
import { cpuReader, recordedNumber } from '../../events/text/recorded.ts';
import type { TextContext, TextStyle, TextWriter } from '../../events/text/style.ts';
import { Mappings } from '../../kernel/mappings.ts';
import { compilePrintFormat, type WriteRow } from '../../tracepoints/print-format/print-format.ts';
import { compileRawFields } from '../../tracepoints/print-format/raw-fields.ts';
import { compileAddresses } from './addresses.ts';
import { isRecordName, type Machine, type Observe, observerOf } from './record-observers.ts';
import { ThreadNames } from './thread-names.ts';

export const style: TextStyle = {
  id: 'perf',
  title: 'as perf script prints samples',
  needs: () => ({ cycles: false, packets: false }),
  observes: ({ name }) => isRecordName(name),
  begin: (context) => new PerfWriter(context),
};

const commWidth = 16;
const tidWidth = 5;
const periodWidth = 10;
const secondsWidth = 5;
const newline = 0x0a;
const encoder = new TextEncoder();

type ClassPrinter =
  | { readonly kind: 'record'; readonly observe: Observe }
  | { readonly kind: 'sample'; readonly write: (row: number, timeNs: number, out: ByteWriter) => void };

class PerfWriter implements TextWriter {
  /** By trace. */
  readonly #machines: readonly Machine[];
  readonly #times: readonly PaddedSeconds[];
  readonly #nameWidth: number;
  readonly #classes = new WeakMap<ClassBatch, ClassPrinter>();

  constructor(context: TextContext) {
    this.#machines = context.traces.map(() => ({ names: new ThreadNames(), mappings: new Mappings() }));
    this.#times = context.traces.map((trace) => new PaddedSeconds(ownOrigin(context, trace), secondsWidth));
    this.#nameWidth = Math.max(0, ...(context.classes ?? []).map(shownWidth));
  }

  write(batch: EventBatch, position: number, out: ByteWriter): void {
    const classBatch = batch.classes.get(batch.classIndex[position] as number) as ClassBatch;
    const row = batch.row[position] as number;
    const printer = this.#printerOf(classBatch, batch);
    if (printer.kind === 'record') printer.observe(row);
    else printer.write(row, batch.timeNs[position] as number, out);
  }

  observe(batch: EventBatch, position: number): void {
    const classBatch = batch.classes.get(batch.classIndex[position] as number) as ClassBatch;
    const printer = this.#printerOf(classBatch, batch);
    if (printer.kind === 'record') printer.observe(batch.row[position] as number);
  }

  #printerOf(classBatch: ClassBatch, batch: EventBatch): ClassPrinter {
    let printer = this.#classes.get(classBatch);
    if (printer === undefined) {
      printer = this.#makePrinter(classBatch, batch.stream.trace);
      this.#classes.set(classBatch, printer);
    }
    return printer;
  }

  #makePrinter(classBatch: ClassBatch, trace: number): ClassPrinter {
    const machine = this.#machines[trace] as Machine;
    const observe = observerOf(classBatch, machine);
    if (observe !== undefined) return { kind: 'record', observe };
    const { eventClass } = classBatch;
    const context = classBatch.scopes.get('specific-context');
    const writeTask = compileTask(classBatch, machine.names, context?.names.includes('callchain') === true);
    const time = this.#times[trace] as PaddedSeconds;
    const writePeriod = compilePeriod(classBatch);
    const name = encoder.encode(`${eventClass.name.padStart(this.#nameWidth)}: `);
    const writeText = compileText(classBatch);
    const writeAddresses = compileAddresses(classBatch, machine.mappings);
    return {
      kind: 'sample',
      write: (row, timeNs, out) => {
        writeTask(row, out);
        if (!Number.isNaN(timeNs)) {
          time.write(timeNs, out);
          out.ascii(': ');
        }
        writePeriod?.(row, out);
        out.bytes(name);
        writeText?.(row, out);
        writeAddresses?.(row, out);
        out.byte(newline);
      },
    };
  }
}

/** perf prints what its clock counted, whatever is known of the time of day. */
function ownOrigin({ originNs }: TextContext, { clocks }: TraceAbout): bigint {
  const clock = clocks[0];
  if (clock === undefined) return originNs;
  return originNs - clock.offsetSeconds * 1_000_000_000n - clock.offsetCycles;
}

/** Names stand below each other. */
function shownWidth({ name }: EventClass): number {
  return isRecordName(name) ? 0 : name.length;
}

/** Threads and CPUs whose part of the line is kept. */
const rememberedMax = 1 << 12;

/** `            bash  3949 [001] `; with a call chain nothing stands below each other and comm has no width. */
function compileTask(batch: ClassBatch, names: ThreadNames, hasCallchain: boolean): WriteRow {
  const { kernelText } = batch.eventClass;
  const tidAt = recordedNumber(batch, batch.eventClass.tid);
  const cpuAt = cpuReader(batch);
  const tasks = new Map<number, Task>();
  const cpus: string[] = [];
  return (row, out) => {
    const tid = tidAt === undefined ? -1 : tidAt(row);
    const comm = names.nameOf(tid, kernelText);
    let task = tasks.get(tid);
    if (task?.comm !== comm) {
      const shown = hasCallchain ? comm : comm.padStart(commWidth);
      task = { comm, text: encoder.encode(`${shown} ${String(tid).padStart(tidWidth)} `) };
      if (tasks.size < rememberedMax) tasks.set(tid, task);
    }
    out.bytes(task.text);
    const cpu = cpuAt(row);
    if (cpu < 0) return;
    let text = cpus[cpu];
    if (text === undefined) {
      text = `[${String(cpu).padStart(3, '0')}] `;
      if (cpu < rememberedMax) cpus[cpu] = text;
    }
    out.ascii(text);
  };
}

/** A thread's part of the line, as long as it has this name. */
interface Task {
  readonly comm: string;
  readonly text: Uint8Array;
}

/** The sample's own, else what its event was set up with. Tracepoints count by themselves: perf does not print their periods. */
function compilePeriod(batch: ClassBatch): WriteRow | undefined {
  const { kernelText, attributes } = batch.eventClass;
  if (kernelText !== undefined) return undefined;
  const column = columnAt(batch.scopes.get('specific-context'), ['period']);
  if (column?.kind === 'bigint' || column?.kind === 'number')
    return (row, out) => out.ascii(`${String(column.values[row]).padStart(periodWidth)} `);
  const period = attributes?.get('sample_period') ?? attributes?.get('sample_freq');
  if (period === undefined) return undefined;
  const text = `${String(period).padStart(periodWidth)} `;
  return (_, out) => out.ascii(text);
}

/** Of tracepoints; events that other tracers recorded have no text of the kernel's, but fields. */
function compileText(batch: ClassBatch): WriteRow | undefined {
  const { kernelText } = batch.eventClass;
  if (kernelText !== undefined) return compilePrintFormat(kernelText, batch);
  return batch.scopes.has('payload') ? compileRawFields(batch) : undefined;
}
