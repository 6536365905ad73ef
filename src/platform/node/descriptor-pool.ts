/**
 * Open files, no more than a limit at a time: thousands of streams are read under `ulimit -n 256`.
 *
 * A file that was not read for longest is closed and opened again when it is needed; the caller does not notice.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TraceError } from '../../bytes/trace-error.ts';

/** Below the 256 that macOS and many services allow, with room for the process's own. */
const openFileCountMax = 200;

/** One file that the pool may close and open again. */
export interface PooledFile {
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  /** Which file it was when first opened: another one under the same path is not read as this one. */
  identity: string | undefined;
  /** When it was opened last. */
  sizeBytes: number;
}

/** File descriptors by file, the one used last at the end (a `Map` keeps the order of insertion). */
export class DescriptorPool {
  readonly #open = new Map<PooledFile, number>();
  /** The one used last, which is at the end already. */
  #latest: PooledFile | undefined;
  readonly #countMax: number;

  constructor(countMax = openFileCountMax) {
    this.#countMax = countMax;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** @throws TraceError `unreadable` */
  read(file: PooledFile, offsetBytes: number, target: Uint8Array): number {
    const descriptor = this.#descriptorOf(file);
    let done = 0;
    try {
      while (done < target.length) {
        const count = readSync(descriptor, target, done, target.length - done, offsetBytes + done);
        if (count === 0) break;
        done += count;
      }
    } catch (error) {
      throw unreadable(file.name, error);
    }
    return done;
  }

  /** Opens it, so that its size is known. @throws TraceError `unreadable` */
  open(file: PooledFile): void {
    this.#descriptorOf(file);
  }

  close(file: PooledFile): void {
    const descriptor = this.#open.get(file);
    if (descriptor === undefined) return;
    this.#open.delete(file);
    closeSync(descriptor);
  }

  #descriptorOf(file: PooledFile): number {
    const known = this.#open.get(file);
    if (known !== undefined && file === this.#latest) return known;
    this.#latest = file;
    if (known !== undefined) {
      this.#open.delete(file);
      this.#open.set(file, known);
      return known;
    }
    while (this.#open.size >= this.#countMax) this.#closeOldest();
    const descriptor = this.#openFile(file);
    this.#open.set(file, descriptor);
    return descriptor;
  }

  #openFile(file: PooledFile): number {
    for (;;) {
      try {
        return checkIdentity(file, openSync(file.path, 'r'));
      } catch (error) {
        if (error instanceof TraceError) throw error;
        const isTableFull = codeOf(error) === 'EMFILE' || codeOf(error) === 'ENFILE';
        // Others in this process may hold descriptors too: make room as long as there is some of ours.
        if (!isTableFull || this.#open.size === 0) throw unreadable(file.name, error);
        this.#closeOldest();
      }
    }
  }

  #closeOldest(): void {
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.close(oldest);
  }
}

function checkIdentity(file: PooledFile, descriptor: number): number {
  const status = fstatSync(descriptor);
  const identity = `${status.dev}:${status.ino}`;
  if (file.identity !== undefined && file.identity !== identity) {
    closeSync(descriptor);
    throw new TraceError({
      code: 'unreadable',
      file: file.name,
      message: 'The file was replaced by another one while it was being read',
      hint: 'read a copy of the trace, or stop the tracer first',
    });
  }
  file.identity = identity;
  file.sizeBytes = status.size;
  return descriptor;
}

function unreadable(name: string, error: unknown): TraceError {
  const isDenied = codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';
  return new TraceError({
    code: 'unreadable',
    file: name,
    message: `The file cannot be read: ${reasonOf(error)}`,
    hint: isDenied ? permissionHint : undefined,
  });
}

/** What to do about files that only root may read. */
export const permissionHint =
  'kernel traces are often readable by root alone: run with sudo, or change the owner of the files (sudo chown -R $USER TRACE)';

/** `ENOENT`, `EACCES`, … of a system error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOENT: 'no such file',
  EIO: 'the device reports an error',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many open files in the system',
  ENOTDIR: 'a part of the path is no folder',
};

/** A system error in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return (
    (code === undefined ? undefined : reasons[code]) ??
    (error instanceof Error ? error.message : String(error))
  );
}
