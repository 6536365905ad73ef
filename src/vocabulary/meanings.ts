/** Which classes of the opened traces stand for a canonical event, each event of the kernel once. */
import type { CanonicalMeaning, EventClass } from '../events/reader.ts';

/**
 * The meaning of each class by its index. Where a trace has both `raw_syscalls:*` and `syscalls:*` of ftrace and perf, each
 * call was recorded twice: only the first count.
 */
export function meaningsOf(classes: readonly EventClass[]): ReadonlyMap<number, CanonicalMeaning> {
  const tracesWithRaw = new Set<string>();
  for (const { trace, name, canonical } of classes) {
    if (canonical !== undefined && name.startsWith('raw_syscalls:'))
      tracesWithRaw.add(`${trace} ${canonical.name}`);
  }
  const meanings = new Map<number, CanonicalMeaning>();
  for (const { index, trace, name, canonical } of classes) {
    if (canonical === undefined) continue;
    const isSecond = name.startsWith('syscalls:') && tracesWithRaw.has(`${trace} ${canonical.name}`);
    if (!isSecond) meanings.set(index, canonical);
  }
  return meanings;
}
