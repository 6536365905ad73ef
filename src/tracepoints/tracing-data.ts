/**
 * What describes the tracepoints of a recording, as perf.data (`HEADER_TRACING_DATA`) and trace.dat (version 6: its beginning) have it
 * (linux tools/perf/util/trace-event-read.c; trace-cmd.dat.v6.5).
 *
 *   17 08 44 "tracing" │ version\0 │ endian u8 │ long size u8 │ page size u32 │ "header_page"\0 size u64 text │ "header_event"\0 size u64 text
 *   │ ftrace formats: count u32, {size u64, text} │ event systems: count u32, {name\0, count u32, {size u64, text}}
 *   │ kallsyms: size u32, text │ printk formats: size u32, text │ saved command lines: size u64, text (version 0.6)
 */
import type { EventFormat, TracedMachine } from './event-format.ts';
import type { PageLayout } from './page-layout.ts';

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

/** The kernel's symbols at the time of the recording (`kallsyms`). */
export interface SymbolTable {
  /** The symbol that an address is in, and how far; undefined before the first one. */
  find(address: bigint): { readonly name: string; readonly offset: bigint; readonly module: string | undefined } | undefined;
}
