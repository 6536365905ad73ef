/**
 * Sections of a version 7 file (trace-cmd.dat.v7(5), "FORMAT OF THE SECTION HEADER").
 *
 *   id u16 │ flags u16 │ description u32 │ size u64 │ content, `size` bytes
 *   a compressed section's content:                   compressed size u32 │ size u32 │ compressed bytes
 *
 * The page says that the size has 4 bytes; files have 8 (trace-cmd's lib/trace-cmd/trace-input.c).
 */
import { metadataSizeMaxBytes } from '../../bytes/limits.ts';
import { type ByteSource, memorySource } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import { SourceReader } from '../../tracepoints/source-reader.ts';
import { decompress } from './decompress.ts';
import { type FileHead, readPosition } from './file-head.ts';

/** Ids of sections, which are those of the options that say where they are; that of options themselves is 0. */
export const sectionIds = {
  options: 0,
  buffer: 3,
  strings: 15,
  headerInfo: 16,
  ftraceEvents: 17,
  eventFormats: 18,
  kallsyms: 19,
  printk: 20,
  commandLines: 21,
} as const;

/** How messages name sections, as the specification does. */
const sectionNames: ReadonlyMap<number, string> = new Map([
  [sectionIds.options, 'OPTIONS'],
  [sectionIds.buffer, 'BUFFER FLYRECORD'],
  [sectionIds.strings, 'STRINGS'],
  [sectionIds.headerInfo, 'HEADER INFO'],
  [sectionIds.ftraceEvents, 'FTRACE EVENT FORMATS'],
  [sectionIds.eventFormats, 'EVENT FORMATS'],
  [sectionIds.kallsyms, 'KALLSYMS'],
  [sectionIds.printk, 'TRACE_PRINTK'],
  [sectionIds.commandLines, 'SAVED COMMAND LINES'],
]);

export function sectionName(id: number): string {
  return `section ${sectionNames.get(id) ?? id}`;
}

const headerSizeBytes = 16;
const isCompressedFlag = 1;

export interface Section {
  readonly id: number;
  readonly isCompressed: boolean;
  readonly offsetBytes: number;
  readonly contentBytes: number;
  /** As its header says: it may end after the file. */
  readonly sizeBytes: number;
}

/** @throws TraceError when there is none, or one with another id */
export function readSection(source: ByteSource, head: FileHead, offsetBytes: number, id?: number): Section {
  const reader = new SourceReader(source, Math.min(offsetBytes, source.sizeBytes));
  reader.byteOrder = head.byteOrder;
  const name = id === undefined ? 'a section' : sectionName(id);
  if (reader.remainingBytes < headerSizeBytes)
    throw reader.error(
      'truncated',
      `Expected ${name} at byte ${offsetBytes}, the file has ${source.sizeBytes} bytes.`,
    );
  const found = reader.u16('a section id');
  const flags = reader.u16('section flags');
  reader.u32('a section description');
  const sizeBytes = readPosition(reader, 'a section size');
  if (id !== undefined && found !== id) {
    const message = `Expected ${name} with id ${id}, found id ${found}.`;
    throw new TraceError({
      ...{ code: 'damaged-section', file: source.name, message },
      place: { unit: 'byte', offset: offsetBytes },
    });
  }
  const isCompressed = (flags & isCompressedFlag) !== 0;
  return { id: found, isCompressed, offsetBytes, contentBytes: offsetBytes + headerSizeBytes, sizeBytes };
}

/** Every section from the end of the head on, each where the one before ends, up to the first that goes beyond the file. */
export function* walkSections(source: ByteSource, head: FileHead): Generator<Section> {
  let atBytes = head.endBytes;
  while (atBytes + headerSizeBytes <= source.sizeBytes) {
    const section = readSection(source, head, atBytes);
    yield section;
    atBytes = section.contentBytes + section.sizeBytes;
  }
}

/**
 * Has a section's content read, decompressed where it is compressed.
 * @param read what it throws is said of the section
 * @throws TraceError when the section ends after the file, is too large, or is compressed otherwise than it says
 */
export function readContent<T>(
  source: ByteSource,
  head: FileHead,
  section: Section,
  read: (reader: SourceReader) => T,
): T {
  const name = sectionName(section.id);
  const reader = within([name], undefined, () => contentReader(source, head, section));
  return within([name], section.isCompressed ? section.offsetBytes : undefined, () => read(reader));
}

/** @param packedAt where the bytes that are read were compressed: their places are in what came out, not in the file */
function within<T>(chain: readonly string[], packedAt: number | undefined, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const { code, file, place, reason: message } = error;
    if (packedAt === undefined || place.unit !== 'byte')
      throw new TraceError({ code, file, place, chain: [...chain, ...error.chain], message });
    throw new TraceError({
      ...{ code, file, message },
      place: { unit: 'byte', offset: packedAt },
      chain: [...chain, `byte ${place.offset} of what was compressed`, ...error.chain],
    });
  }
}

function contentReader(source: ByteSource, head: FileHead, section: Section): SourceReader {
  const reader = new SourceReader(source, section.contentBytes, section.sizeBytes);
  reader.byteOrder = head.byteOrder;
  if (section.sizeBytes > reader.remainingBytes)
    throw reader.error(
      'truncated',
      `Expected ${section.sizeBytes} bytes of the section, the file ends after ${reader.remainingBytes}.`,
    );
  if (!section.isCompressed) return reader;
  const packedBytes = reader.u32('a compressed size');
  const plainBytes = reader.u32('a decompressed size');
  if (plainBytes > metadataSizeMaxBytes)
    throw reader.error(
      'metadata-limit',
      `Decompressed the section would have ${plainBytes} bytes, at most ${metadataSizeMaxBytes} are read.`,
    );
  const packed = reader.bytes(packedBytes, 'compressed content');
  const plain = decompress(head.compression, packed, plainBytes);
  if (plain.kind === 'fault') throw reader.error('damaged-compression', plain.message);
  const content = new SourceReader(memorySource(source.name, plain.bytes), 0);
  content.byteOrder = head.byteOrder;
  return content;
}
