/**
 * The first bytes of a trace.dat file (trace-cmd.dat.v6(5) and trace-cmd.dat.v7(5), "INITIAL FORMAT").
 *
 *   17 08 44 "tracing" │ version\0 │ endian u8 │ long size u8 │ page size u32 │
 *   version 7 alone:     compression\0 its version\0 │ offset of the first options section u64 │ sections …
 */
import type { ByteSource } from '../../bytes/source.ts';
import { SourceReader } from '../../tracepoints/source-reader.ts';
import { type InitialFormat, readInitialFormat, tracingDataMagic } from '../../tracepoints/tracing-data.ts';

/** How sections and buffers of version 7 may be compressed. */
export type Compression = 'none' | 'zlib' | 'zstd';

export interface FileHead extends InitialFormat {
  readonly fileVersion: 6 | 7;
  readonly compression: Compression;
  readonly compressionVersion: string;
  /** Of the first options section; 0 in version 6. */
  readonly optionsOffsetBytes: number;
  /** Where what follows the head begins. */
  readonly endBytes: number;
}

/** A page of the traced machine, or a sub-buffer of several of them: the kernel's own limit is 1 MiB (its `RB_WRITE_MASK`). */
const pageSizeMinBytes = 64;
const pageSizeMaxBytes = 1 << 20;
/** `zstd`, `1.5.4`. */
const wordSizeMaxBytes = 64;

export function hasMagic(source: ByteSource): boolean {
  const bytes = new Uint8Array(tracingDataMagic.length);
  const count = source.read(0, bytes);
  return count === bytes.length && tracingDataMagic.every((byte, index) => bytes[index] === byte);
}

/** @throws TraceError `tracing-data`, `truncated`, `unsupported-version`, `unsupported-compression` */
export function readFileHead(source: ByteSource): FileHead {
  const reader = new SourceReader(source, 0);
  const initial = readInitialFormat(reader);
  const { version, pageSizeBytes } = initial;
  if (version !== '6' && version !== '7')
    throw reader.error(
      'unsupported-version',
      `The file's version is ${JSON.stringify(version)}, 6 and 7 are read.`,
    );
  if (!isPageSize(pageSizeBytes))
    throw reader.error(
      'tracing-data',
      `Expected a page size that is a power of two up to ${pageSizeMaxBytes}, found ${pageSizeBytes}.`,
    );
  if (version === '6') {
    const none = { compression: 'none', compressionVersion: '', optionsOffsetBytes: 0 } as const;
    return { ...initial, fileVersion: 6, ...none, endBytes: reader.offsetBytes };
  }
  const compression = reader.nulText(wordSizeMaxBytes, 'a name of the compression');
  const compressionVersion = reader.nulText(wordSizeMaxBytes, 'a version of the compression');
  if (!isCompression(compression))
    throw reader.error(
      'unsupported-compression',
      `The file is compressed with ${JSON.stringify(compression)}; none, zlib and zstd are read.`,
    );
  const optionsOffsetBytes = readPosition(reader, 'the place of the options');
  return {
    ...{ ...initial, fileVersion: 7, compression, compressionVersion, optionsOffsetBytes },
    endBytes: reader.offsetBytes,
  };
}

/** An offset or size in the file: what no file can have is infinite, so that every comparison with the file's size fails. */
export function readPosition(reader: SourceReader, what: string): number {
  const value = reader.u64(what);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value);
}

export function isPageSize(sizeBytes: number): boolean {
  return (
    sizeBytes >= pageSizeMinBytes && sizeBytes <= pageSizeMaxBytes && Number.isInteger(Math.log2(sizeBytes))
  );
}

function isCompression(name: string): name is Compression {
  return name === 'none' || name === 'zlib' || name === 'zstd';
}
