/** What a perf.data file is made of, for those who debug recordings: what its header says, rounds, records. */
import type { ByteSource, TraceInput } from '../../bytes/source.ts';
import type { FormatInspection, PacketSummary } from '../../events/reader.ts';
import { Health } from '../../results/health.ts';
import { sampleBits } from './attribute.ts';
import { Classifier } from './classify.ts';
import { featureName } from './feature-numbers.ts';
import { type FileHeader, readFileHeader } from './file-header.ts';
import { findRecordings } from './find-recordings.ts';
import { readRecording } from './read-recording.ts';
import { makeRecordClasses } from './record-classes.ts';
import { isCompressed, UnpackedFeed } from './record-feed.ts';
import { recordName, recordTypes } from './record-layouts.ts';
import { RecordWalk, recordSizeMaxBytes } from './record-walk.ts';
import type { RecordedEvent } from './recording.ts';
import { headerBytes } from './sample-layout.ts';
import type { Section } from './section-reader.ts';

/** Header, rounds and records. */
export const inspection: FormatInspection = { metadata, packets, elements };

interface OpenedPart {
  readonly file: string;
  readonly source: ByteSource;
  readonly data: Section;
  readonly header: FileHeader;
  /** Of the recording: the file with its header. */
  readonly first: { readonly source: ByteSource; readonly file: string };
}

/** Every file with records, the first of each recording with its header. */
function* openParts(input: TraceInput): Generator<OpenedPart> {
  for (const { header: headerFile, parts } of findRecordings(input)) {
    const source = headerFile.open();
    try {
      const header = readFileHeader(source);
      const first = { source, file: headerFile.path };
      yield { ...first, data: header.data, header, first };
      for (const part of parts) {
        const partSource = part.open();
        try {
          const data = { offsetBytes: 0, sizeBytes: part.sizeBytes, saidAtBytes: 0 };
          yield { file: part.path, source: partSource, data, header, first };
        } finally {
          partSource.close();
        }
      }
    } finally {
      source.close();
    }
  }
}

function* metadata(input: TraceInput) {
  for (const { file, source, header, first } of openParts(input)) {
    if (source !== first.source) continue;
    yield { file, text: [...metadataLines(source, header, file)].join('\n') };
  }
}

function* metadataLines(source: ByteSource, header: FileHeader, file: string): Generator<string> {
  const { kind, version, byteOrder, data, features } = header;
  yield `perf.data version ${version}, ${kind}, ${byteOrder === 'le' ? 'little' : 'big'} endian`;
  yield `data: byte ${data.offsetBytes}, ${data.sizeBytes} bytes`;
  const health = new Health();
  const recording = readRecording(source, header, file, health);
  for (const [index, event] of recording.events.entries()) yield* eventLines(index, event);
  for (const [name, value] of recording.environment) yield `${name}: ${value}`;
  if (recording.tracingData !== undefined) {
    const { version: tracingVersion, formats } = recording.tracingData;
    yield `tracing data: version ${tracingVersion}, ${formats.size} tracepoints`;
  }
  for (const { feature, section } of features)
    yield `feature ${feature} ${featureName(feature)}: byte ${section.offsetBytes}, ${section.sizeBytes} bytes`;
  for (const note of health.notes) yield `${note.kind.code}: ${note.first}: ${note.detail}`;
}

function* eventLines(index: number, { name, attribute, ids }: RecordedEvent): Generator<string> {
  const fields = Object.entries(sampleBits)
    .filter(([, bit]) => (attribute.sampleType & bit) !== 0)
    .map(([field]) => field);
  const { type, config, sizeBytes, samplePeriod, readFormat } = attribute;
  yield `event ${index} ${name}`;
  yield `  type ${type}, config 0x${config.toString(16)}, ${sizeBytes} bytes`;
  yield `  ${attribute.flags.has('frequency') ? 'frequency' : 'period'} ${samplePeriod}, read format ${readFormat}`;
  yield `  fields: ${fields.join(', ')}`;
  yield `  flags: ${[...attribute.flags].join(', ')}`;
  const shown = 16;
  const more = ids.length > shown ? `, … ${ids.length} in all` : '';
  yield `  ids: ${ids.slice(0, shown).join(', ')}${more}`;
}

