/** What a trace.dat file is made of, for those who debug traces. */
import type { TraceInput } from '../../bytes/source.ts';
import type { FormatInspection, PacketSummary } from '../../events/reader.ts';
import { RingBufferPage } from '../../tracepoints/ring-buffer-page.ts';
import type { CpuBytes } from './cpu-bytes.ts';
import { headText } from './head-text.ts';
import { bytesOf, openFile, streamName } from './open-file.ts';
import type { TraceFile } from './trace-file.ts';

export const inspection: FormatInspection = { metadata, packets, elements };

function* metadata(input: TraceInput) {
  const { file, source } = openFile(input, () => {});
  try {
    yield { file: input.name, text: headText(file) };
  } finally {
    source.close();
  }
}

/** The pages of one CPU. */
interface CpuPages {
  readonly name: string;
  readonly cpu: number | undefined;
  readonly pageSizeBytes: number;
  readonly bytes: CpuBytes;
  readonly file: TraceFile;
}

function* cpusOf(input: TraceInput): Generator<CpuPages> {
  const { file, source } = openFile(input, () => {});
  try {
    for (const buffer of file.buffers) {
      const { pageSizeBytes } = buffer;
      for (const region of buffer.cpus) {
        if (region.sizeBytes === 0) continue;
        const bytes = bytesOf(source, file.head, buffer, region);
        yield { name: streamName(input, buffer, region), cpu: region.cpu, pageSizeBytes, bytes, file };
      }
    }
  } finally {
    source.close();
  }
}

/** Each page of a CPU; the same object each time. */
function* pagesOf({ bytes, pageSizeBytes, file }: CpuPages) {
  const page = new RingBufferPage(file.tracing.pageLayout, file.tracing.byteOrder);
  const target = new Uint8Array(pageSizeBytes);
  for (let at = 0; at < bytes.sizeBytes; at += pageSizeBytes) {
    const { count } = bytes.read(at, target);
    if (count === 0) return;
    page.begin(target.subarray(0, count), 0, pageSizeBytes);
    yield { page, at, count, target };
  }
}

function* packets(input: TraceInput): Generator<PacketSummary> {
  for (const cpu of cpusOf(input)) {
    let index = 0;
    for (const { page, at, count } of pagesOf(cpu)) {
      const { dataOffsetBytes } = cpu.file.tracing.pageLayout;
      const [timestamp, dataSizeBytes, missed] = [page.timestamp, page.dataSizeBytes, page.missed];
      while (page.next());
      yield {
        ...{ file: cpu.name, index: index++, offsetBytes: at, packetBits: count * 8, cpu: cpu.cpu },
        contentBits: (dataOffsetBytes + dataSizeBytes) * 8,
        isTruncated: page.fault?.kind === 'cut',
        beginCycles: timestamp,
        endCycles: timestamp + BigInt(Math.trunc(page.elapsed)),
        discardedEvents: missed > 0 ? BigInt(missed) : undefined,
        sequenceNumber: undefined,
      };
    }
  }
}

function* elements(input: TraceInput) {
  for (const cpu of cpusOf(input)) yield { file: cpu.name, lines: linesOf(cpu) };
}

function* linesOf(cpu: CpuPages): Generator<string> {
  const { tracing } = cpu.file;
  const isLittle = tracing.byteOrder === 'le';
  for (const { page, at, target } of pagesOf(cpu)) {
    const missed =
      page.missed === 0 ? '' : `, ${page.missed < 0 ? 'some' : page.missed} events missed before it`;
    const place = cpu.bytes.placeOf(at);
    yield `page at ${at} (${place}): timestamp ${page.timestamp}, ${page.dataSizeBytes} bytes of records${missed}`;
    const view = new DataView(target.buffer);
    while (page.next()) {
      const { recordAt, recordEnd, elapsed } = page;
      const id = recordEnd - recordAt < 2 ? undefined : view.getUint16(recordAt, isLittle);
      const format = id === undefined ? undefined : tracing.formats.get(id);
      const name = format === undefined ? `unknown type ${id}` : `${format.system}:${format.name}`;
      yield `  record at ${at + recordAt}: ${recordEnd - recordAt} bytes, +${elapsed}, ${name}`;
    }
    if (page.fault !== undefined)
      yield `  ${page.fault.kind} at ${at + page.fault.atBytes}: ${page.fault.detail}`;
  }
}
