/** One CTF trace: its metadata read, its data streams found. */
import { metadataSizeMaxBytes } from '../../bytes/limits.ts';
import type { InputFile } from '../../bytes/source.ts';
import { readWhole } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import type { Health } from '../../results/health.ts';
import { findNextPacket } from './find-packet.ts';
import type { FoundTrace } from './find-traces.ts';
import { baseName } from './find-traces.ts';
import { unreadableFile, unusedIndex } from './health-kinds.ts';
import { parseJsonMetadata } from './json/parse-json-metadata.ts';
import type { IndexEntry } from './lttng-index.ts';
import { readLttngIndex } from './lttng-index.ts';
import { metadataText } from './metadata-packets.ts';
import type { StreamFile } from './packet-sequence.ts';
import type { PacketHead, StreamClassDecoder } from './packets.ts';
import { PacketFault, PacketHeadReader } from './packets.ts';
import type { DataStreamClass, TraceClass } from './trace-class.ts';
import { parseTsdl, type ReadingOfEvents } from './tsdl/parse-tsdl.ts';

/** A data stream: the files that one producer wrote one after the other. */
export interface DataStream {
  readonly files: readonly StreamFile[];
  readonly streamClass: DataStreamClass;
  /** The first packet whose head is right; undefined when there is none. */
  readonly firstHead: PacketHead | undefined;
}

/** @throws TraceError when the metadata is wrong; as needed, also later: when a class is asked for */
export function readTraceClass(
  metadata: InputFile,
  name: string,
  events: ReadingOfEvents = 'whole',
): TraceClass {
  const source = metadata.open();
  try {
    const bytes = readWhole(source, metadataSizeMaxBytes);
    if (bytes === undefined) {
      throw new TraceError({
        code: 'metadata-too-large',
        file: name,
        message: `the metadata has ${source.sizeBytes} bytes, at most ${metadataSizeMaxBytes} are read`,
      });
    }
    const { text, language } = metadataText(bytes, name);
    return language === 'json' ? parseJsonMetadata(text, name, events) : parseTsdl(text, name, events);
  } finally {
    source.close();
  }
}

/** A file and the first packet in it. */
interface ProbedFile {
  readonly file: StreamFile;
  readonly head: PacketHead | undefined;
  readonly fault: PacketFault | undefined;
}

/**
 * The data streams of a trace. Files whose packets carry the same stream instance id are one stream (tracefile rotation,
 * rotation archives), in the order of their first packets; empty files are no streams.
 * @throws TraceError `no-readable-stream` when there are bytes, but no packet among them
 */
export function findStreams(
  traceClass: TraceClass,
  parts: readonly FoundTrace[],
  decoderOf: (streamClass: DataStreamClass) => StreamClassDecoder,
  health: Health,
): readonly DataStream[] {
  const probed: ProbedFile[] = [];
  for (const part of parts) {
    for (const file of part.streams) {
      if (file.sizeBytes === 0) continue;
      const streamFile = withIndex(file, part.indexes.get(baseName(file.path)), health);
      probed.push(probe(traceClass, streamFile, decoderOf, health));
    }
  }
  const faulty = probed.find((file) => file.fault !== undefined);
  if (faulty?.fault !== undefined && probed.every((file) => file.head === undefined)) {
    throw new TraceError({
      code: 'no-readable-stream',
      file: faulty.file.path,
      place: { unit: 'bit', offset: faulty.fault.atBits, packetOffsetBytes: 0 },
      chain: ['packet 0'],
      message: faulty.fault.message,
      hint: 'No packet of this trace can be read: is the metadata that of these streams?',
    });
  }
  return groupByInstance(probed, traceClass);
}

function probe(
  traceClass: TraceClass,
  file: StreamFile,
  decoderOf: (streamClass: DataStreamClass) => StreamClassDecoder,
  health: Health,
): ProbedFile {
  let source: ReturnType<StreamFile['open']>;
  try {
    source = file.open();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    health.add(unreadableFile, file.path, 'the whole file', error.message);
    return { file, head: undefined, fault: undefined };
  }
  try {
    const heads = new PacketHeadReader(traceClass, source, decoderOf);
    try {
      return { file, head: heads.read(0, 0), fault: undefined };
    } catch (error) {
      if (!(error instanceof PacketFault)) throw error;
      return { file, head: findNextPacket(traceClass, source, heads, 1, 1), fault: error };
    }
  } finally {
    source.close();
  }
}

function withIndex(file: InputFile, index: InputFile | undefined, health: Health): StreamFile {
  const open = () => file.open();
  if (index === undefined) return { path: file.path, sizeBytes: file.sizeBytes, open, index: [] };
  return { path: file.path, sizeBytes: file.sizeBytes, open, index: readIndex(file, index, health) };
}

function readIndex(file: InputFile, index: InputFile, health: Health): readonly IndexEntry[] {
  const source = index.open();
  try {
    const bytes = readWhole(source, metadataSizeMaxBytes);
    const entries = bytes === undefined ? 'it is too large' : readLttngIndex(bytes, file.sizeBytes);
    if (typeof entries !== 'string') return entries;
    health.add(unusedIndex, index.path, 'the whole file', entries);
    return [];
  } finally {
    source.close();
  }
}

function groupByInstance(probed: readonly ProbedFile[], traceClass: TraceClass): readonly DataStream[] {
  const [anyClass] = traceClass.streamClasses.values();
  const groups = new Map<string, ProbedFile[]>();
  for (const file of probed) {
    if (file.head === undefined && file.fault === undefined) continue;
    const { head } = file;
    const key =
      head?.instanceId === undefined ? `file ${file.file.path}` : `${head.streamClass.id} ${head.instanceId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return [...groups.values()].map((group) => {
    const sorted = group.length === 1 ? group : [...group].sort((a, b) => compareBegin(a.head, b.head));
    const firstHead = sorted.find((file) => file.head !== undefined)?.head;
    return {
      files: sorted.map((file) => file.file),
      streamClass: firstHead?.streamClass ?? (anyClass as DataStreamClass),
      firstHead,
    };
  });
}

function compareBegin(a: PacketHead | undefined, b: PacketHead | undefined): number {
  const beginA = a?.beginCycles ?? 0n;
  const beginB = b?.beginCycles ?? 0n;
  return beginA < beginB ? -1 : beginA > beginB ? 1 : 0;
}