/** Rounds: what perf gathered from all buffers in one go. */
function* packets(input: TraceInput): Generator<PacketSummary> {
  for (const part of openParts(input)) {
    const { byteOrder } = part.header;
    const { events, classes } = readClasses(part);
    const classifier = new Classifier(classes, events, byteOrder, 0n);
    let round = newRound(0, part.data.offsetBytes);
    for (const { type, bytes, view, offsetBytes } of recordsOf(part)) {
      classifier.timeNs = Number.NaN;
      if (classifier.classify(view, 0, type, bytes.length) >= 0) addTime(round, classifier.timeNs);
      round.endBytes = Math.max(round.endBytes, offsetBytes + bytes.length);
      if (type !== recordTypes.finishedRound) continue;
      yield summary(round, part.file);
      round = newRound(round.index + 1, round.endBytes);
    }
    if (round.endBytes > round.beginBytes) yield summary(round, part.file);
  }
}

function readClasses({ first, header }: OpenedPart) {
  const recording = readRecording(first.source, header, first.file, new Health());
  return {
    events: recording.events,
    classes: makeRecordClasses(recording, header.byteOrder, first.source.name),
  };
}

interface Round {
  readonly index: number;
  readonly beginBytes: number;
  endBytes: number;
  least: number;
  most: number;
}

function newRound(index: number, beginBytes: number): Round {
  return {
    ...{ index, beginBytes, endBytes: beginBytes },
    ...{ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY },
  };
}

function addTime(round: Round, time: number): void {
  if (Number.isNaN(time)) return;
  round.least = Math.min(round.least, time);
  round.most = Math.max(round.most, time);
}

function summary(round: Round, file: string): PacketSummary {
  const sizeBits = (round.endBytes - round.beginBytes) * 8;
  const cycles = (time: number) => (Number.isSafeInteger(time) ? BigInt(time) : undefined);
  return {
    ...{
      file,
      index: round.index,
      offsetBytes: round.beginBytes,
      packetBits: sizeBits,
      contentBits: sizeBits,
    },
    ...{ isTruncated: false, cpu: undefined, discardedEvents: undefined, sequenceNumber: undefined },
    beginCycles: cycles(round.least),
    endCycles: cycles(round.most),
  };
}

interface InspectedRecord {
  readonly type: number;
  readonly misc: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly offsetBytes: number;
}

/** Every record, those that were compressed behind the one that they came from; ends at damage. */
function* recordsOf({ source, data, header }: OpenedPart): Generator<InspectedRecord> {
  const endBytes = data.offsetBytes + data.sizeBytes;
  const walk = new RecordWalk(source, data.offsetBytes, endBytes, header.byteOrder);
  for (let record = walk.next(); record !== undefined; record = walk.next()) {
    if (isCompressed(record.type)) {
      yield* unpackedRecords(
        new UnpackedFeed(source, record.offsetBytes, endBytes, header.byteOrder),
        header,
      );
      return;
    }
    yield record;
  }
}

function* unpackedRecords(feed: UnpackedFeed, { byteOrder }: FileHeader): Generator<InspectedRecord> {
  const isLittle = byteOrder === 'le';
  const buffer = new Uint8Array(recordSizeMaxBytes);
  for (;;) {
    const offsetBytes = feed.offsetBytes;
    if (feed.read(buffer.subarray(0, headerBytes)) < headerBytes) return;
    const head = new DataView(buffer.buffer);
    const sizeBytes = head.getUint16(6, isLittle);
    if (sizeBytes < headerBytes) return;
    if (feed.read(buffer.subarray(headerBytes, sizeBytes)) < sizeBytes - headerBytes) return;
    yield {
      type: head.getUint32(0, isLittle),
      misc: head.getUint16(4, isLittle),
      bytes: buffer.subarray(0, sizeBytes),
      view: new DataView(buffer.buffer, 0, sizeBytes),
      offsetBytes,
    };
  }
}

function* elements(input: TraceInput) {
  for (const part of openParts(input)) yield { file: part.file, lines: recordLines(part) };
}

function* recordLines(part: OpenedPart): Generator<string> {
  for (const { type, misc, bytes, offsetBytes } of recordsOf(part))
    yield `${offsetBytes} ${recordName(type)} ${bytes.length} bytes, misc 0x${misc.toString(16)}`;
}
