/**
 * Where a ring buffer's page has what (tracefs `events/header_page`; kernel's kernel/trace/ring_buffer.c, `ring_buffer_print_page_header`).
 */
export interface PageLayout {
  readonly timestampOffsetBytes: number;
  readonly commitOffsetBytes: number;
  /** 4 or 8: the kernel's `long`, whatever the header of the file says of the user's. */
  readonly commitSizeBytes: number;
  readonly dataOffsetBytes: number;
  readonly dataSizeBytes: number;
}
