/** Which existing path a mistyped one may have meant. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nearestWord } from '../../bytes/edit-distance.ts';

const partCountMax = 64;

/** The existing entry most like the first part of `path` that does not exist, if one is near enough. */
export function nearestEntry(path: string): string | undefined {
  let missing = path.replace(/\/+$/, '');
  for (let count = 0; count < partCountMax; count++) {
    const parent = dirname(missing);
    const wanted = missing.slice(missing.lastIndexOf('/') + 1);
    const entries = entriesOf(parent);
    if (entries !== undefined) {
      const entry = nearestWord(wanted, entries);
      if (entry === undefined) return undefined;
      const found = parent === '.' && !path.startsWith('./') ? entry : join(parent, entry);
      // The rest of the path may be right: exmaples/trace is examples/trace.
      const whole = found + path.replace(/\/+$/, '').slice(missing.length);
      return existsSync(whole) ? whole : found;
    }
    if (parent === missing) return undefined;
    missing = parent;
  }
  return undefined;
}

function entriesOf(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    // The part above is missing too, or it is no folder: the caller looks one level up.
    return undefined;
  }
}
