/** A version 7 file: sections anywhere, found through options (trace-cmd.dat.v7(5)). */
import type { ByteSource } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import type { SourceReader } from '../../tracepoints/source-reader.ts';
import type { SymbolTable, TracingData } from '../../tracepoints/tracing-data.ts';
import { TracingDataBuilder } from '../../tracepoints/tracing-data-builder.ts';
import type { FileHead } from './file-head.ts';
import { cutHint, damagedOptions, textBuffer, unreadableSection } from './health-kinds.ts';
import { noteTracingData } from './note-tracing-data.ts';
import { noOptions, readOptions, type TraceOptions } from './options.ts';
import { recoverBuffers } from './recover-buffers.ts';
import { readContent, readSection, type Section, sectionIds, sectionName, walkSections } from './sections.ts';
import { clockInUse } from './trace-clock.ts';
import type { Note, TraceBuffer, TraceFile } from './trace-file.ts';

/**
 * @param reopen the file, when symbols are asked for
 * @throws TraceError when what describes events cannot be read
 */
export function openVersion7(
  source: ByteSource,
  head: FileHead,
  reopen: () => ByteSource,
  note: Note,
): TraceFile {
  const options = noOptions();
  const isWhole = readOptionChain(source, head, options, note);
  const sections = new FoundSections(source, head, options);
  const tracing = readTracing(source, head, sections, note);
  const buffers = readBuffers(source, head, options, note);
  if (!isWhole) {
    const known = new Set(options.buffers.map((buffer) => buffer.offsetBytes));
    const { traceClock, cpuCount } = options;
    const clockName = clockInUse(traceClock);
    buffers.push(...recoverBuffers({ source, head, tracing, known, clockName, cpuCount }, note));
    if (buffers.length === 0) throw noEvents(source);
  }
  const kallsyms = sections.find(sectionIds.kallsyms, note);
  const symbols = kallsyms === undefined ? tracing.symbols : lazySymbols(reopen, head, kallsyms);
  return { head, tracing: { ...tracing, symbols }, options, buffers };
}

/** @returns false when the chain breaks: what follows is missing */
function readOptionChain(source: ByteSource, head: FileHead, options: TraceOptions, note: Note): boolean {
  let atBytes = head.optionsOffsetBytes;
  let readBytes = 0;
  try {
    while (atBytes !== 0) {
      const section = readSection(source, head, atBytes, sectionIds.options);
      readBytes += section.contentBytes + section.sizeBytes - section.offsetBytes;
      if (readBytes > source.sizeBytes) {
        note(damagedOptions, `byte ${atBytes}`, 'The sections of options lead back to one that was read');
        return false;
      }
      atBytes = readContent(source, head, section, (reader) => readOptions(reader, head, options));
    }
    return true;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    note(damagedOptions, `byte ${atBytes}`, error.message);
    return false;
  }
}

/** Sections by their ids, through the options, or one after the other where options are missing. */
class FoundSections {
  readonly #source: ByteSource;
  readonly #head: FileHead;
  readonly #options: TraceOptions;
  #walked: ReadonlyMap<number, Section> | undefined;

  constructor(source: ByteSource, head: FileHead, options: TraceOptions) {
    this.#source = source;
    this.#head = head;
    this.#options = options;
  }

  /** @throws TraceError when it is not where it should be; undefined when there is none */
  get(id: number): Section | undefined {
    const atBytes = this.#options.sections.get(id);
    return atBytes === undefined ? this.#walk().get(id) : readSection(this.#source, this.#head, atBytes, id);
  }

  /** The same for what can be missed. */
  find(id: number, note: Note): Section | undefined {
    try {
      return this.get(id);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      note(unreadableSection, sectionName(id), error.message);
      return undefined;
    }
  }

