/** The units in which times and durations are typed, the same in options, times and filters. */

export const nsPerUnit: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['min', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** For a regular expression. */
export const unitPattern = [...nsPerUnit.keys()].join('|');

/** For a hint. */
export const unitsText = 'ns, us, ms, s, m (minutes) and h';
