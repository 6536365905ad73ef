/**
 * What is incomplete or odd about a trace, shown above every answer.
 *
 * A note is not an error: reading went on. Notes of one code and one scope are counted together, and the place of the
 * first one is kept.
 */

/** `loss`: data is missing, results are lower bounds. `damage`: bytes could not be read. `time`: clocks. `note`: good to know. */
export type HealthSeverity = 'loss' | 'damage' | 'time' | 'note';

/** What kind of note there is; each kind is described once, in the code that finds it. */
export interface HealthKind {
  /** Stable, kebab-case: `discarded-events`. */
  readonly code: string;
  readonly severity: HealthSeverity;
  /** One sentence for the user. `{count}` stands for the number, `{one|many}` for what fits it: `{count} {event was|events were} lost`. */
  readonly sentence: string;
  /** What it does to the results. */
  readonly effect: string;
  /** How to avoid it next time. */
  readonly advice: string;
}

/** Notes of one kind in one place (a stream file, a trace). */
export interface HealthNote {
  readonly kind: HealthKind;
  /** The stream file or trace that it is about. */
  readonly where: string;
  count: number;
  /** How often it was noted: 562 gaps that lost 967,700 events. */
  occurrences: number;
  /** The first one's place, in words: `packet at byte 8192`. */
  readonly first: string;
  /** What was found there, one sentence. */
  readonly detail: string;
}

/** Collects notes while a trace is read. */
export class Health {
  readonly #notes = new Map<string, HealthNote>();

  /** Notes collected elsewhere, together. */
  static of(notes: readonly HealthNote[]): Health {
    const health = new Health();
    for (const note of notes) {
      health.add(note.kind, note.where, note.first, note.detail, note.count);
      const kept = health.#notes.get(`${note.kind.code}\0${note.where}`) as HealthNote;
      kept.occurrences += note.occurrences - 1;
    }
    return health;
  }

  /** @param count how many things it concerns (events lost, packets skipped), 1 by default */
  add(kind: HealthKind, where: string, first: string, detail: string, count = 1): void {
    const key = `${kind.code}\0${where}`;
    const note = this.#notes.get(key);
    if (note === undefined) {
      this.#notes.set(key, { kind, where, count, occurrences: 1, first, detail });
    } else {
      note.count += count;
      note.occurrences += 1;
    }
  }

  /** In the order in which they were first met. */
  get notes(): readonly HealthNote[] {
    return [...this.#notes.values()];
  }

  /** The sum of counts of one kind over all places. */
  total(code: string): number {
    let total = 0;
    for (const note of this.#notes.values()) if (note.kind.code === code) total += note.count;
    return total;
  }

  /** Whether any result may be incomplete because of what was found: `--strict` then exits with 3. */
  get isIncomplete(): boolean {
    for (const note of this.#notes.values()) if (note.kind.severity !== 'note') return true;
    return false;
  }
}

/** All notes of one kind. */
export interface NotesOfKind {
  readonly first: HealthNote;
  /** Over all places. */
  readonly count: number;
  readonly placeCount: number;
}

/** Each kind once, in the order in which they were first met. */
export function notesByKind(notes: readonly HealthNote[]): readonly NotesOfKind[] {
  const kinds = new Map<string, { first: HealthNote; count: number; placeCount: number }>();
  for (const note of notes) {
    const known = kinds.get(note.kind.code);
    if (known === undefined) {
      kinds.set(note.kind.code, { first: note, count: note.count, placeCount: 1 });
    } else {
      known.count += note.count;
      known.placeCount += 1;
    }
  }
  return [...kinds.values()];
}
