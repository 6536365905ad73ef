/** Files that were packed to be sent: they are no traces yet, and what unpacks them is known. */
import type { TraceInput } from '../bytes/source.ts';

const packings: readonly { readonly magic: readonly number[]; readonly command: string }[] = [
  { magic: [0x1f, 0x8b], command: 'gunzip --keep' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], command: 'unzstd' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], command: 'unxz --keep' },
  { magic: [0x42, 0x5a, 0x68], command: 'bunzip2 --keep' },
  { magic: [0x50, 0x4b, 0x03, 0x04], command: 'unzip' },
];
const archive = /\.(?:tar(?:\.\w+)?|t[gx]z|tbz2?|tzst)$/i;

/** The command that unpacks a file; undefined where it is not packed. */
export function unpackCommand({ kind, files: [file] }: TraceInput): string | undefined {
  if (kind !== 'file' || file === undefined) return undefined;
  if (archive.test(file.path)) return 'tar --extract --file';
  const source = file.open();
  try {
    const head = new Uint8Array(8);
    source.read(0, head);
    return packings.find(({ magic }) => magic.every((byte, at) => head[at] === byte))?.command;
  } finally {
    source.close();
  }
}
