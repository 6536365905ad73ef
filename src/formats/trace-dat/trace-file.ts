/**
 * What a trace.dat file is made of, whatever its version: how its events look, what is said of the recording, and where the pages of each
 * CPU of each buffer are.
 */
import type { HealthKind } from '../../results/health.ts';
import type { TracingData } from '../../tracepoints/tracing-data.ts';
import type { FileHead } from './file-head.ts';
import type { CpuRegion } from './option-contents.ts';
import type { TraceOptions } from './options.ts';

export interface TraceFile {
  readonly head: FileHead;
  readonly tracing: TracingData;
  readonly options: TraceOptions;
  readonly buffers: readonly TraceBuffer[];
}

/** The ring buffers of one instance. */
export interface TraceBuffer {
  /** Empty for the top instance. */
  readonly name: string;
  /** As tracefs names it: `local`, `mono`, … */
  readonly clockName: string;
  readonly pageSizeBytes: number;
  /** Each CPU's pages are in chunks that are compressed. */
  readonly isCompressed: boolean;
  readonly cpus: readonly BufferCpu[];
}

export interface BufferCpu extends Omit<CpuRegion, 'cpu'> {
  /** Undefined where the file does not say it. */
  readonly cpu: number | undefined;
}

/** Adds a note to the health of the file. */
export type Note = (kind: HealthKind, first: string, detail: string, count?: number) => void;
