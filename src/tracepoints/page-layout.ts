/**
 * Where a ring buffer's page has what (tracefs `events/header_page`; kernel's kernel/trace/ring_buffer.c, `ring_buffer_print_page_header`).
 *
 *   field: u64 timestamp;   offset:0;   size:8;     signed:0;
 *   field: local_t commit;  offset:8;   size:8;     signed:1;
 *   field: int overwrite;   offset:8;   size:1;     signed:1;
 *   field: char data;       offset:16;  size:4080;  signed:0;
 */
import { eventSizeMaxBytes } from '../bytes/limits.ts';

export interface PageLayout {
  readonly timestampOffsetBytes: number;
  readonly commitOffsetBytes: number;
  /** 4 or 8: the kernel's `long`, whatever the header of the file says of the user's. */
  readonly commitSizeBytes: number;
  readonly dataOffsetBytes: number;
  readonly dataSizeBytes: number;
}

/** The layout that `header_page` describes; undefined when it does not say where time, commit and data are. */
export function parseHeaderPage(text: string): PageLayout | undefined {
  const timestamp = extentOf(text, 'timestamp');
  const commit = extentOf(text, 'commit');
  const data = extentOf(text, 'data');
  if (timestamp === undefined || commit === undefined || data === undefined) return undefined;
  if (timestamp.size !== 8 || (commit.size !== 4 && commit.size !== 8)) return undefined;
  if (data.offset < timestamp.offset + timestamp.size || data.offset < commit.offset + commit.size)
    return undefined;
  return {
    timestampOffsetBytes: timestamp.offset,
    commitOffsetBytes: commit.offset,
    commitSizeBytes: commit.size,
    dataOffsetBytes: data.offset,
    dataSizeBytes: data.size,
  };
}

/** What all kernels have where none is described. */
export function usualPageLayout(longSizeBytes: number, pageSizeBytes: number): PageLayout {
  const dataOffsetBytes = 8 + longSizeBytes;
  return {
    timestampOffsetBytes: 0,
    commitOffsetBytes: 8,
    commitSizeBytes: longSizeBytes,
    dataOffsetBytes,
    dataSizeBytes: Math.max(0, pageSizeBytes - dataOffsetBytes),
  };
}

function extentOf(
  text: string,
  name: string,
): { readonly offset: number; readonly size: number } | undefined {
  const line = text.split('\n').find((candidate) => candidate.includes(` ${name};`));
  if (line === undefined) return undefined;
  const offset = /\boffset:\s{0,9}([0-9]{1,9});/.exec(line)?.[1];
  const size = /\bsize:\s{0,9}([0-9]{1,9});/.exec(line)?.[1];
  if (offset === undefined || size === undefined) return undefined;
  const extent = { offset: Number(offset), size: Number(size) };
  return Math.max(extent.offset, extent.size) <= eventSizeMaxBytes ? extent : undefined;
}
