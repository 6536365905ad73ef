/** Reads what describes a recording, from the sections of a file or the records of a pipe. What can't be read is noted and left out. */
import type { ByteSource } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import type { Health } from '../../results/health.ts';
import { readTracingData } from '../../tracepoints/tracing-data.ts';
import { attributeSizeMinBytes, readAttribute } from './attribute.ts';
import { featureName, features } from './feature-numbers.ts';
import type { FileHeader } from './file-header.ts';
import { missingFormat, unreadableFeature } from './health-kinds.ts';
import { recordName, recordTypes } from './record-layouts.ts';
import { RecordWalk, type WalkedRecord } from './record-walk.ts';
import { addAttrRecord, addEventUpdate, isAboutFile, Recording, readIds } from './recording.ts';
import { headerBytes } from './sample-layout.ts';
import { type Section, SectionReader } from './section-reader.ts';

/** A section that is read as a whole is no larger; the largest has an id for each event, CPU and thread. */
const sectionSizeMaxBytes = 64 * 1024 * 1024;

/** @throws TraceError when not even the events can be read */
export function readRecording(
  source: ByteSource,
  header: FileHeader,
  file: string,
  health: Health,
): Recording {
  const recording = new Recording();
  if (header.kind === 'file') {
    readAttributes(recording, source, header);
    readFeatures(recording, source, header, file, health);
  } else readPipe(recording, source, header, file, health);
  if (recording.events.length === 0) {
    throw new TraceError({
      code: 'perf-no-events',
      file: source.name,
      message: 'The file describes no event, so that its records cannot be read.',
      hint: 'was perf record stopped before it began?',
    });
  }
  return recording;
}

function readSection(source: ByteSource, header: FileHeader, section: Section, what: string): SectionReader {
  const { offsetBytes, sizeBytes, saidAtBytes } = section;
  const fail = (message: string) =>
    new TraceError({
      ...{ code: 'perf-section', file: source.name, message, chain: [what] },
      place: { unit: 'byte', offset: saidAtBytes },
    });
  if (offsetBytes + sizeBytes > source.sizeBytes)
    throw fail(
      `It has ${sizeBytes} bytes from byte ${offsetBytes} on, where the file has ${source.sizeBytes} in all.`,
    );
  if (sizeBytes > sectionSizeMaxBytes)
    throw fail(`It takes ${sizeBytes} bytes, more than the ${sectionSizeMaxBytes} that are read.`);
  const bytes = new Uint8Array(sizeBytes);
  const count = source.read(offsetBytes, bytes);
  return new SectionReader(bytes.subarray(0, count), header.byteOrder, source.name, offsetBytes, what);
}

function readAttributes(recording: Recording, source: ByteSource, header: FileHeader): void {
  const { attrs, attrSizeBytes } = header;
  const idSectionBytes = 16;
  if (attrSizeBytes < attributeSizeMinBytes + idSectionBytes || attrSizeBytes > 0xffff) {
    throw new TraceError({
      ...{ code: 'perf-header', file: source.name, chain: ['file header'] },
      place: { unit: 'byte', offset: 16 },
      message: `An attribute takes ${attrSizeBytes} bytes, where ${attributeSizeMinBytes + idSectionBytes} are the least.`,
    });
  }
  const reader = readSection(source, header, attrs, 'attributes');
  for (let left = Math.floor(attrs.sizeBytes / attrSizeBytes); left > 0; left--) {
    const attribute = readAttribute(reader, attrSizeBytes - idSectionBytes);
    const ids = reader.section();
    const idReader = readSection(source, header, ids, `ids of event ${recording.events.length}`);
    recording.addEvent(attribute, readIds(idReader, Math.floor(idReader.remainingBytes / 8)));
  }
}

function readFeatures(
  recording: Recording,
  source: ByteSource,
  header: FileHeader,
  file: string,
  health: Health,
): void {
  for (const { feature, section } of header.features) {
    const what = `feature ${featureName(feature)}`;
    try {
      if (feature === features.tracingData) {
        addTracingData(recording, source, section.offsetBytes, section.sizeBytes, file, health);
      } else if (!isLarge(feature)) {
        recording.addFeature(feature, readSection(source, header, section, what));
      }
    } catch (error) {
      noteUnreadable(error, what, file, health);
    }
  }
}

/** What nothing here is read from and may be large: programs, build ids, indexes of hardware traces. */
function isLarge(feature: number): boolean {
  const unread: readonly number[] = [
    features.buildId,
    features.auxtrace,
    features.bpfProgInfo,
    features.bpfBtf,
  ];
  return unread.includes(feature);
}

function noteUnreadable(error: unknown, what: string, file: string, health: Health): void {
  if (!isAboutFile(error)) throw error;
  const { place } = error;
  const at = place.unit === 'byte' ? `${what} at byte ${place.offset}` : what;
  health.add(unreadableFeature, file, at, error.reason);
}

function addTracingData(
  recording: Recording,
  source: ByteSource,
  offsetBytes: number,
  sizeBytes: number,
  file: string,
  health: Health,
): void {
  const { data, notes } = readTracingData(source, offsetBytes, sizeBytes);
  recording.tracingData = data;
  for (const note of notes) {
    const kind = note.kind === 'format' ? missingFormat : unreadableFeature;
    health.add(kind, file, `tracing data at byte ${note.offsetBytes}`, note.detail);
  }
}

/** The records at a pipe's beginning, up to the first that the kernel wrote. */
function readPipe(
  recording: Recording,
  source: ByteSource,
  header: FileHeader,
  file: string,
  health: Health,
): void {
  const { offsetBytes, sizeBytes } = header.data;
  const walk = new RecordWalk(source, offsetBytes, offsetBytes + sizeBytes, header.byteOrder);
  for (let record = walk.next(); record !== undefined; record = walk.next()) {
    if (isFirstOfData(record.type) && recording.events.length > 0) return;
    try {
      addPipeRecord(recording, record, source, header, file, health);
    } catch (error) {
      noteUnreadable(error, recordName(record.type), file, health);
    }
  }
}

function isFirstOfData(type: number): boolean {
  return (
    type === recordTypes.sample ||
    type === recordTypes.finishedRound ||
    type === recordTypes.compressed ||
    type === recordTypes.compressed2
  );
}

function addPipeRecord(
  recording: Recording,
  record: WalkedRecord,
  source: ByteSource,
  header: FileHeader,
  file: string,
  health: Health,
): void {
  const { type, bytes, offsetBytes } = record;
  const what = recordName(type);
  const at = offsetBytes + headerBytes;
  const body = () => new SectionReader(bytes.slice(headerBytes), header.byteOrder, source.name, at, what);
  switch (type) {
    case recordTypes.headerAttr:
      addAttrRecord(recording, body());
      return;
    case recordTypes.eventUpdate:
      addEventUpdate(recording, body());
      return;
    case recordTypes.headerTracingData: {
      const begin = offsetBytes + bytes.length;
      const sizeBytes = Math.min(record.followingBytes, source.sizeBytes - begin);
      addTracingData(recording, source, begin, sizeBytes, file, health);
      return;
    }
    case recordTypes.headerFeature: {
      const reader = body();
      const feature = reader.size64();
      if (!isLarge(feature)) recording.addFeature(feature, reader);
      return;
    }
    default:
      return;
  }
}
