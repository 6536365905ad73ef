/** What all ways of putting a file's records in the order of time have in common. */
import type { Window } from '../../events/engine.ts';
import type { FrameList } from '../../events/frames.ts';
import type { DataFile } from './data-file.ts';
import type { FrameFiller } from './frame-filler.ts';
import type { RecordList } from './record-list.ts';
import type { Rounds } from './rounds.ts';

/** Records that are known to be the next ones. */
export interface OrderedRecords {
  /** What places in frames are in. */
  readonly window: Window;
  /** The latest time of all records that were looked at, whether they are wanted or not; `noTime` before the first. */
  readonly latestNs: number;
  /** Adds frames of the next records to an empty list; false where there are none before `advance`. */
  fill(frames: FrameList): boolean;
  /** Goes on once all are handed out; false at the end. What was in the window may be gone. */
  advance(): boolean;
  /** At the end: where others have to go on, if the file does. */
  readonly handover?: Handover | undefined;
  /** Where a record in the window is in the sequence of records. */
  placeOf(at: number): number;
  release(): void;
}

/** Where records could not be put in order any more. */
export interface Handover {
  /** From here on there are records that were not handed out. */
  readonly fromBytes: number;
  /** Before this place records up to the limit of rounds were. */
  readonly scannedBytes: number;
  /** What is known there of the order. */
  readonly rounds: Rounds;
}

/** Hands out the records of a list. */
export class ListedRecords {
  readonly #list: RecordList;
  readonly #file: DataFile;
  readonly #filler: FrameFiller;
  #position = 0;
  #count = 0;

  constructor(list: RecordList, file: DataFile, filler: FrameFiller) {
    this.#list = list;
    this.#file = file;
    this.#filler = filler;
  }

  /** The list's first ones, in its order, are the next. */
  begin(count: number): void {
    this.#position = 0;
    this.#count = count;
  }

  fill(frames: FrameList, { window, placeOf }: Pick<OrderedRecords, 'window' | 'placeOf'>): boolean {
    if (this.#position >= this.#count) return false;
    this.#position = this.#filler.fill(
      ...([frames, this.#list, this.#position, this.#count, window.bytes()] as const),
      (at) => this.#file.noteRawPart(placeOf(at)),
    );
    return true;
  }
}