  #walk(): ReadonlyMap<number, Section> {
    if (this.#walked !== undefined) return this.#walked;
    const found = new Map<number, Section>();
    for (const section of walkSections(this.#source, this.#head)) {
      if (!found.has(section.id)) found.set(section.id, section);
    }
    this.#walked = found;
    return found;
  }
}

/** @throws TraceError when it is not known how pages and events look */
function readTracing(source: ByteSource, head: FileHead, sections: FoundSections, note: Note): TracingData {
  const builder = new TracingDataBuilder(head, source.name);
  const needed = [
    [sectionIds.headerInfo, (reader: SourceReader) => builder.readHeaderInfo(reader)],
    [sectionIds.ftraceEvents, (reader: SourceReader) => builder.readFtraceFormats(reader)],
    [sectionIds.eventFormats, (reader: SourceReader) => builder.readEventFormats(reader)],
  ] as const;
  for (const [id, read] of needed) {
    const section = sections.get(id);
    if (section !== undefined) readContent(source, head, section, read);
    else if (id === sectionIds.headerInfo) throw missingSection(source, head, id);
  }
  const named = [
    [sectionIds.printk, (reader: SourceReader) => builder.readPrintkFormats(reader)],
    [sectionIds.commandLines, (reader: SourceReader) => builder.readCommandLines(reader)],
  ] as const;
  for (const [id, read] of named) {
    const section = sections.find(id, note);
    try {
      if (section !== undefined) readContent(source, head, section, read);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      note(unreadableSection, sectionName(id), error.message);
    }
  }
  noteTracingData(builder.notes, note);
  return builder.build();
}

function noEvents(source: ByteSource): TraceError {
  return new TraceError({
    code: 'truncated',
    file: source.name,
    place: { unit: 'byte', offset: source.sizeBytes },
    message: `The file ends after ${source.sizeBytes} bytes, before its first event`,
    hint: cutHint,
  });
}

function missingSection(source: ByteSource, head: FileHead, id: number): TraceError {
  const isCut = head.optionsOffsetBytes >= source.sizeBytes;
  return new TraceError({
    code: isCut ? 'truncated' : 'missing-section',
    file: source.name,
    place: { unit: 'byte', offset: source.sizeBytes },
    chain: [sectionName(id)],
    message: isCut
      ? `The file ends after ${source.sizeBytes} bytes, before its options at byte ${head.optionsOffsetBytes}`
      : 'The section that says how pages of the ring buffer look is missing',
  });
}

function readBuffers(source: ByteSource, head: FileHead, options: TraceOptions, note: Note): TraceBuffer[] {
  const buffers: TraceBuffer[] = [];
  for (const buffer of options.buffers) {
    const { name, offsetBytes, pageSizeBytes, cpus } = buffer;
    const shown = name === '' ? 'the top buffer' : `buffer ${name}`;
    if (buffer.isText) {
      note(textBuffer, `byte ${offsetBytes}`, `it is ${shown}`);
      continue;
    }
    try {
      const section = readSection(source, head, offsetBytes, sectionIds.buffer);
      const clockName = clockInUse(buffer.clock === '' ? options.traceClock : buffer.clock);
      buffers.push({ name, clockName, pageSizeBytes, isCompressed: section.isCompressed, cpus });
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      note(damagedOptions, shown, error.message);
    }
  }
  return buffers;
}

/** Names of functions are most of the file's head and rarely asked for: until then they are not even decompressed. */
function lazySymbols(reopen: () => ByteSource, head: FileHead, section: Section): SymbolTable {
  let read: SymbolTable | undefined;
  const table = (): SymbolTable => {
    read ??= readSymbols(reopen, head, section);
    return read;
  };
  return { find: (address) => table().find(address), addressOf: (name) => table().addressOf(name) };
}

function readSymbols(reopen: () => ByteSource, head: FileHead, section: Section): SymbolTable {
  const source = reopen();
  const builder = new TracingDataBuilder(head, source.name);
  try {
    readContent(source, head, section, (reader) => builder.readSymbols(reader));
  } catch (error) {
    // Addresses stay numbers then.
    if (!(error instanceof TraceError)) throw error;
  } finally {
    source.close();
  }
  return builder.build().symbols;
}
