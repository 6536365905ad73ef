/**
 * Events as `trace-cmd report -t` of version 3.1.6 prints them, with what its plugins and libtraceevent's (1.7.1) print instead of a
 * tracepoint's own format.
 *
 *   cpus=2
 *   dtc_thr:             bash-3949  [001]  1643.195584572: sys_exit:             NR 1 = 2
 *   instance, where the  comm tid    CPU    s.ns           name, 20 wide         text
 *   file has any
 *
 * Missing: its lines about lost events, which are among the notes on stderr. Traces of other formats have no text of the kernel's: their fields are printed as `-R` prints them.
 */
import type { ClassBatch, EventBatch } from '../../events/batch.ts';
import type { EventStream, KernelText, TraceAbout } from '../../events/reader.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { PaddedSeconds } from '../../events/text/padded-seconds.ts';
import { cpuReader, recordedNumber } from '../../events/text/recorded.ts';
import type { TextContext, TextStyle, TextWriter } from '../../events/text/style.ts';
import {
  compilePrintFormat,
  literalText,
  type WriteRow,
} from '../../tracepoints/print-format/print-format.ts';
import { compileRawFields } from '../../tracepoints/print-format/raw-fields.ts';
import { Scratch } from '../../tracepoints/print-format/scratch.ts';
import { CallStacks } from './call-stacks.ts';
import { CommandNames } from './command-names.ts';
import {
  type GraphEvent,
  graphEventOf,
  type WaitingEntry,
  writeExit,
  writeLeaf,
  writeNested,
} from './function-graph.ts';
import { type HandlerContext, handlerOf } from './handlers.ts';
import { instanceNames, instanceOf } from './instances.ts';

export const style: TextStyle = {
  id: 'trace-cmd',
  title: 'as trace-cmd report prints events',
  needs: () => ({ cycles: false, packets: false }),
  begin: (context) => new TraceCmdWriter(context),
};

const nameWidth = 20;
const secondsWidth = 5;
/** CPUs whose part of the line is kept. */
const cpuCountMax = 4096;
const newline = 0x0a;
const encoder = new TextEncoder();

interface ClassPrinter {
  readonly cpuAt: (row: number) => number;
  readonly tidAt: ((row: number) => number) | undefined;
  /** `: sched_switch:         `, the colon being the time's. */
  readonly name: WriteRow;
  readonly names: CommandNames;
  readonly kernel: KernelText | undefined;
  readonly text: WriteRow;
  readonly graph: GraphEvent | undefined;
}

/** A line that the next event ends. */
interface WaitingLine {
  readonly entry: WaitingEntry;
  readonly lead: Uint8Array;
}

class TraceCmdWriter implements TextWriter {
  readonly #traces: readonly TraceAbout[];
  readonly #time: PaddedSeconds;
  readonly #classes = new WeakMap<ClassBatch, ClassPrinter>();
  readonly #calls = new CallStacks();
  /** Of other times than the line's. */
  readonly #handlerTime: PaddedSeconds;
  /** By trace. */
  readonly #names: readonly CommandNames[];
  /** By stream. */
  readonly #prefixes: (Uint8Array | undefined)[] = [];
  readonly #instanceWidth: number;
  /** By CPU: `[001] `. */
  readonly #cpus: string[] = [];
  readonly #scratch = new Scratch();
  #isHeadWritten = false;
  #waiting: WaitingLine | undefined;

  constructor({ traces, originNs }: TextContext) {
    this.#traces = traces;
    this.#time = new PaddedSeconds(originNs, secondsWidth);
    this.#handlerTime = new PaddedSeconds(originNs, secondsWidth);
    this.#names = traces.map(() => new CommandNames());
    this.#instanceWidth = Math.max(0, ...traces.flatMap(instanceNames).map((name) => name.length));
  }

