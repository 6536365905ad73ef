/** What the first and the last page of a CPU say of its times, without the pages between. */
import { RingBufferPage } from '../../tracepoints/ring-buffer-page.ts';
import type { TracingData } from '../../tracepoints/tracing-data.ts';
import type { CpuBytes } from './cpu-bytes.ts';

export interface PageTimes {
  readonly packets: number;
  /** Of the pages, decompressed. */
  readonly sizeBytes: number;
  /** From the clock's origin; undefined without pages. */
  readonly beginNs: bigint | undefined;
  readonly endNs: bigint | undefined;
}

/** Pages at the end that may be without records. */
const emptyPagesMax = 16;

export function pageTimes(
  bytes: CpuBytes,
  tracing: TracingData,
  pageSizeBytes: number,
  toNs: (count: bigint) => bigint,
): PageTimes {
  const { sizeBytes } = bytes;
  const packets = Math.ceil(sizeBytes / pageSizeBytes);
  const page = new RingBufferPage(tracing.pageLayout, tracing.byteOrder);
  const target = new Uint8Array(pageSizeBytes);
  const load = (index: number): boolean => {
    const { count } = bytes.read(index * pageSizeBytes, target);
    page.begin(target.subarray(0, count), 0, pageSizeBytes);
    return page.dataSizeBytes > 0;
  };
  let first = 0;
  while (first < Math.min(packets, emptyPagesMax) && !load(first)) first++;
  if (page.dataSizeBytes === 0) return { packets, sizeBytes, beginNs: undefined, endNs: undefined };
  const beginNs = toNs(page.timestamp);
  let last = packets - 1;
  while (last > Math.max(first, packets - emptyPagesMax) && !load(last)) last--;
  if (last === first) load(first);
  while (page.next());
  const endNs = toNs(page.timestamp + BigInt(Math.trunc(page.elapsed)));
  return { packets, sizeBytes, beginNs, endNs: endNs < beginNs ? undefined : endNs };
}
