/**
 * LTTng's index files (lttng-tools `src/common/index/ctf-index.hpp`), big endian, one entry a packet:
 *
 *   magic u32 0xC1F1DCC1 │ major u32 │ minor u32 │ entry length u32
 *   entry: offset u64 (bytes) │ packet size u64 (bits) │ content size u64 (bits) │ begin u64 │ end u64 │ discarded u64 │
 *          stream class id u64 │ from 1.1 on: stream instance id u64 │ packet sequence number u64
 *
 * An index may be absent, stale or wrong: it says where to look, and the packet found there is believed.
 */
export interface IndexEntry {
  readonly offsetBytes: number;
  readonly packetBits: number;
  readonly contentBits: number;
  readonly beginCycles: bigint;
  readonly endCycles: bigint;
}

const magic = 0xc1f1dcc1;
const headerSizeBytes = 16;
const entrySizeMinBytes = 7 * 8;

/** The entries, or in one sentence why the index is of no use. They tile the file: each begins where the one before ends. */
export function readLttngIndex(bytes: Uint8Array, streamSizeBytes: number): readonly IndexEntry[] | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerSizeBytes || view.getUint32(0) !== magic)
    return 'it does not begin with 0xC1F1DCC1';
  const entrySizeBytes = view.getUint32(12);
  if (view.getUint32(4) !== 1 || entrySizeBytes < entrySizeMinBytes) {
    return `its version ${view.getUint32(4)}.${view.getUint32(8)} with entries of ${entrySizeBytes} bytes is unknown`;
  }
  const entries: IndexEntry[] = [];
  let nextOffset = 0;
  for (let at = headerSizeBytes; at + entrySizeBytes <= bytes.length; at += entrySizeBytes) {
    const entry = {
      offsetBytes: Number(view.getBigUint64(at)),
      packetBits: Number(view.getBigUint64(at + 8)),
      contentBits: Number(view.getBigUint64(at + 16)),
      beginCycles: view.getBigUint64(at + 24),
      endCycles: view.getBigUint64(at + 32),
    };
    if (entry.offsetBytes !== nextOffset)
      return `entry ${entries.length} begins at byte ${entry.offsetBytes}, the packet before it ends at byte ${nextOffset}`;
    if (entry.packetBits === 0 || entry.packetBits % 8 !== 0)
      return `entry ${entries.length} has a packet of ${entry.packetBits} bits`;
    nextOffset += entry.packetBits / 8;
    if (nextOffset > streamSizeBytes)
      return `entry ${entries.length} ends at byte ${nextOffset} of a file of ${streamSizeBytes} bytes`;
    entries.push(entry);
  }
  return entries;
}
