/**
 * The own style: one line an event, short enough for a terminal, safe to show whatever a trace contains.
 *
 *   21:20:03.923426858   +14.7us [2]  lemon_server/589 syscall_entry_openat dfd=-100 filename="/etc" | vpid=588
 *   time                 since   CPU  process/thread   name                 payload                    contexts
 *                        the last
 *                        event
 *
 * CPU, process and thread are shown where each event records them; they do not appear again among its fields. The return
 * value of a system call that failed is followed by the error's name: `ret=-2 (ENOENT)`.
 */
import type { ClassBatch, EventBatch } from '../../events/batch.ts';
import { columnAt } from '../../events/batch.ts';
import { textAt } from '../../events/columns.ts';
import type { Scope } from '../../events/layout.ts';
import type { EventClass, FieldSource } from '../../events/reader.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import type { FieldPrinter } from '../../events/text/field-printer.ts';
import { cpuReader, recordedReader } from '../../events/text/recorded.ts';
import { safeName } from '../../events/text/safe-text.ts';
import type { TextContext, TextStyle, TextWriter } from '../../events/text/style.ts';
import { TimeWriter } from '../../events/text/time-writer.ts';
import { errorName, isError } from '../../vocabulary/syscall-names.ts';
import { compileMembers, type FieldNote } from './fields.ts';

export const style: TextStyle = {
  id: 'own',
  title: 'compact lines for reading',
  needs: (options) => ({ cycles: options.clock === 'cycles', packets: false }),
  begin: (context) => new OwnWriter(context),
};

const contextScopes: readonly Scope[] = ['common-context', 'specific-context'];
/** How tracers call the process's name in a context: LTTng, then others. */
const processNames: readonly string[] = ['procname', 'comm'];

interface ClassPrinter {
  readonly cpuAt: (row: number) => number;
  /** `lemon_server/589 `, `lemon_server `, `tid=589 `, or nothing. */
  readonly writeTask: FieldPrinter | undefined;
  readonly name: string;
  readonly payload: FieldPrinter | undefined;
  readonly contexts: readonly FieldPrinter[];
}

class OwnWriter implements TextWriter {
  readonly #context: TextContext;
  readonly #time: TimeWriter;
  readonly #classes = new WeakMap<ClassBatch, ClassPrinter>();
  #lastTimeNs = Number.NaN;

  constructor(context: TextContext) {
    const { clock, gmt, date } = context.options;
    this.#context = context;
    this.#time = new TimeWriter(context.originNs, {
      clock: clock === 'seconds' ? 'seconds' : 'time',
      gmt,
      date,
    });
  }

  write(batch: EventBatch, position: number, out: ByteWriter): void {
    const classBatch = batch.classes.get(batch.classIndex[position] as number) as ClassBatch;
    const row = batch.row[position] as number;
    let printer = this.#classes.get(classBatch);
    if (printer === undefined) {
      printer = makeClassPrinter(classBatch);
      this.#classes.set(classBatch, printer);
    }
    this.#writeTime(batch, position, out);
    const cpu = printer.cpuAt(row);
    if (cpu >= 0) out.ascii(`[${cpu}] `.padEnd(5));
    printer.writeTask?.(row, out);
    out.text(printer.name);
    if (printer.payload !== undefined) out.ascii(' ');
    printer.payload?.(row, out);
    if (printer.contexts.length > 0) out.ascii(' |');
    for (const print of printer.contexts) {
      out.ascii(' ');
      print(row, out);
    }
    out.ascii('\n');
  }

  #writeTime(batch: EventBatch, position: number, out: ByteWriter): void {
    const timeNs = batch.timeNs[position] as number;
    if (Number.isNaN(timeNs)) return;
    const { clock, delta } = this.#context.options;
    const cycles = clock === 'cycles' ? batch.cycles?.[position] : undefined;
    if (cycles === undefined) this.#time.write(timeNs, out);
    else out.ascii(String(cycles));
    out.ascii(' ');
    if (delta) out.ascii(`${shortDelta(timeNs - this.#lastTimeNs).padStart(9)} `);
    this.#lastTimeNs = timeNs;
  }
}

/** Four digits at most before the unit, cut off and not rounded: `+14.7us`. */
function shortDelta(deltaNs: number): string {
  if (Number.isNaN(deltaNs)) return '+?';
  const sign = deltaNs < 0 ? '-' : '+';
  const size = Math.abs(deltaNs);
  if (size < 1e3) return `${sign}${size}ns`;
  const [scale, unit] = size < 1e6 ? [1e3, 'us'] : size < 1e9 ? [1e6, 'ms'] : [1e9, 's'];
  const tenths = Math.floor(size / (scale / 10));
  return `${sign}${Math.floor(tenths / 10)}.${tenths % 10}${unit}`;
}

function makeClassPrinter(batch: ClassBatch): ClassPrinter {
  const { eventClass } = batch;
  const process = findProcessName(batch);
  const shownBefore = [eventClass.cpu, eventClass.tid, process];
  const members = (scope: Scope): FieldPrinter | undefined => {
    const column = batch.scopes.get(scope);
    const shown = new Set<string>();
    for (const source of shownBefore) if (source !== undefined) addShown(source, scope, shown);
    return column && compileMembers(column, shown, notesOf(eventClass, scope));
  };
  return {
    cpuAt: cpuReader(batch),
    writeTask: taskWriter(batch, process),
    name: safeName(eventClass.name || '(no name)'),
    payload: members('payload'),
    contexts: contextScopes.map(members).filter((print) => print !== undefined),
  };
}

/** The return value of a system call that failed is explained: `ret=-2 (ENOENT)`. */
function notesOf(eventClass: EventClass, scope: Scope): ReadonlyMap<string, FieldNote> {
  const source =
    eventClass.canonical?.name === 'syscall_exit' ? eventClass.canonical.fields.get('ret') : undefined;
  if (source?.kind !== 'field' || source.field.scope !== scope || source.field.path.length !== 1)
    return new Map();
  const name = source.field.path[0] as string;
  return new Map([[name, (value) => (isError(Number(value)) ? errorName(Number(value)) : undefined)]]);
}

function addShown(source: FieldSource, scope: Scope, shown: Set<string>): void {
  const [name, ...below] = source.kind === 'field' && source.field.scope === scope ? source.field.path : [];
  if (name !== undefined && below.length === 0) shown.add(name);
}

function findProcessName(batch: ClassBatch): (FieldSource & { kind: 'field' }) | undefined {
  for (const scope of contextScopes) {
    for (const name of processNames) {
      const column = columnAt(batch.scopes.get(scope), [name]);
      if (column?.kind === 'text')
        return { kind: 'field', field: { scope, path: [name] }, type: column.type };
    }
  }
  return undefined;
}

function taskWriter(
  batch: ClassBatch,
  process: (FieldSource & { kind: 'field' }) | undefined,
): FieldPrinter | undefined {
  const tidAt = recordedReader(batch, batch.eventClass.tid);
  const column = process && columnAt(batch.scopes.get(process.field.scope), process.field.path);
  if (column?.kind === 'text') {
    return (row, out) => {
      out.text(safeName(textAt(column, row)));
      out.ascii(tidAt === undefined ? ' ' : `/${tidAt(row)} `);
    };
  }
  return tidAt && ((row, out) => out.ascii(`tid=${tidAt(row)} `));
}
