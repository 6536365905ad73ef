/**
 * Buffers whose option is missing since the file was cut: the recorder writes that option behind the buffer's pages. Sections are found one
 * after the other, and in them the CPUs, each of which begins at a multiple of the page size:
 *
 *   compressed   ├ header ┤ … ├ count, chunks ┤ … ├ count, chunks ┤ …│      a CPU's number of chunks says where it ends
 *   plain        ├ header ┤ … ├ page ┤├ page ┤├ page ┤├ page ┤│             where time goes back the next CPU begins
 *
 * Which CPU it was is known where all that the machine has are there: CPUs without events leave no trace.
 */
import type { ByteSource } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import { RingBufferPage } from '../../tracepoints/ring-buffer-page.ts';
import { SourceReader } from '../../tracepoints/source-reader.ts';
import type { TracingData } from '../../tracepoints/tracing-data.ts';
import type { FileHead } from './file-head.ts';
import { missingOption } from './health-kinds.ts';
import { type Section, sectionIds, walkSections } from './sections.ts';
import type { BufferCpu, Note, TraceBuffer } from './trace-file.ts';

/** What is known of the file when buffers are looked for. */
export interface RecoveryParts {
  readonly source: ByteSource;
  readonly head: FileHead;
  readonly tracing: TracingData;
  /** Where the sections of the buffers begin that have an option. */
  readonly known: ReadonlySet<number>;
  readonly clockName: string;
  readonly cpuCount: number | undefined;
}

type Part = Omit<BufferCpu, 'cpu'>;

export function recoverBuffers(parts: RecoveryParts, note: Note): readonly TraceBuffer[] {
  const { source, head, known, clockName, cpuCount } = parts;
  const buffers: TraceBuffer[] = [];
  for (const section of walkSections(source, head)) {
    if (section.id !== sectionIds.buffer || known.has(section.offsetBytes)) continue;
    const found = section.isCompressed ? compressedParts(parts, section) : plainParts(parts, section);
    if (found.length === 0) continue;
    note(missingOption, `section at byte ${section.offsetBytes}`, `${found.length} CPUs are in it`);
    buffers.push({
      name: `byte ${section.offsetBytes}`,
      ...{ clockName, pageSizeBytes: head.pageSizeBytes, isCompressed: section.isCompressed },
      cpus: found.map((part, index) => ({ ...part, cpu: found.length === cpuCount ? index : undefined })),
    });
    // It was not ended: what follows it is its own.
    if (section.sizeBytes === 0) break;
  }
  return buffers;
}

function aligned(offsetBytes: number, pageSizeBytes: number): number {
  return Math.ceil(offsetBytes / pageSizeBytes) * pageSizeBytes;
}

function endOf({ contentBytes, sizeBytes }: Section, source: ByteSource): number {
  return Math.min(contentBytes + sizeBytes, source.sizeBytes);
}

/** CPUs that a section may have: the kernel's own limit is 8192. */
const partCountMax = 1 << 13;

function compressedParts({ source, head }: RecoveryParts, section: Section): readonly Part[] {
  // A section that was not ended says that it has no bytes.
  const end = section.sizeBytes === 0 ? source.sizeBytes : endOf(section, source);
  const found: Part[] = [];
  let at = aligned(section.contentBytes, head.pageSizeBytes);
  while (at < end && found.length < partCountMax) {
    const sizeBytes = chunksSize(source, head, at, end);
    if (sizeBytes === 0) break;
    found.push({ offsetBytes: at, sizeBytes });
    at = aligned(at + sizeBytes, head.pageSizeBytes);
  }
  return found;
}

/** Up to the end of the last chunk, or of the file; 0 where no chunks are. */
function chunksSize(source: ByteSource, head: FileHead, at: number, end: number): number {
  const reader = new SourceReader(source, at, end - at);
  reader.byteOrder = head.byteOrder;
  try {
    const count = reader.u32('the number of chunks');
    if (count === 0) return 0;
    for (let index = 0; index < count; index++) {
      const packedBytes = reader.u32('a compressed size');
      const plainBytes = reader.u32('a size');
      if (packedBytes === 0 || plainBytes === 0 || plainBytes % head.pageSizeBytes !== 0)
        return index === 0 ? 0 : reader.offsetBytes - at;
      reader.skip(packedBytes, 'a chunk');
    }
    return reader.offsetBytes - at;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return end - at;
  }
}

function plainParts({ source, head, tracing }: RecoveryParts, section: Section): readonly Part[] {
  const end = section.sizeBytes === 0 ? source.sizeBytes : endOf(section, source);
  const { pageSizeBytes } = head;
  const bytes = new Uint8Array(pageSizeBytes);
  const page = new RingBufferPage(tracing.pageLayout, tracing.byteOrder);
  const found: { offsetBytes: number; sizeBytes: number }[] = [];
  let last: bigint | undefined;
  for (let at = aligned(section.contentBytes, pageSizeBytes); at < end; at += pageSizeBytes) {
    const sizeBytes = Math.min(pageSizeBytes, end - at);
    page.begin(bytes.subarray(0, source.read(at, bytes.subarray(0, sizeBytes))), 0, pageSizeBytes);
    if (last === undefined || page.timestamp < last) {
      if (found.length === partCountMax) break;
      found.push({ offsetBytes: at, sizeBytes: 0 });
    }
    const part = found.at(-1);
    if (part !== undefined) part.sizeBytes += sizeBytes;
    // The next page of the same CPU does not begin before the last event of this one.
    while (page.next());
    last = page.timestamp + BigInt(Math.trunc(page.elapsed));
  }
  return found;
}
