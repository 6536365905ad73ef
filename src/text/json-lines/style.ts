/**
 * One JSON object a line, one line an event, in valid UTF-8. Integers are exact, whatever their size: read them without loss.
 *
 *   {"time":1561756803923426858,"name":"openat","cpu":2,"tid":589,"trace":"session/kernel","stream":"channel0_2",
 *    "fields":{"fd":3},"context":{},"streamContext":{"tid":589},"packetContext":{"cpu_id":2}}
 *
 *   time           nanoseconds since the Unix epoch (or the clock's own origin); null where the record has no time
 *   cycles         the clock's value as recorded; only with --clock-cycles, and where there is a clock
 *   name           the event's name as the tracer calls it
 *   cpu            the CPU that recorded it; absent where the trace does not say
 *   tid, pid       thread and process; absent where the event does not record them
 *   trace          the trace's path, beginning with the folder that was opened; stream: the stream's file below that
 *   fields         the payload
 *   context        the event's own context; streamContext: the context all events of the stream have; packetContext: of
 *                  the packet that the event is in. Each is absent where the class has none.
 *
 * Values are described in `fields.ts`. Readers should ignore keys that they do not know: more may come.
 */
import type { ClassBatch, EventBatch } from '../../events/batch.ts';
import type { FieldValue, StructColumn } from '../../events/columns.ts';
import type { Scope } from '../../events/layout.ts';
import type { EventStream } from '../../events/reader.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import type { FieldPrinter } from '../../events/text/field-printer.ts';
import { cpuReader, recordedReader } from '../../events/text/recorded.ts';
import { quoted } from '../../events/text/safe-text.ts';
import type { TextContext, TextStyle, TextWriter } from '../../events/text/style.ts';
import { splitSeconds } from '../../events/text/time-writer.ts';
import { compileField } from './fields.ts';

export const style: TextStyle = {
  id: 'json-lines',
  title: 'one JSON object a line',
  needs: (options) => ({ cycles: options.clock === 'cycles', packets: true }),
  begin: (context) => new JsonLinesWriter(context),
};

const scopeKeys: readonly [Scope, key: string][] = [
  ['payload', 'fields'],
  ['specific-context', 'context'],
  ['common-context', 'streamContext'],
];

interface ClassPrinter {
  readonly name: string;
  readonly cpuAt: (row: number) => number;
  readonly tidAt: ((row: number) => FieldValue | undefined) | undefined;
  readonly pidAt: ((row: number) => FieldValue | undefined) | undefined;
  readonly scopes: readonly { readonly lead: string; readonly print: FieldPrinter }[];
}

class JsonLinesWriter implements TextWriter {
  readonly #context: TextContext;
  readonly #originSeconds: bigint;
  readonly #originNanoseconds: number;
  readonly #classes = new WeakMap<ClassBatch, ClassPrinter>();
  readonly #streams = new WeakMap<EventStream, string>();
  readonly #packets = new WeakMap<StructColumn, FieldPrinter>();

  constructor(context: TextContext) {
    const rest = ((context.originNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    this.#context = context;
    this.#originSeconds = (context.originNs - rest) / 1_000_000_000n;
    this.#originNanoseconds = Number(rest);
  }

  write(batch: EventBatch, position: number, out: ByteWriter): void {
    const classBatch = batch.classes.get(batch.classIndex[position] as number) as ClassBatch;
    const row = batch.row[position] as number;
    const printer = this.#classPrinter(classBatch);
    out.ascii('{"time":');
    this.#writeTime(batch.timeNs[position] as number, out);
    if (this.#context.options.clock === 'cycles' && batch.cycles !== undefined && batch.stream.hasTime) {
      out.ascii(`,"cycles":${batch.cycles[position]}`);
    }
    out.text(printer.name);
    const cpu = printer.cpuAt(row);
    if (cpu >= 0) out.ascii(`,"cpu":${cpu}`);
    const tid = printer.tidAt?.(row);
    if (tid !== undefined) out.ascii(`,"tid":${tid}`);
    const pid = printer.pidAt?.(row);
    if (pid !== undefined) out.ascii(`,"pid":${pid}`);
    out.text(this.#streamText(batch.stream));
    for (const scope of printer.scopes) {
      out.ascii(scope.lead);
      scope.print(row, out);
    }
    this.#writePacketContext(batch, position, out);
    out.ascii('}\n');
  }

  /** Exact in two parts; times before the epoch, where the parts have different signs, through bigint. */
  #writeTime(timeNs: number, out: ByteWriter): void {
    if (Number.isNaN(timeNs)) {
      out.ascii('null');
      return;
    }
    const relative = splitSeconds(timeNs);
    const carry = relative.nanoseconds + this.#originNanoseconds >= 1e9 ? 1 : 0;
    const seconds = Number(this.#originSeconds) + relative.seconds + carry;
    if (seconds <= 0) {
      out.ascii(String(this.#context.originNs + BigInt(timeNs)));
      return;
    }
    out.decimal(seconds);
    out.padded(relative.nanoseconds + this.#originNanoseconds - carry * 1e9, 9);
  }

  #writePacketContext(batch: EventBatch, position: number, out: ByteWriter): void {
    const column = batch.packets?.get('packet-context');
    if (column === undefined) return;
    let print = this.#packets.get(column);
    if (print === undefined) {
      print = compileField(column);
      this.#packets.set(column, print);
    }
    out.ascii(',"packetContext":');
    print(batch.packetRow[position] as number, out);
  }

  #streamText(stream: EventStream): string {
    let text = this.#streams.get(stream);
    if (text === undefined) {
      const trace = this.#context.traces[stream.trace];
      if (trace === undefined)
        throw new Error(`Stream ${stream.index} is of trace ${stream.trace}, which is not opened.`);
      text = `,"trace":${quoted(trace.name)},"stream":${quoted(stream.name)}`;
      this.#streams.set(stream, text);
    }
    return text;
  }

  #classPrinter(batch: ClassBatch): ClassPrinter {
    let printer = this.#classes.get(batch);
    if (printer === undefined) {
      const { eventClass } = batch;
      printer = {
        name: `,"name":${quoted(eventClass.name)}`,
        cpuAt: cpuReader(batch),
        tidAt: recordedReader(batch, eventClass.tid),
        pidAt: recordedReader(batch, eventClass.pid),
        scopes: scopeKeys.flatMap(([scope, key]) => {
          const column = batch.scopes.get(scope);
          return column ? [{ lead: `,"${key}":`, print: compileField(column) }] : [];
        }),
      };
      this.#classes.set(batch, printer);
    }
    return printer;
  }
}
