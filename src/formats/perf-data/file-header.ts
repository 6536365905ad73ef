/**
 * The beginning of a perf.data file (linux tools/perf/util/header.h; perf.data-file-format.txt).
 *
 *   file   "PERFILE2" │ size u64 = 104 │ attr_size u64 │ attrs │ data │ event_types (each: offset u64, size u64) │ features 256 bits
 *          … ids … │ attrs: attr, ids section │ data: records │ a section for each feature bit │ features
 *   pipe   "PERFILE2" │ size u64 = 16 │ records to the end, what describes them among them
 *
 * A file of the other byte order has the magic backwards. Before version 2 the magic is "PERFFILE" whatever the byte order, which
 * then only sizes tell. A recorder that was killed leaves a data size of 0, and feature bits without sections.
 */
import type { ByteSource } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import type { ByteOrder } from '../../events/layout.ts';
import { featureBits } from './feature-numbers.ts';
import { type Section, SectionReader } from './section-reader.ts';

/** What the beginning of a file says. */
export interface FileHeader {
  readonly kind: 'file' | 'pipe';
  readonly version: 1 | 2;
  readonly byteOrder: ByteOrder;
  /** Of an entry in `attrs`: the attribute itself and 16 bytes. */
  readonly attrSizeBytes: number;
  readonly attrs: Section;
  /** Records; ends no later than the file. */
  readonly data: Section;
  /** What the header says of the data's size. */
  readonly saidDataSizeBytes: number;
  /** Bytes of data that the header promises and the file does not have. */
  readonly missingBytes: number;
  /** The recorder did not get to write sizes. */
  readonly isUnfinished: boolean;
  readonly features: readonly { readonly feature: number; readonly section: Section }[];
  /** Whose bits are set, but whose sections the file is too short to tell. */
  readonly lostFeatures: readonly number[];
}

const headerSizeBytes = 104;
const pipeHeaderSizeBytes = 16;
/** Without feature bits: before Linux 2.6.32. */
const oldHeaderSizeBytes = 72;
const featuresOffsetBytes = 72;

/** The kinds of magic, as text. */
const magics: Readonly<
  Record<string, { readonly version: 1 | 2; readonly byteOrder: ByteOrder | undefined }>
> = {
  PERFILE2: { version: 2, byteOrder: 'le' },
  '2ELIFREP': { version: 2, byteOrder: 'be' },
  PERFFILE: { version: 1, byteOrder: undefined },
};

/** What the first eight bytes say; undefined for other files. */
export function magicOf(bytes: Uint8Array): (typeof magics)[string] | undefined {
  return magics[String.fromCharCode(...bytes.subarray(0, 8))];
}

/** @throws TraceError when it is no perf.data, or its header can't be */
export function readFileHeader(source: ByteSource): FileHeader {
  const bytes = new Uint8Array(headerSizeBytes);
  const count = source.read(0, bytes);
  const magic = magicOf(bytes);
  if (magic !== undefined && count < pipeHeaderSizeBytes) {
    const message = `The file ends after ${count} bytes, where its header has ${pipeHeaderSizeBytes} at least.`;
    throw headerError(source, 'perf-header', count, message);
  }
  if (magic === undefined) {
    const found = Array.from(bytes.subarray(0, Math.min(count, 8)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    throw headerError(
      source,
      'perf-magic',
      0,
      `A perf.data file begins with PERFILE2, this one with the bytes ${found.join(' ')}.`,
    );
  }
  const byteOrder = magic.byteOrder ?? guessByteOrder(bytes);
  const reader = new SectionReader(bytes.subarray(0, count), byteOrder, source.name, 0, 'file header');
  reader.skip(8);
  const sizeBytes = reader.size64();
  if (sizeBytes === pipeHeaderSizeBytes) {
    const dataSizeBytes = source.sizeBytes - pipeHeaderSizeBytes;
    return {
      ...{
        kind: 'pipe',
        version: magic.version,
        byteOrder,
        attrSizeBytes: 0,
        features: [],
        lostFeatures: [],
      },
      attrs: { offsetBytes: 0, sizeBytes: 0, saidAtBytes: 0 },
      data: { offsetBytes: pipeHeaderSizeBytes, sizeBytes: dataSizeBytes, saidAtBytes: 0 },
      ...{ saidDataSizeBytes: dataSizeBytes, missingBytes: 0, isUnfinished: false },
    };
  }
  if (sizeBytes !== headerSizeBytes && sizeBytes !== oldHeaderSizeBytes) {
    const message = `The header says that it is ${sizeBytes} bytes, where ${headerSizeBytes} (in a pipe ${pipeHeaderSizeBytes}) are known.`;
    throw headerError(source, 'perf-header', 8, message);
  }
  const attrSizeBytes = reader.size64();
  const attrs = reader.section();
  const said = reader.section();
  const data = dataWithin(source, said);
  const isUnfinished = said.sizeBytes === 0;
  const hasFeatures = sizeBytes === headerSizeBytes && !isUnfinished && data.sizeBytes === said.sizeBytes;
  return {
    ...{ kind: 'file', version: magic.version, byteOrder, attrSizeBytes, attrs, data, isUnfinished },
    saidDataSizeBytes: said.sizeBytes,
    missingBytes: Math.max(0, said.sizeBytes - data.sizeBytes),
    ...(hasFeatures ? readFeatureTable(source, byteOrder, bytes, data) : { features: [], lostFeatures: [] }),
  };
}

/** In version 1 an entry of attributes is a small number of bytes in one order, and a huge one in the other. */
function guessByteOrder(bytes: Uint8Array): ByteOrder {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getBigUint64(8, true) <= 0xffffn ? 'le' : 'be';
}

function dataWithin(source: ByteSource, said: Section): Section {
  if (said.offsetBytes > source.sizeBytes) {
    const message = `The data begins at byte ${said.offsetBytes}, after the end of the file, which has ${source.sizeBytes}.`;
    throw headerError(source, 'perf-header', 40, message);
  }
  const leftBytes = source.sizeBytes - said.offsetBytes;
  const sizeBytes = said.sizeBytes === 0 ? leftBytes : Math.min(said.sizeBytes, leftBytes);
  return { ...said, sizeBytes };
}

/** Behind the data there is a section for each bit, in the order of bits. A table that is cut off ends early. */
function readFeatureTable(
  source: ByteSource,
  byteOrder: ByteOrder,
  header: Uint8Array,
  data: Section,
): Pick<FileHeader, 'features' | 'lostFeatures'> {
  const numbers = featureBits(header.subarray(featuresOffsetBytes, headerSizeBytes), byteOrder);
  const offsetBytes = data.offsetBytes + data.sizeBytes;
  const table = new Uint8Array(numbers.length * 16);
  const count = source.read(offsetBytes, table);
  const reader = new SectionReader(
    table.subarray(0, count),
    byteOrder,
    source.name,
    offsetBytes,
    'feature table',
  );
  const features: { feature: number; section: Section }[] = [];
  for (const feature of numbers) {
    if (reader.remainingBytes < 16) break;
    features.push({ feature, section: reader.section() });
  }
  return { features, lostFeatures: numbers.slice(features.length) };
}

function headerError(source: ByteSource, code: string, offset: number, message: string): TraceError {
  return new TraceError({
    ...{ code, file: source.name, message },
    place: { unit: 'byte', offset },
    chain: ['file header'],
  });
}
