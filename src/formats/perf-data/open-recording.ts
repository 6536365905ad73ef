/** Opens one recording: reads what its header says, and makes the classes of its records. */
import type { ByteSource, InputFile, TraceInput } from '../../bytes/source.ts';
import type { RecordLayout } from '../../events/layout.ts';
import type { EventClass, OpenOptions, TraceAbout } from '../../events/reader.ts';
import type { Health } from '../../results/health.ts';
import { attributeTypes } from './attribute.ts';
import { PerfEventClass } from './event-class.ts';
import { featureName } from './feature-numbers.ts';
import { type FileHeader, readFileHeader } from './file-header.ts';
import type { FoundRecording } from './find-recordings.ts';
import { earliestCycles } from './first-times.ts';
import {
  missingDataFile,
  missingFormat,
  truncatedData,
  unfinishedFile,
  unreadableFeature,
} from './health-kinds.ts';
import { readRecording } from './read-recording.ts';
import { makeRecordClasses, type RecordClasses } from './record-classes.ts';
import type { Recording } from './recording.ts';
import type { Section } from './section-reader.ts';
import { aboutRecording, offsetNsOf } from './trace-about.ts';

/** One file with records. */
export interface OpenedFile {
  readonly name: string;
  readonly source: ByteSource;
  readonly data: Section;
}

/** A recording whose header was read. */
export interface OpenedRecording {
  readonly about: TraceAbout;
  readonly header: FileHeader;
  readonly recording: Recording;
  readonly classes: RecordClasses;
  readonly eventClasses: readonly EventClass[];
  readonly layout: RecordLayout;
  readonly files: readonly OpenedFile[];
}

/** @param sources gets the files that were opened: whoever asked closes them */
export function openRecording(
  input: TraceInput,
  found: FoundRecording,
  options: OpenOptions,
  index: number,
  firstClass: number,
  sources: ByteSource[],
  health: Health,
): OpenedRecording {
  const open = (file: InputFile) => {
    const source = file.open();
    sources.push(source);
    return source;
  };
  const source = open(found.header);
  const header = readFileHeader(source);
  const name = found.header.path;
  noteHeader(header, source, name, health);
  noteLostFeatures(header, source, name, health);
  const recording = readRecording(source, header, name, health);
  const parts = found.parts.map((file) => ({
    name: file.path,
    source: open(file),
    data: { offsetBytes: 0, sizeBytes: file.sizeBytes, saidAtBytes: 0 },
  }));
  if (recording.isFolder && parts.length === 0) {
    const detail = 'the header says that records are in files data.0, data.1, … beside it';
    health.add(missingDataFile, name, 'file header', detail);
  }
  const about = aboutRecording(index, input, found, header, recording, options.clockCorrection);
  const classes = makeRecordClasses(recording, header.byteOrder, source.name);
  noteMissingFormats(classes, name, health);
  const eventClasses = classes.all.map(
    (one, id) => new PerfEventClass(firstClass + id, one, about, recording),
  );
  const layout: RecordLayout = {
    ...{
      packetHeader: undefined,
      packetContext: undefined,
      eventHeader: undefined,
      commonContext: undefined,
    },
    classIdFields: [],
    classes: new Map(classes.all.map((one) => [BigInt(one.id), one])),
    clock: 0,
    areBodiesApart: true,
  };
  const files = [{ name, source, data: header.data }, ...parts];
  return { about, header, recording, classes, eventClasses, layout, files };
}

function noteHeader(header: FileHeader, source: ByteSource, name: string, health: Health): void {
  if (header.isUnfinished) {
    health.add(
      unfinishedFile,
      name,
      'file header',
      "its header says that there is no data, as before the recording's end",
    );
  } else if (header.missingBytes > 0) {
    const detail = `${header.missingBytes} of ${header.saidDataSizeBytes} bytes of data are missing`;
    health.add(truncatedData, name, `byte ${source.sizeBytes}`, detail);
  }
}

function noteLostFeatures(
  { lostFeatures }: FileHeader,
  source: ByteSource,
  name: string,
  health: Health,
): void {
  if (lostFeatures.length === 0) return;
  const detail = `the file ends before it says where they are: ${lostFeatures.map(featureName).join(', ')}`;
  health.add(unreadableFeature, name, `byte ${source.sizeBytes}`, detail, lostFeatures.length);
}

function noteMissingFormats({ all, eventCount }: RecordClasses, name: string, health: Health): void {
  for (const { attribute, format, name: event } of all.slice(0, eventCount)) {
    if (attribute?.type === attributeTypes.tracepoint && format === undefined)
      health.add(missingFormat, name, event, `nothing describes tracepoint ${attribute.config}`);
  }
}

/** The clock of all its times. */
export function clockOf({ clocks }: TraceAbout) {
  const [clock] = clocks;
  if (clock === undefined) throw new Error('a recording has a clock');
  return clock;
}

/** The header says when the first sample was; other records may be earlier. */
export function earliestOf({
  about,
  recording,
  classes,
  header,
  files,
}: OpenedRecording): bigint | undefined {
  const found = earliestCycles(files, classes, recording.events, header.byteOrder);
  const said = recording.sampleTimes?.first;
  const farNs = 1n << 52n;
  const isNearer =
    found !== undefined && said !== undefined && said < found && found - said < farNs && said > 0n;
  const cycles = isNearer ? said : found;
  return cycles === undefined ? undefined : cycles + offsetNsOf(clockOf(about));
}
