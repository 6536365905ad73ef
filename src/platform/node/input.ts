/** What the user named on a command line, as an input: a file, or a folder with all regular files below it. */
import { type Dirent, readdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { basename, isAbsolute, join, resolve, sep } from 'node:path';
import { inputFileCountMax, inputFolderDepthMax } from '../../bytes/limits.ts';
import type { ByteSource, InputFile, TraceInput, UnlistedFolder } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import { codeOf, DescriptorPool, type PooledFile, permissionHint, reasonOf } from './descriptor-pool.ts';
import { nearestEntry } from './nearest-entry.ts';

const sharedPool = new DescriptorPool();

/**
 * Opens a path: nothing is read yet but the listing of folders.
 * @throws TraceError `not-found`, `permission-denied`, `not-a-trace`, `too-many-files`
 */
export function openNodeInput(path: string, pool: DescriptorPool = sharedPool): TraceInput {
  if (path === '')
    throw new TraceError({
      code: 'not-found',
      file: '""',
      message: 'This is no name',
      hint: '. is this folder',
    });
  const location = resolve(path);
  const status = statusOf(path, location);
  if (status.isFile()) {
    const file: InputFile = {
      path: basename(location),
      sizeBytes: status.size,
      open: () => openFile(location, path, pool),
    };
    return { name: path, location, kind: 'file', files: [file] };
  }
  if (!status.isDirectory()) {
    throw new TraceError({
      code: 'not-a-trace',
      file: path,
      message: `A trace is a file or a folder, and this is ${describeSpecial(status)}`,
    });
  }
  const listing = listFolder(path, location);
  return {
    name: path,
    location,
    kind: 'folder',
    unlisted: listing.unlisted,
    files: listing.files.map((file) => ({
      path: file.path,
      sizeBytes: file.sizeBytes,
      open: () => openFile(`${location}/${file.path}`, join(path, file.path), pool),
    })),
  };
}

/** @throws TraceError `unreadable` */
function openFile(path: string, name: string, pool: DescriptorPool): ByteSource {
  const file: PooledFile = { path, name, identity: undefined, sizeBytes: 0 };
  pool.open(file);
  return {
    name,
    sizeBytes: file.sizeBytes,
    read: (offsetBytes, target) => pool.read(file, offsetBytes, target),
    close: () => pool.close(file),
  };
}

function statusOf(path: string, location: string): Stats {
  try {
    return statSync(location);
  } catch (error) {
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') {
      throw new TraceError({
        code: 'permission-denied',
        file: path,
        message: 'Permission denied',
        hint: permissionHint,
      });
    }
    throw new TraceError({ code: 'not-found', file: path, ...whyNotThere(path, location, error) });
  }
}

function whyNotThere(
  path: string,
  location: string,
  error: unknown,
): { readonly message: string; readonly hint?: string } {
  const target = targetOf(location);
  if (target !== undefined) {
    const where = codeOf(error) === 'ELOOP' ? 'back to itself' : 'to nothing';
    return { message: `The symbolic link points ${where}`, hint: `it is a link to ${target}` };
  }
  const isAbsent = codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
  const message = isAbsent ? 'There is no such file or folder' : `It cannot be opened: ${reasonOf(error)}`;
  const nearest = nearestEntry(path);
  if (nearest !== undefined) return { message, hint: `did you mean ${nearest}?` };
  return { message, ...(isAbsolute(path) ? {} : { hint: `it was looked for at ${location}` }) };
}

/** Where a symbolic link points; undefined for anything else. */
function targetOf(location: string): string | undefined {
  try {
    return readlinkSync(location);
  } catch {
    // It is no link, or not there at all.
    return undefined;
  }
}

interface Listing {
  readonly files: { readonly path: string; readonly sizeBytes: number }[];
  readonly unlisted: UnlistedFolder[];
}

/** All regular files below a folder, links followed; a folder that was met before (a loop of links) is not entered again. */
function listFolder(name: string, location: string): Listing {
  const listing: Listing = { files: [], unlisted: [] };
  const entered = new Set<string>();
  const pending = [{ below: '', depth: 0 }];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = entriesOf(name, location, folder.below, entered, listing.unlisted);
    for (const entry of entries) {
      const path = folder.below === '' ? entry.name : `${folder.below}/${entry.name}`;
      const status = statusOfEntry(`${location}/${path}`, `${name}/${path}`, listing.unlisted);
      if (status?.isFile()) listing.files.push({ path, sizeBytes: status.size });
      if (status?.isDirectory() && folder.depth < inputFolderDepthMax) {
        const next = { below: path, depth: folder.depth + 1 };
        // Links come last, so that a folder is found under its own name rather than under a link's.
        if (entry.isSymbolicLink()) pending.unshift(next);
        else pending.push(next);
      }
    }
    if (listing.files.length > inputFileCountMax) {
      throw new TraceError({
        code: 'too-many-files',
        file: name,
        message: `The folder has more than ${inputFileCountMax} files below it`,
        hint: 'name the folder of the trace itself',
      });
    }
  }
  listing.files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return listing;
}

/** What an entry is, links followed; undefined where a link leads nowhere or to itself. */
function statusOfEntry(path: string, name: string, unlisted: UnlistedFolder[]): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ELOOP') unlisted.push({ path: name, reason: reasonOf(error) });
    return undefined;
  }
}

/** The entries of one folder; none where it was entered before or cannot be listed. */
function entriesOf(
  name: string,
  location: string,
  below: string,
  entered: Set<string>,
  unlisted: UnlistedFolder[],
): readonly Dirent[] {
  const folder = below === '' ? location : `${location}/${below}`;
  try {
    const status = statSync(folder);
    const identity = `${status.dev}:${status.ino}`;
    if (entered.has(identity)) return [];
    entered.add(identity);
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.includes(sep));
  } catch (error) {
    if (below !== '') {
      unlisted.push({ path: `${name}/${below}`, reason: reasonOf(error) });
      return [];
    }
    const isDenied = codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';
    throw new TraceError({
      code: isDenied ? 'permission-denied' : 'unreadable',
      file: name,
      message: `The folder cannot be listed: ${reasonOf(error)}`,
      hint: isDenied ? permissionHint : undefined,
    });
  }
}

function describeSpecial(status: Stats): string {
  if (status.isFIFO()) return 'a pipe';
  if (status.isSocket()) return 'a socket';
  if (status.isCharacterDevice() || status.isBlockDevice()) return 'a device';
  return 'neither';
}
