/** Which classes of the opened traces stand for a canonical event, each event of the kernel once. */
import type { CanonicalMeaning, EventClass } from '../events/reader.ts';

/**
 * The meaning of each class by its index. Where a trace has both `raw_syscalls:*` and `syscalls:*` of ftrace and perf, each
 * call was recorded twice: only the first count. So do tracepoints beside records that perf makes of the same (`PERF_RECORD_FORK`).
 */
export function meaningsOf(classes: readonly EventClass[]): ReadonlyMap<number, CanonicalMeaning> {
  let meanings = known.get(classes);
  if (meanings === undefined) {
    meanings = findMeanings(classes);
    known.set(classes, meanings);
  }
  return meanings;
}

/** A trace has a thousand classes, and each analysis asks several times. */
const known = new WeakMap<readonly EventClass[], ReadonlyMap<number, CanonicalMeaning>>();

function findMeanings(classes: readonly EventClass[]): ReadonlyMap<number, CanonicalMeaning> {
  // Most tracers have classes of none of these names: nothing is compared then.
  const present = ranks.filter((rank) => classes.some(({ name }) => name.startsWith(rank)));
  const isSecond = present.length === 0 ? undefined : secondsAmong(classes, present);
  const meanings = new Map<number, CanonicalMeaning>();
  for (const eventClass of classes) {
    const { canonical } = eventClass;
    if (canonical !== undefined && isSecond?.(eventClass, canonical) !== true)
      meanings.set(eventClass.index, canonical);
  }
  return meanings;
}

/** Tells of a class with one of these ranks whether another class of its trace means the same and is better. */
function secondsAmong(classes: readonly EventClass[], present: readonly Rank[]) {
  const better = new Set<string>();
  for (const { trace, name, canonical } of classes) {
    if (canonical === undefined) continue;
    for (const rank of present) if (isBetter(name, rank)) better.add(`${rank} ${trace} ${canonical.name}`);
  }
  return ({ trace, name }: EventClass, meaning: CanonicalMeaning): boolean => {
    const rank = present.find((prefix) => name.startsWith(prefix));
    return rank !== undefined && better.has(`${rank} ${trace} ${meaning.name}`);
  };
}

/** Beginnings of the names of classes that others of the same trace may be better than. */
const ranks = ['syscalls:', 'PERF_RECORD_'] as const;
type Rank = (typeof ranks)[number];

function isBetter(name: string, rank: Rank): boolean {
  return rank === 'syscalls:' ? name.startsWith('raw_syscalls:') : !name.startsWith(rank);
}
