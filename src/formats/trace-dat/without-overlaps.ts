/** Pages that two CPUs claim are read once: otherwise a small file could ask for any number of bytes to be read. */
import { damagedOptions } from './health-kinds.ts';
import type { BufferCpu, Note, TraceBuffer } from './trace-file.ts';

export function withoutOverlaps(buffers: readonly TraceBuffer[], note: Note): readonly TraceBuffer[] {
  const regions = buffers.flatMap((buffer) => buffer.cpus).filter((region) => region.sizeBytes > 0);
  const dropped = new Set<BufferCpu>();
  let end = 0;
  for (const region of regions.toSorted((a, b) => a.offsetBytes - b.offsetBytes)) {
    if (region.offsetBytes < end) {
      dropped.add(region);
      const detail = `The data of CPU ${region.cpu} begins at byte ${region.offsetBytes}, that of another CPU ends at byte ${end}`;
      note(damagedOptions, `byte ${region.offsetBytes}`, detail);
    } else end = region.offsetBytes + region.sizeBytes;
  }
  if (dropped.size === 0) return buffers;
  return buffers.map((buffer) => ({ ...buffer, cpus: buffer.cpus.filter((region) => !dropped.has(region)) }));
}
