/**
 * A tracepoint as tracefs describes it: `events/<system>/<name>/format` (kernel's kernel/trace/trace_events.c, `f_show`).
 *
 *   name: sched_waking
 *   ID: 317
 *   format:
 *           field:unsigned short common_type;       offset:0;       size:2; signed:0;
 *           …
 *           field:char comm[16];    offset:8;       size:16;        signed:0;
 *
 *   print fmt: "comm=%s pid=%d …", REC->comm, REC->pid, …
 */
import { eventSizeMaxBytes, memberCountMax } from '../bytes/limits.ts';
import { TraceError } from '../bytes/trace-error.ts';
import type { ByteOrder, FieldType, Member, StructType } from '../events/layout.ts';
import { parseFieldDeclaration } from './field-declaration.ts';
import { fieldType, isSignedByName } from './field-type.ts';
import { withRecordedArray } from './ftrace-arrays.ts';

/** One field of a record, at a place of its own. */
export interface TracepointField {
  readonly name: string;
  /** As declared, without the name: `unsigned short`, `__data_loc char[]`. */
  readonly declaredType: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly isSigned: boolean;
  readonly type: FieldType;
}

/** What a `format` file says; its fields are parsed when they are first asked for. */
export interface EventFormat {
  readonly system: string;
  readonly name: string;
  /** `common_type` of its records. */
  readonly id: number;
  /** The fields that every event has (`common_type`, `common_flags`, `common_preempt_count`, `common_pid`). */
  readonly commonFields: readonly TracepointField[];
  readonly fields: readonly TracepointField[];
  /** What follows `print fmt:`, as it is. */
  readonly printFormat: string;
  /** `commonFields` as a structure whose members have offsets; the same object each time. */
  readonly commonContext: StructType;
  /** `fields`, with offsets from the record's beginning too; the same object each time. */
  readonly payload: StructType;
}

/** What of the traced machine decides how its fields are laid out. */
export interface TracedMachine {
  readonly byteOrder: ByteOrder;
  /** Of the kernel's `long`: 4 or 8. */
  readonly longSizeBytes: number;
}

/** Where a format comes from, for messages and for its fields' layout. */
export interface EventFormatOrigin {
  readonly system: string;
  /** As the user knows it: `perf.data`. */
  readonly file: string;
  readonly machine: TracedMachine;
}

/** `common_type` is 16 bits wide. */
const idMax = 0xffff;
const quotedMax = 40;

/**
 * Reads a `format` file: its name and id at once, its fields when they are first asked for, which throws then where they are wrong.
 * @throws TraceError `event-format`, with line and column within the format's text
 */
export function parseEventFormat(text: string, origin: EventFormatOrigin): EventFormat {
  return new ParsedFormat(text, origin);
}

interface ParsedFields {
  readonly common: readonly TracepointField[];
  readonly own: readonly TracepointField[];
}

class ParsedFormat implements EventFormat {
  readonly system: string;
  readonly name: string;
  readonly id: number;
  readonly #text: string;
  readonly #origin: EventFormatOrigin;
  #fields: ParsedFields | undefined;
  #commonContext: StructType | undefined;
  #payload: StructType | undefined;

  constructor(text: string, origin: EventFormatOrigin) {
    this.system = origin.system;
    this.#text = text;
    this.#origin = origin;
    const name = headLine(text, 'name:');
    if (name === undefined || name.value === '') {
      throw formatError({ text, origin, name: undefined }, 0, 'Expected a line "name:" with a name.');
    }
    this.name = name.value;
    const id = headLine(text, 'ID:');
    if (id === undefined) throw this.#error(0, 'Expected a line "ID:" with a number.');
    if (!/^[0-9]{1,5}$/.test(id.value) || Number(id.value) > idMax) {
      throw this.#error(id.at, `Expected an id of 0 to ${idMax}, found ${quoted(id.value)}.`);
    }
    this.id = Number(id.value);
  }

  get commonFields(): readonly TracepointField[] {
    return this.#parsed().common;
  }

  get fields(): readonly TracepointField[] {
    return this.#parsed().own;
  }

