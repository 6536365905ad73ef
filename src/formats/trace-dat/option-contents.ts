/** Options with several values. */
import type { SourceReader } from '../../tracepoints/source-reader.ts';
import { type FileHead, isPageSize, readPosition } from './file-head.ts';

/** Where one instance's buffers are. */
export interface BufferOption {
  /** The name of the instance; empty for the top one. */
  readonly name: string;
  /** Of its section; in version 6 of the word that says how it was recorded. */
  readonly offsetBytes: number;
  /** Its text is in the file, not its records. */
  readonly isText: boolean;
  /** Version 7 says these here, version 6 where the buffer begins. */
  readonly clock: string | undefined;
  readonly pageSizeBytes: number;
  readonly cpus: readonly CpuRegion[];
}

/** Where one CPU's pages are. */
export interface CpuRegion {
  readonly cpu: number;
  readonly offsetBytes: number;
  /** In the file: of compressed chunks, where they are compressed. */
  readonly sizeBytes: number;
}

/** A virtual machine whose kernel was traced at the same time. */
export interface Guest {
  readonly name: string;
  readonly traceId: bigint;
  /** The host's thread that runs a CPU, by CPU. */
  readonly tidByCpu: ReadonlyMap<number, number>;
}

const regionSizeBytes = 20;
const nameSizeMaxBytes = 4096;

export function readBuffer(reader: SourceReader, head: FileHead, isText: boolean): BufferOption {
  const offsetBytes = readPosition(reader, 'the place of the buffer');
  const name = reader.nulText(nameSizeMaxBytes, 'the name of the buffer');
  if (head.fileVersion === 6)
    return {
      name,
      offsetBytes,
      isText: false,
      clock: undefined,
      pageSizeBytes: head.pageSizeBytes,
      cpus: [],
    };
  const clock = reader.nulText(nameSizeMaxBytes, 'the clock of the buffer');
  if (isText) return { name, offsetBytes, isText, clock, pageSizeBytes: head.pageSizeBytes, cpus: [] };
  const pageSizeBytes = reader.u32('the page size');
  if (!isPageSize(pageSizeBytes))
    throw reader.error('damaged-option', `The page size of buffer "${name}" is ${pageSizeBytes}`);
  const count = reader.u32('the number of CPUs');
  if (count * regionSizeBytes > reader.remainingBytes)
    throw reader.error(
      'damaged-option',
      `${count} CPUs don't fit into the ${reader.remainingBytes} bytes that are left`,
    );
  const cpus: CpuRegion[] = [];
  for (let index = 0; index < count; index++) cpus.push(readCpuRegion(reader, reader.u32('a CPU')));
  return { name, offsetBytes, isText, clock, pageSizeBytes, cpus };
}

export function readCpuRegion(reader: SourceReader, cpu: number): CpuRegion {
  const offsetBytes = readPosition(reader, `the place of the data of CPU ${cpu}`);
  return { cpu, offsetBytes, sizeBytes: readPosition(reader, `the size of the data of CPU ${cpu}`) };
}

export function readGuest(reader: SourceReader): Guest {
  const name = reader.nulText(nameSizeMaxBytes, 'the name of the guest');
  const traceId = reader.u64('the id of its trace');
  const count = reader.u32('the number of its CPUs');
  if (count * 8 > reader.remainingBytes)
    throw reader.error(
      'damaged-option',
      `${count} CPUs don't fit into the ${reader.remainingBytes} bytes that are left`,
    );
  const tidByCpu = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    const cpu = reader.u32('a CPU of the guest');
    tidByCpu.set(cpu, reader.u32("the host's thread"));
  }
  return { name, traceId, tidByCpu };
}
