/**
 * What JavaScript and generated code tell each other of runs, in the memory of generated code. A run is a part of the file whose samples
 * are in ascending order, mostly of one buffer that perf emptied:
 *
 *   file        │ cpu 0: 1 3 6 │ cpu 1: 2 4 ‖ 3 │ cpu 0: 7 9 │ cpu 1: 5 8 │
 *   sequences   1 3 6 ── 7 9
 *               2 4 ── 5 8
 *               3
 *
 * A run follows another one all of whose records are earlier, so that there are as many sequences as buffers, however short rounds are. Runs are in
 * the order of the file: of equal times the run that comes first precedes. Of the sequences a heap has the one with the earliest record on top.
 */

/** A run, by offsets from its address; the first five are doubles. */
export const runParts = {
  /** Time of its first record. */
  key: 0,
  /** Where in the file its next record is; of one that is in memory, where its place is more than its address by `delta`. */
  place: 8,
  endPlace: 16,
  /** Time of its last record. */
  latest: 24,
  delta: 32,
  /** Address of its next record; 0 where it is not in memory. */
  at: 40,
  /** End of what is in memory of it. */
  end: 44,
  /** How far behind its address that of the run that follows it is; 0 for none. */
  following: 48,
} as const;
export const runBytes = 56;

/** An element of the heap, a sequence: the earliest that a record of it may have, and the addresses of its first and last run. */
export const heapParts = { key: 0, run: 8, last: 12 } as const;
export const heapBytes = 16;

/** More runs than have room here are not for generated code. */
export const runCountMax = 1 << 15;

/** By offsets from the state's address; the first eight are doubles. */
export const runState = {
  /** As of `Rounds`. */
  limit: 0,
  roundMax: 8,
  latest: 16,
  /** Of the run that is being found: time of its last record. Infinite where the next record begins another one. */
  lastKey: 24,
  /** What a place in the file is more than its address in the window. */
  delta: 32,
  /** Records from this time on are not handed out; nor those that come, in the file, behind `tiePlace` where they have the time `tieKey`. */
  stop: 40,
  tieKey: 48,
  tiePlace: 56,
  /** The run that is being found; 0 for none. */
  openRun: 64,
  runCount: 68,
  heapCount: 72,
  frameCount: 76,
  /** Frames were written whose raw part is to be looked for. */
  isIncomplete: 80,
} as const;
export const stateBytes = 88;

/** Where merging stopped. */
export const mergeStops = {
  /** At the end of what is known to be next. */
  done: 0,
  /** No frame is left. */
  full: 1,
  /** What is next of the heap's first run is not in memory. */
  absent: 2,
} as const;
