/**
 * Events as `babeltrace2 convert` prints them, byte for byte, with its options `--names`, `--fields`, `--no-delta`,
 * `--clock-seconds`, `--clock-gmt`, `--clock-date` and `--clock-cycles`. Its colours are not imitated.
 *
 *   [21:20:03.923426858] (+?.?????????) host app:event: { cpu_id = 2 }, { vpid = 15062 }, { procname = "sample" }
 *    time                 delta         fields  name    packet context   common context    payload
 */
import type { ClassBatch, EventBatch } from '../../events/batch.ts';
import type { StructColumn } from '../../events/columns.ts';
import type { Scope } from '../../events/layout.ts';
import type { EventStream } from '../../events/reader.ts';
import { ByteWriter } from '../../events/text/byte-writer.ts';
import type { LineStyle } from '../../events/text/compiled/line-style.ts';
import { CompiledRunWriter } from '../../events/text/compiled/run-writer.ts';
import type {
  FieldKind,
  NameKind,
  RunWriter,
  TextContext,
  TextStyle,
  TextWriter,
} from '../../events/text/style.ts';
import { TimeWriter, writeDelta } from '../../events/text/time-writer.ts';
import { byteEscapes, compileScope, type FieldPrinter } from './fields.ts';
import { headerAfterTime } from './header.ts';
import { literal, scopePieces } from './pieces.ts';

const encoder = new TextEncoder();

export const style: TextStyle = {
  id: 'babeltrace',
  title: 'as babeltrace2 prints events',
  needs: (options) => ({ cycles: options.clock === 'cycles', packets: true }),
  begin: (context) => new BabeltraceWriter(context),
};

const defaultNames: ReadonlySet<NameKind> = new Set(['payload', 'context']);
const defaultFields: ReadonlySet<FieldKind> = new Set(['trace:hostname', 'trace:procname', 'trace:vpid']);

const scopeTitles: readonly [Scope, title: string][] = [
  ['common-context', 'stream.event.context'],
  ['specific-context', 'event.context'],
  ['payload', 'event.fields'],
];

/** Members of a packet context that say how packets are laid out (CTF 1.8 §5.2): a reader's matter, not shown. */
const packetLayoutFields: ReadonlySet<string> = new Set([
  'timestamp_begin',
  'timestamp_end',
  'events_discarded',
  'packet_seq_num',
  'packet_size',
  'content_size',
]);

/** What is printed of all records of a class in the same way. */
interface ClassPrinter {
  readonly headerWithTime: Uint8Array;
  readonly headerWithoutTime: Uint8Array;
  readonly scopes: readonly { readonly title: string; readonly print: FieldPrinter }[];
}

class BabeltraceWriter implements TextWriter {
  readonly #context: TextContext;
  readonly runs?: RunWriter;
  readonly #names: ReadonlySet<NameKind>;
  readonly #time: TimeWriter;
  readonly #classes = new WeakMap<ClassBatch, ClassPrinter>();
  readonly #packets = new WeakMap<StructColumn, FieldPrinter | 'nothing'>();
  lastTimeNs = Number.NaN;
  #lastCycles: bigint | undefined;

