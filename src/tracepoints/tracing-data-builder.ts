/**
 * Puts tracing data together from its parts. Each `read…` reads one part where the reader stands; what it finds before an error is kept.
 */
import { eventClassCountMax, metadataSizeMaxBytes } from '../bytes/limits.ts';
import { TraceError } from '../bytes/trace-error.ts';
import { type EventFormat, parseEventFormat, type TracedMachine } from './event-format.ts';
import { type PageLayout, parseHeaderPage, usualPageLayout } from './page-layout.ts';
import { parseCommandLines, parsePrintkFormats } from './recorded-names.ts';
import type { SourceReader } from './source-reader.ts';
import { makeSymbolTable, noSymbols, type SymbolTable } from './symbol-table.ts';
import type { InitialFormat, TracingData, TracingDataNote } from './tracing-data.ts';

/** System of the formats that belong to ftrace itself. */
const ftraceSystem = 'ftrace';
const systemNameMaxBytes = 4096;
/** Each format is preceded by its size. */
const formatMinBytes = 8;
/** A system is a name, which may be empty, and a count. */
const systemMinBytes = 5;
/** A file whose every format is broken is not described one by one. */
const noteCountMax = 100;
const decoder = new TextDecoder();

export class TracingDataBuilder {
  readonly #initial: InitialFormat;
  readonly #file: string;
  readonly #notes: TracingDataNote[] = [];
  readonly #formats = new Map<number, EventFormat>();
  #pageLayout: PageLayout;
  #symbols: SymbolTable = noSymbols;
  #printkFormats: ReadonlyMap<bigint, string> = new Map();
  #commandLines: ReadonlyMap<number, string> = new Map();

  /** @param file as messages name it */
  constructor(initial: InitialFormat, file: string) {
    this.#initial = initial;
    this.#file = file;
    this.#pageLayout = usualPageLayout(initial.userLongSizeBytes, initial.pageSizeBytes);
  }

  get notes(): readonly TracingDataNote[] {
    return this.#notes;
  }

  /** The traced kernel, as far as it is known: its `long` is known once the page's layout is read. */
  get machine(): TracedMachine {
    return { byteOrder: this.#initial.byteOrder, longSizeBytes: this.#pageLayout.commitSizeBytes };
  }

  /** `header_page`, which says how pages are laid out and how long the kernel's `long` is, and `header_event`: before any formats. */
  readHeaderInfo(reader: SourceReader): void {
    const text = this.#readNamed(reader, 'header_page');
    const layout = parseHeaderPage(text);
    if (layout !== undefined) this.#pageLayout = layout;
    else
      this.#add(
        'part',
        reader.offsetBytes,
        'header_page does not say where time, commit and data of a page are.',
      );
    this.#readNamed(reader, 'header_event');
  }

  readFtraceFormats(reader: SourceReader): void {
    this.#readFormats(reader, ftraceSystem);
  }

  readEventFormats(reader: SourceReader): void {
    const count = reader.u32('count of event systems');
    checkCount(reader, { count, minBytes: systemMinBytes, what: 'event systems' });
    for (let index = 0; index < count; index++) {
      this.#readFormats(reader, reader.nulText(systemNameMaxBytes, 'a name of an event system'));
    }
  }

  /** `kallsyms`. */
  readSymbols(reader: SourceReader): void {
    const bytes = readSized(reader, reader.u32('size of kallsyms'), 'kallsyms');
    if (bytes.length > 0) this.#symbols = makeSymbolTable(bytes);
  }

  readPrintkFormats(reader: SourceReader): void {
    const bytes = readSized(reader, reader.u32('size of printk formats'), 'printk formats');
    this.#printkFormats = parsePrintkFormats(decoder.decode(bytes));
  }

  readCommandLines(reader: SourceReader): void {
    const bytes = readSized(reader, reader.u64('size of command lines'), 'command lines');
    this.#commandLines = parseCommandLines(decoder.decode(bytes));
  }

  /** Notes an error with which reading of a part ended. */
  note(kind: TracingDataNote['kind'], error: TraceError): void {
    const { place } = error;
    const where = place.unit === 'byte' ? '' : ` (${[error.file, ...error.chain].join(', ')})`;
    this.#add(kind, place.unit === 'byte' ? place.offset : 0, `${error.reason}${where}`);
  }

  build(): TracingData {
    return {
      version: this.#initial.version,
      pageSizeBytes: this.#initial.pageSizeBytes,
      pageLayout: this.#pageLayout,
      ...this.machine,
      formats: this.#formats,
      symbols: this.#symbols,
      printkFormats: this.#printkFormats,
      commandLines: this.#commandLines,
    };
  }

  #readFormats(reader: SourceReader, system: string): void {
    const what = `formats of system ${system}`;
    const count = reader.u32(`count of ${what}`);
    checkCount(reader, { count, minBytes: formatMinBytes, what });
    const origin = { system, file: this.#file, machine: this.machine };
    for (let index = 0; index < count; index++) {
      const size = sizeWithin(reader, reader.u64(`size of ${what}`), what);
      const at = reader.offsetBytes;
      const text = reader.text(size, what);
      try {
        this.#addFormat(parseEventFormat(text, origin), at);
      } catch (error) {
        if (!(error instanceof TraceError)) throw error;
        this.#add('format', at, `${error.reason} (format ${index + 1} of system ${system})`);
      }
    }
  }

  #addFormat(format: EventFormat, at: number): void {
    const other = this.#formats.get(format.id);
    if (other === undefined) {
      this.#formats.set(format.id, format);
      return;
    }
    // A recording by several instances may bring a format twice.
    if (other.system === format.system && other.name === format.name) return;
    const names = `${other.system}:${other.name} and ${format.system}:${format.name}`;
    this.#add('format', at, `${names} have the same id ${format.id}: the first is taken.`);
  }

  #readNamed(reader: SourceReader, name: string): string {
    const found = reader.nulText(name.length + 1, `the word ${name}`);
    if (found !== name) {
      throw reader.error('tracing-data', `Expected the word ${name}, found ${JSON.stringify(found)}.`);
    }
    return reader.text(sizeWithin(reader, reader.u64(`size of ${name}`), name), name);
  }

  #add(kind: TracingDataNote['kind'], offsetBytes: number, detail: string): void {
    if (this.#notes.length < noteCountMax || kind === 'cut') this.#notes.push({ kind, offsetBytes, detail });
  }
}

function readSized(reader: SourceReader, size: number | bigint, what: string): Uint8Array {
  return reader.bytes(sizeWithin(reader, size, what), what);
}

function sizeWithin(reader: SourceReader, size: number | bigint, what: string): number {
  if (size > reader.remainingBytes) {
    throw reader.error('truncated', `Expected ${size} bytes of ${what}, found ${reader.remainingBytes}.`);
  }
  if (size > metadataSizeMaxBytes) {
    throw reader.error(
      'tracing-data',
      `${size} bytes of ${what} are more than the ${metadataSizeMaxBytes} that are read.`,
    );
  }
  return Number(size);
}

function checkCount(
  reader: SourceReader,
  { count, minBytes, what }: { readonly count: number; readonly minBytes: number; readonly what: string },
): void {
  if (count * minBytes > reader.remainingBytes) {
    throw reader.error('truncated', `Expected ${count} ${what}, found ${reader.remainingBytes} bytes.`);
  }
  if (count > eventClassCountMax) {
    throw reader.error(
      'tracing-data',
      `${count} ${what} are more than the ${eventClassCountMax} that are read.`,
    );
  }
}