  get printFormat(): string {
    const at = printFormatAt(this.#text);
    if (at === undefined) return '';
    const start = skipSpaces(this.#text, at + printFormatMark.length);
    let end = this.#text.length;
    while (end > start && this.#text.charCodeAt(end - 1) <= 0x20) end--;
    return this.#text.slice(start, end);
  }

  get commonContext(): StructType {
    this.#commonContext ??= structure(this.commonFields);
    return this.#commonContext;
  }

  get payload(): StructType {
    this.#payload ??= structure(this.fields);
    return this.#payload;
  }

  #parsed(): ParsedFields {
    this.#fields ??= this.#parseFields();
    return this.#fields;
  }

  #parseFields(): ParsedFields {
    const common: TracepointField[] = [];
    const own: TracepointField[] = [];
    const places = new Map<TracepointField, number>();
    const names = new Map<string, number>();
    for (const at of fieldLines(this.#text)) {
      if (places.size === memberCountMax)
        throw this.#error(at, `There are more than ${memberCountMax} fields.`);
      const field = withOwnName(this.#parseField(at), names);
      places.set(field, at);
      // What all events share comes first, by kernels old and new with fields of different names that begin so.
      const isCommon = own.length === 0 && field.name.startsWith('common_');
      (isCommon ? common : own).push(field);
    }
    this.#checkPlaces(places);
    return { common, own: this.system === 'ftrace' ? withRecordedArray(this.name, own) : own };
  }

  #parseField(at: number): TracepointField {
    const end = endOfLine(this.#text, at);
    const parts = this.#text.slice(at, end).split(';');
    const written = parts[0]!.slice(parts[0]!.indexOf(':') + 1);
    const declaration = parseFieldDeclaration(written);
    if (declaration === undefined) {
      throw this.#error(at, `Expected a type and a name, found ${quoted(written)}.`);
    }
    const attributes = attributesOf(parts);
    const offsetBytes = this.#count(at, declaration.name, 'offset', attributes.get('offset'));
    const sizeBytes = this.#count(at, declaration.name, 'size', attributes.get('size'));
    const sign = attributes.get('signed');
    const isSigned = sign === undefined ? isSignedByName(declaration) : sign !== '0';
    const type = fieldType(declaration, { sizeBytes, isSigned }, this.#origin.machine);
    if (type === undefined) {
      throw this.#error(
        at,
        `Field ${quoted(declaration.name)} says where its bytes are: expected a size of 4, found ${sizeBytes}.`,
      );
    }
    return {
      name: declaration.name,
      declaredType: declaration.declaredType,
      offsetBytes,
      sizeBytes,
      isSigned,
      type,
    };
  }

  #count(at: number, field: string, name: string, value: string | undefined): number {
    if (value === undefined) throw this.#error(at, `Field ${quoted(field)} has no "${name}:".`);
    if (!/^[0-9]{1,9}$/.test(value) || Number(value) > eventSizeMaxBytes) {
      throw this.#error(
        at,
        `Field ${quoted(field)}: expected "${name}:" with 0 to ${eventSizeMaxBytes}, found ${quoted(value)}.`,
      );
    }
    return Number(value);
  }

  /** Each byte is in one field. */
  #checkPlaces(places: ReadonlyMap<TracepointField, number>): void {
    let before: TracepointField | undefined;
    for (const field of inOrder([...places.keys()])) {
      if (before !== undefined && field.offsetBytes < endOf(before)) {
        throw this.#error(
          places.get(field) ?? 0,
          `Field ${quoted(field.name)} begins at byte ${field.offsetBytes}, within ${quoted(before.name)}, which ends at byte ${endOf(before)}.`,
        );
      }
      before = field;
    }
  }

  #error(at: number, message: string): TraceError {
    return formatError({ text: this.#text, origin: this.#origin, name: this.name }, at, message);
  }
}

const printFormatMark = 'print fmt:';

/** Of two fields of one name (`regmap:regcache_sync` has `__data_loc char[] type` and `int type`) the second becomes `type_2`. */
function withOwnName(field: TracepointField, names: Map<string, number>): TracepointField {
  let count = names.get(field.name) ?? 0;
  let name = field.name;
  for (; names.has(name); name = `${field.name}_${count}`) count++;
  if (name !== field.name) names.set(field.name, count);
  names.set(name, 1);
  return name === field.name ? field : { ...field, name };
}

function structure(fields: readonly TracepointField[]): StructType {
  const members = inOrder(fields).map(
    ({ name, type, offsetBytes }): Member => ({ name, type, offsetBits: offsetBytes * 8 }),
  );
  return { kind: 'struct', alignmentBits: 8, members };
}

function inOrder(fields: readonly TracepointField[]): readonly TracepointField[] {
  return fields.toSorted((a, b) => a.offsetBytes - b.offsetBytes);
}

function endOf({ offsetBytes, sizeBytes }: TracepointField): number {
  return offsetBytes + sizeBytes;
}

/** `offset:8;\tsize:2;` → `offset` → `8`. */
function attributesOf(parts: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of parts.slice(1)) {
    const colon = part.indexOf(':');
    if (colon >= 0) found.set(part.slice(0, colon).trim(), part.slice(colon + 1).trim());
  }
  return found;
}

/** The value of a line before the fields that begins with a word. */
function headLine(text: string, word: string): { readonly value: string; readonly at: number } | undefined {
  for (let at = 0; at < text.length; at = endOfLine(text, at) + 1) {
    if (text.startsWith('format:', at)) return undefined;
    if (text.startsWith(word, at))
      return { value: text.slice(at + word.length, endOfLine(text, at)).trim(), at };
  }
  return undefined;
}

/** Where the fields' lines begin, behind their indentation. `field special:` is what kernels before 2.6.32 wrote for some. */
function* fieldLines(text: string): Generator<number> {
  const end = printFormatAt(text) ?? text.length;
  for (let at = 0; at < end; at = endOfLine(text, at) + 1) {
    const word = skipSpaces(text, at);
    if (text.startsWith('field:', word) || text.startsWith('field special:', word)) yield word;
  }
}

function printFormatAt(text: string): number | undefined {
  if (text.startsWith(printFormatMark)) return 0;
  const at = text.indexOf(`\n${printFormatMark}`);
  return at < 0 ? undefined : at + 1;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > quotedMax ? `${text.slice(0, quotedMax)}…` : text);
}

function formatError(
  parsed: { readonly text: string; readonly origin: EventFormatOrigin; readonly name: string | undefined },
  at: number,
  message: string,
): TraceError {
  const { text, origin, name } = parsed;
  const before = text.slice(0, at).split('\n');
  return new TraceError({
    code: 'event-format',
    file: origin.file,
    place: { unit: 'line', line: before.length, column: before.at(-1)!.length + 1 },
    chain: [name === undefined ? `an event of system ${origin.system}` : `event ${origin.system}:${name}`],
    message,
  });
}
