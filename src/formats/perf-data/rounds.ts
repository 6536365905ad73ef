/**
 * What rounds say of the order of records, as they come (see `round-reading.ts`). A record that is older than its round promises, and one
 * without time, has its place where it came: behind all that was known to be complete then. So the order does not depend on how much of the
 * file is looked at at a time.
 */
import { noTime } from './record-list.ts';

/** The state of rounds at a place of the file. */
export class Rounds {
  /** Up to here records are known to be complete: the newest at the end of the last round but one. */
  limit = noTime;
  /** The newest at the end of the last round. */
  roundMax = noTime;
  /** The latest time of all records so far. */
  latest = noTime;

  /** A round ends here. */
  finish(): void {
    this.limit = this.roundMax;
    this.roundMax = this.latest;
  }

  /** Where in the order a record of this time is; NaN without time. */
  keyOf(timeNs: number): number {
    if (timeNs > this.latest) this.latest = timeNs;
    return timeNs > this.limit ? timeNs : this.limit;
  }

  /** The same state, to go on from later. */
  copy(): Rounds {
    const copy = new Rounds();
    copy.limit = this.limit;
    copy.roundMax = this.roundMax;
    copy.latest = this.latest;
    return copy;
  }
}
