/** After a packet whose head is wrong: where the next one begins, by its magic number (CTF 1.8 §5.1). */
import type { ByteSource } from '../../bytes/source.ts';
import type { PacketHead, PacketHeadReader } from './packets.ts';
import { PacketFault, packetMagic, roleFieldsOf } from './packets.ts';
import type { TraceClass } from './trace-class.ts';

const windowSizeBytes = 1 << 18;

/** How many places with the magic number are tried: damaged content may be full of them. */
const candidateCountMax = 4096;

/**
 * The next place from `fromBytes` on where a packet's head is right; undefined if there is none, or if packets of this
 * trace do not begin with a magic number.
 */
export function findNextPacket(
  traceClass: TraceClass,
  source: ByteSource,
  heads: PacketHeadReader,
  index: number,
  fromBytes: number,
): PacketHead | undefined {
  const pattern = magicBytes(traceClass);
  if (pattern === undefined) return undefined;
  let candidates = 0;
  for (const offsetBytes of occurrences(source, fromBytes, pattern)) {
    if (candidates++ === candidateCountMax) return undefined;
    try {
      return heads.read(index, offsetBytes);
    } catch (error) {
      if (!(error instanceof PacketFault)) throw error;
    }
  }
  return undefined;
}

function magicBytes(traceClass: TraceClass): Uint8Array | undefined {
  const type = roleFieldsOf(traceClass, undefined).get('magic');
  if (type?.kind !== 'integer' || type !== traceClass.packetHeader?.members[0]?.type) return undefined;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, packetMagic, type.byteOrder === 'le');
  return bytes;
}

function* occurrences(source: ByteSource, fromBytes: number, pattern: Uint8Array): Iterable<number> {
  const window = new Uint8Array(windowSizeBytes);
  for (let base = fromBytes; base < source.sizeBytes; ) {
    const count = source.read(base, window);
    if (count < pattern.length) return;
    const first = pattern[0] as number;
    const last = count - pattern.length;
    for (let at = window.indexOf(first); at >= 0 && at <= last; at = window.indexOf(first, at + 1)) {
      if (pattern.every((byte, index) => window[at + index] === byte)) yield base + at;
    }
    base += last + 1;
  }
}
