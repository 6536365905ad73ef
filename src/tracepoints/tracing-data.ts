/**
 * What describes the tracepoints of a recording, as perf.data (`HEADER_TRACING_DATA`) and trace.dat (version 6: its beginning) have it
 * (linux tools/perf/util/trace-event-read.c; trace-cmd.dat.v6.5).
 *
 *   17 08 44 "tracing" │ version\0 │ endian u8 │ long size u8 │ page size u32 │ "header_page"\0 size u64 text │ "header_event"\0 size u64 text
 *   │ ftrace formats: count u32, {size u64, text} │ event systems: count u32, {name\0, count u32, {size u64, text}}
 *   │ kallsyms: size u32, text │ printk formats: size u32, text │ saved command lines: size u64, text (version 0.6)
 *
 * trace.dat 7 has each of these parts in a section of its own: `TracingDataBuilder` reads them one by one, in any order but the first.
 */
import type { ByteSource } from '../bytes/source.ts';
import { TraceError } from '../bytes/trace-error.ts';
import type { ByteOrder } from '../events/layout.ts';
import type { EventFormat, TracedMachine } from './event-format.ts';
import type { PageLayout } from './page-layout.ts';
import { SourceReader } from './source-reader.ts';
import type { SymbolTable } from './symbol-table.ts';
import { TracingDataBuilder } from './tracing-data-builder.ts';

export type { SymbolTable } from './symbol-table.ts';

/** Tracepoints of one recording. */
export interface TracingData extends TracedMachine {
  /** `0.5`, `0.6`, `6`, `7`. */
  readonly version: string;
  readonly pageSizeBytes: number;
  readonly pageLayout: PageLayout;
  /** By `common_type`; those of ftrace itself (`ftrace:function`, `ftrace:print`, …) too. */
  readonly formats: ReadonlyMap<number, EventFormat>;
  /** Address → symbol, for `%pS` and function traces; parsed when first asked for. */
  readonly symbols: SymbolTable;
  /** Address of a format string in the kernel → its text (`printk_formats`). */
  readonly printkFormats: ReadonlyMap<bigint, string>;
  /** tid → comm. */
  readonly commandLines: ReadonlyMap<number, string>;
}

/** Something that could not be read and was left out. */
export interface TracingDataNote {
  /** `cut`: what follows is missing too. `format`: one tracepoint. `part`: one part, such as the page's layout. */
  readonly kind: 'cut' | 'format' | 'part';
  /** In the file, or in what was unpacked of it. */
  readonly offsetBytes: number;
  /** One sentence. */
  readonly detail: string;
}

export interface ReadTracingData {
  readonly data: TracingData;
  /** Behind the last part that was read. */
  readonly endBytes: number;
  /** In the order of the file; empty when all is well. */
  readonly notes: readonly TracingDataNote[];
}

/** What stands before the first part. */
export interface InitialFormat {
  readonly version: string;
  readonly byteOrder: ByteOrder;
  /** Of user space; the kernel's may be another. */
  readonly userLongSizeBytes: number;
  readonly pageSizeBytes: number;
}

export const tracingDataMagic: readonly number[] = [0x17, 0x08, 0x44, ...new TextEncoder().encode('tracing')];
const versionSizeMaxBytes = 16;
const pageSizeMaxBytes = 1 << 30;

/**
 * Reads tracing data of versions 0.5, 0.6 and 6. What is cut off or damaged is noted, and what was read before it is kept.
 * @param sizeBytes of the part of the file that it is in; undefined where the file does not say it
 * @param file as messages name it
 * @throws TraceError when it does not begin as tracing data does
 */
export function readTracingData(
  source: ByteSource,
  offsetBytes: number,
  sizeBytes: number | undefined,
  file: string = source.name,
): ReadTracingData {
  const reader = new SourceReader(source, offsetBytes, sizeBytes, file);
  const initial = readInitialFormat(reader);
  const builder = new TracingDataBuilder(initial, file);
  try {
    builder.readHeaderInfo(reader);
    builder.readFtraceFormats(reader);
    builder.readEventFormats(reader);
    builder.readSymbols(reader);
    builder.readPrintkFormats(reader);
    // Version 6 of trace.dat has them too.
    if (Number.parseFloat(initial.version) >= 0.6) builder.readCommandLines(reader);
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    builder.note('cut', error);
  }
  return { data: builder.build(), endBytes: reader.offsetBytes, notes: builder.notes };
}

/** Reads up to the page size, and has the reader read numbers as the file has them from then on. */
export function readInitialFormat(reader: SourceReader): InitialFormat {
  const start = reader.offsetBytes;
  const magic = reader.bytes(Math.min(tracingDataMagic.length, reader.remainingBytes), 'magic bytes');
  if (tracingDataMagic.some((byte, index) => magic[index] !== byte)) {
    throw new TraceError({
      code: 'tracing-data',
      file: reader.file,
      place: { unit: 'byte', offset: start },
      message: 'Expected tracing data, which begins with 17 08 44 "tracing".',
    });
  }
  const version = reader.nulText(versionSizeMaxBytes, 'version');
  const endian = reader.u8('byte order');
  if (endian > 1) {
    throw reader.error(
      'tracing-data',
      `Expected a byte order of 0 (little) or 1 (big endian), found ${endian}.`,
    );
  }
  reader.byteOrder = endian === 0 ? 'le' : 'be';
  const userLongSizeBytes = reader.u8('long size');
  if (userLongSizeBytes !== 4 && userLongSizeBytes !== 8) {
    throw reader.error('tracing-data', `Expected a long size of 4 or 8, found ${userLongSizeBytes}.`);
  }
  const pageSizeBytes = reader.u32('page size');
  if (pageSizeBytes < 64 || pageSizeBytes > pageSizeMaxBytes) {
    throw reader.error(
      'tracing-data',
      `Expected a page size of 64 to ${pageSizeMaxBytes}, found ${pageSizeBytes}.`,
    );
  }
  return { version, byteOrder: reader.byteOrder, userLongSizeBytes, pageSizeBytes };
}
