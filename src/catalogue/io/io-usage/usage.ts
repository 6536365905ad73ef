/** Bytes that were read and written, summed up. */
import type { FileKind } from '../../../analysis/index.ts';
import type { Order } from './shapes.ts';

/** The kinds that have a column of their own; pipes and what is not known go together. */
interface Bytes {
  total: number;
  files: number;
  sockets: number;
  callCount: number;
}

/** The first so many users of a file are told. */
export const userCountMax = 8;

export class Usage {
  readonly read: Bytes = { total: 0, files: 0, sockets: 0, callCount: 0 };
  readonly written: Bytes = { total: 0, files: 0, sockets: 0, callCount: 0 };
  /** Of a file: in the model's names, 0 unknown. */
  path = 0;
  kind: FileKind = 'unknown';
  /** Of a file: the last descriptor by process. */
  readonly users = new Map<number, number>();

  add(direction: 'read' | 'written', sizeBytes: number, kind: FileKind): void {
    const bytes = this[direction];
    bytes.callCount += 1;
    bytes.total += sizeBytes;
    if (kind === 'file') bytes.files += sizeBytes;
    else if (kind === 'socket') bytes.sockets += sizeBytes;
  }

  addUser(process: number, fd: number): void {
    if (this.users.has(process) || this.users.size <= userCountMax) this.users.set(process, fd);
  }

  merge({ read, written }: Usage): void {
    addAll(this.read, read);
    addAll(this.written, written);
  }

  bytesBy(order: Order): number {
    return order === 'total' ? this.read.total + this.written.total : this[order].total;
  }

  /** Whether anything was read or written, or tried to be. */
  hasCalls(order: Order): boolean {
    const { read, written } = this;
    return (order === 'total' ? read.callCount + written.callCount : this[order].callCount) > 0;
  }

  cells(seconds: number | undefined) {
    const { read, written } = this;
    const others = ({ total, files, sockets }: Bytes) => total - files - sockets;
    return {
      read: read.total,
      written: written.total,
      reads: read.callCount,
      writes: written.callCount,
      'read-files': read.files,
      'read-sockets': read.sockets,
      'read-others': others(read),
      'written-files': written.files,
      'written-sockets': written.sockets,
      'written-others': others(written),
      'read-rate': seconds === undefined ? undefined : read.total / seconds,
      'written-rate': seconds === undefined ? undefined : written.total / seconds,
    };
  }
}

function addAll(sum: Bytes, more: Bytes): void {
  sum.total += more.total;
  sum.files += more.files;
  sum.sockets += more.sockets;
  sum.callCount += more.callCount;
}