  constructor(context: TextContext) {
    const { gmt, date, clock, names } = context.options;
    this.#context = context;
    this.#names = names ?? defaultNames;
    this.#time = new TimeWriter(context.originNs, {
      clock: clock === 'seconds' ? 'seconds' : 'time',
      gmt,
      date,
    });
    if (clock !== 'cycles') this.runs = new CompiledRunWriter(this.#lineStyle());
  }

  write(batch: EventBatch, position: number, out: ByteWriter): void {
    const classBatch = batch.classes.get(batch.classIndex[position] as number) as ClassBatch;
    const row = batch.row[position] as number;
    const printer = this.#classPrinter(classBatch, batch.stream);
    const timeNs = batch.timeNs[position] as number;
    const hasTime = !Number.isNaN(timeNs);
    if (hasTime) this.#writeTimestamp(batch, position, timeNs, out);
    out.bytes(hasTime ? printer.headerWithTime : printer.headerWithoutTime);
    let isFirst = !this.#writePacketContext(batch, batch.packetRow[position] as number, out);
    for (const scope of printer.scopes) {
      if (!isFirst) out.ascii(', ');
      isFirst = false;
      out.ascii(scope.title);
      scope.print(row, out);
    }
    out.ascii('\n');
  }

  #lineStyle(): LineStyle {
    const withNames = this.#names.has('header');
    const before = withNames ? ', delta = +' : '(+';
    const separator = encoder.encode(', ');
    return {
      generatedCountMin: this.#context.generatedCountMin,
      escapes: byteEscapes,
      time: {
        headLengthMax: withNames || this.#context.options.date ? 32 : 16,
        afterTime: withNames ? '' : '] ',
        delta: this.#context.options.delta ? { before, after: withNames ? '' : ') ' } : undefined,
      },
      head: (timeNs) => {
        const second = this.#time.second(timeNs);
        if (second === undefined) return undefined;
        const lead = encoder.encode(withNames ? 'timestamp = ' : '[');
        return { text: Uint8Array.of(...lead, ...second.text), beginNs: second.beginNs };
      },
      pieces: (batch, stream) => {
        const scopes = this.#scopesOf(batch).flatMap(({ column, title, withNames: isNamed }) => {
          const pieces = scopePieces(column, isNamed);
          return pieces === undefined ? [] : [[literal(title), ...pieces]];
        });
        const header = encoder.encode(this.#headerOf(batch, stream, true));
        const after = scopes.length === 0 ? new Uint8Array(0) : separator;
        return [
          { kind: 'literal', bytes: header },
          { kind: 'packet', after },
          ...scopes.flatMap((pieces, index) => (index === 0 ? pieces : [literal(', '), ...pieces])),
          literal('\n'),
        ];
      },
      packetText: (batch, packetRow) => {
        const out = new ByteWriter();
        this.#writePacketContext(batch, packetRow, out);
        return out.take();
      },
      single: this,
    };
  }

  #writeTimestamp(batch: EventBatch, position: number, timeNs: number, out: ByteWriter): void {
    const withNames = this.#names.has('header');
    const cycles = this.#context.options.clock === 'cycles' ? batch.cycles?.[position] : undefined;
    out.ascii(withNames ? 'timestamp = ' : '[');
    if (cycles === undefined) this.#time.write(timeNs, out);
    else out.ascii(String(cycles).padStart(20, '0'));
    if (!withNames) out.ascii('] ');
    if (this.#context.options.delta) {
      out.ascii(withNames ? ', delta = +' : '(+');
      if (cycles === undefined) this.#writeDelta(timeNs, out);
      else this.#writeCycleDelta(cycles, out);
      if (!withNames) out.ascii(') ');
    }
    this.lastTimeNs = timeNs;
    this.#lastCycles = cycles;
  }

  /** The difference is unsigned: one that goes back wraps around at 2^64, as in babeltrace2. */
  #writeDelta(timeNs: number, out: ByteWriter): void {
    const delta = timeNs - this.lastTimeNs;
    if (Number.isNaN(delta)) out.ascii('?.?????????');
    else if (delta >= 0) writeDelta(delta, out);
    else {
      const wrapped = BigInt.asUintN(64, BigInt(delta));
      out.ascii(`${wrapped / 1_000_000_000n}.${String(wrapped % 1_000_000_000n).padStart(9, '0')}`);
    }
  }

  #writeCycleDelta(cycles: bigint, out: ByteWriter): void {
    const last = this.#lastCycles;
    if (last === undefined) out.ascii('????????????');
    else out.ascii(String(BigInt.asUintN(64, cycles - last)).padStart(12, '0'));
  }

  #writePacketContext(batch: EventBatch, packetRow: number, out: ByteWriter): boolean {
    const column = batch.packets?.get('packet-context');
    if (column === undefined) return false;
    let print = this.#packets.get(column);
    if (print === undefined) {
      print = compileScope(column, this.#names.has('context'), packetLayoutFields) ?? 'nothing';
      this.#packets.set(column, print);
    }
    if (print === 'nothing') return false;
    if (this.#names.has('scope')) out.ascii('stream.packet.context = ');
    print(packetRow, out);
    return true;
  }

  #classPrinter(batch: ClassBatch, stream: EventStream): ClassPrinter {
    let printer = this.#classes.get(batch);
    if (printer === undefined) {
      printer = this.#makeClassPrinter(batch, stream);
      this.#classes.set(batch, printer);
    }
    return printer;
  }

  #makeClassPrinter(batch: ClassBatch, stream: EventStream): ClassPrinter {
    const scopes = this.#scopesOf(batch).flatMap(({ column, title, withNames }) => {
      const print = compileScope(column, withNames);
      return print ? [{ title, print }] : [];
    });
    return {
      headerWithTime: encoder.encode(this.#headerOf(batch, stream, true)),
      headerWithoutTime: encoder.encode(this.#headerOf(batch, stream, false)),
      scopes,
    };
  }

  #headerOf(batch: ClassBatch, stream: EventStream, hasTime: boolean): string {
    const trace = this.#context.traces[stream.trace];
    if (trace === undefined)
      throw new Error(`Stream ${stream.index} is of trace ${stream.trace}, which is not opened.`);
    const fields = this.#context.options.fields ?? defaultFields;
    return headerAfterTime(trace, batch.eventClass, fields, this.#names.has('header'), hasTime);
  }

  /** The scopes that records of a class have. */
  #scopesOf(batch: ClassBatch): readonly { column: StructColumn; title: string; withNames: boolean }[] {
    return scopeTitles.flatMap(([scope, title]) => {
      const column = batch.scopes.get(scope);
      if (column === undefined) return [];
      const withNames = this.#names.has(scope === 'payload' ? 'payload' : 'context');
      return [{ column, title: this.#names.has('scope') ? `${title} = ` : '', withNames }];
    });
  }
}