  write(batch: EventBatch, position: number, out: ByteWriter): void {
    if (!this.#isHeadWritten) this.#writeHead(out);
    const classBatch = batch.classes.get(batch.classIndex[position] as number) as ClassBatch;
    const row = batch.row[position] as number;
    let printer = this.#classes.get(classBatch);
    if (printer === undefined) {
      printer = this.#makePrinter(classBatch, batch);
      this.#classes.set(classBatch, printer);
    }
    const { graph, text } = printer;
    if (this.#waiting !== undefined && this.#endWaiting(printer, row, batch.stream, out)) return;
    if (graph?.kind === 'entry') {
      const lead = this.#scratch.textOf((to) => this.#writeLead(printer, batch, position, to)).slice();
      this.#waiting = { entry: entryAt(printer, graph, row, batch.stream), lead };
      return;
    }
    this.#writeLead(printer, batch, position, out);
    if (graph?.kind === 'exit') writeExit(graph.depthAt(row), graph.durationAt(row), out);
    else {
      const bytes = this.#scratch.textOf((to) => text(row, to));
      // A text's own line end is the line's.
      out.bytes(bytes.at(-1) === newline ? bytes.subarray(0, -1) : bytes);
    }
    out.byte(newline);
  }

  /** Ends what still waits for a next event. */
  end(out: ByteWriter): void {
    if (!this.#isHeadWritten) this.#writeHead(out);
    if (this.#waiting === undefined) return;
    out.bytes(this.#waiting.lead);
    writeNested(this.#waiting.entry, out);
    out.byte(newline);
    this.#waiting = undefined;
  }

  /** Returns whether the event is the waiting function's return, which has no line of its own then. */
  #endWaiting(
    { graph, cpuAt, tidAt }: ClassPrinter,
    row: number,
    stream: EventStream,
    out: ByteWriter,
  ): boolean {
    const { entry, lead } = this.#waiting as WaitingLine;
    const isReturn =
      graph?.kind === 'exit' &&
      entry.trace === stream.trace &&
      entry.cpu === cpuAt(row) &&
      entry.tid === tidAt?.(row) &&
      entry.address === graph.functionAt(row);
    if (!isReturn) {
      this.end(out);
      return false;
    }
    out.bytes(lead);
    writeLeaf(entry, graph.durationAt(row), out);
    out.byte(newline);
    this.#waiting = undefined;
    return true;
  }

  /** What stands before an event's text. */
  #writeLead(printer: ClassPrinter, batch: EventBatch, position: number, out: ByteWriter): void {
    const { tidAt, cpuAt, names, name, kernel } = printer;
    const row = batch.row[position] as number;
    out.bytes(this.#prefixes[batch.stream.index] ?? this.#makePrefix(batch.stream));
    out.bytes(names.taskOf(tidAt === undefined ? undefined : tidAt(row), kernel));
    const cpu = cpuAt(row);
    out.ascii(this.#cpus[cpu] ?? this.#makeCpu(cpu));
    const timeNs = batch.timeNs[position] as number;
    if (Number.isNaN(timeNs)) out.ascii('    0.000000000');
    else this.#time.write(timeNs, out);
    name(row, out);
  }

  /** Each trace says how many CPUs its machine has. */
  #writeHead(out: ByteWriter): void {
    this.#isHeadWritten = true;
    for (const trace of this.#traces) {
      const count = trace.environment.get('cpu_count');
      if (count !== undefined) out.ascii(`cpus=${count}\n`);
    }
  }

  #makePrinter(classBatch: ClassBatch, { stream }: EventBatch): ClassPrinter {
    const { eventClass } = classBatch;
    const { kernelText } = eventClass;
    const names = this.#names[stream.trace] as CommandNames;
    const name = eventClass.name.slice(eventClass.name.indexOf(':') + 1);
    return {
      cpuAt: cpuReader(classBatch),
      tidAt: recordedNumber(classBatch, eventClass.tid),
      name: literalText(`: ${name}: ${' '.repeat(Math.max(0, nameWidth - name.length))}`),
      names,
      kernel: kernelText,
      graph: kernelText && graphEventOf(classBatch, kernelText),
      text:
        kernelText === undefined
          ? compileRawFields(classBatch)
          : (handlerOf(classBatch, this.#contextOf(kernelText, stream)) ??
            compilePrintFormat(kernelText, classBatch)),
    };
  }

  #contextOf(kernel: KernelText, stream: EventStream): HandlerContext {
    const names = this.#names[stream.trace] as CommandNames;
    return { kernel, names, calls: this.#calls, time: this.#handlerTime };
  }

  #makeCpu(cpu: number): string {
    if (cpu < 0) return '[???] ';
    const text = `[${String(cpu).padStart(3, '0')}] `;
    if (cpu < cpuCountMax) this.#cpus[cpu] = text;
    return text;
  }

  #makePrefix(stream: EventStream): Uint8Array {
    const width = this.#instanceWidth;
    const instance = instanceOf(stream);
    const text = instance === '' ? ' '.repeat(width + 2) : `${instance.padStart(width)}: `;
    const prefix = encoder.encode(width === 0 ? '' : text);
    this.#prefixes[stream.index] = prefix;
    return prefix;
  }
}

function entryAt(
  { cpuAt, tidAt }: ClassPrinter,
  { functionAt, depthAt, nameAt }: GraphEvent & { kind: 'entry' },
  row: number,
  { trace }: EventStream,
): WaitingEntry {
  const place = { trace, cpu: cpuAt(row), tid: tidAt?.(row) };
  return { ...place, address: functionAt(row), depth: depthAt(row), name: nameAt(row) };
}
