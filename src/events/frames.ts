/**
 * Records in frames: where each record lies, of which class it is and when it happened is found by the format (a ring buffer's page, the
 * records of perf.data), which then has the fields decoded by the same two decoders that read CTF.
 *
 *   window    …┤ header │ sample fields      │ raw: common fields, fields │ more ├┤ header │ …
 *                       ▲contextAt                                        ▲contextEnd
 *                                            ▲bodyAt                      ▲bodyEnd (before what follows the raw part)
 *   frames    classId │ timeNs │ cpu │ contextAt │ contextEnd │ bodyAt │ bodyEnd
 *
 * `specific-context` is decoded at `contextAt`; `common-context` and `payload`, both, at `bodyAt`: their members say where they begin
 * (`Member.offsetBits`). A frame whose fields do not fit is a fault of its own: the next frame is where the format says.
 *
 * Only what is selected is looked at, and what is in the way of it (`frame-scopes.ts`). Frames begin at any byte: no type in them is aligned
 * to more than 8 bits. Integers with a clock mean nothing here.
 */
import type { MutableEventBatch } from './batch-builder.ts';
import type { DecodeFault } from './bit-cursor.ts';
import type { RecordLayout } from './layout.ts';
import type { EventClass } from './reader.ts';
import type { Selection } from './selection.ts';

/**
 * Frames of one window, filled by a format and decoded at once. The arrays are views that are valid until the next decoding (memory may
 * move): ask for them anew after it. Offsets are bytes from the window's beginning.
 */
export interface FrameList {
  /** How many there is room for. */
  readonly capacity: number;
  /** How many there are. */
  count: number;
  /** Key of `RecordLayout.classes`, as a number. */
  readonly classId: Uint32Array;
  /** Relative to the origin; NaN where a record has no time. */
  readonly timeNs: Float64Array;
  /** The clock's value as recorded: filled only where the batch keeps cycles. */
  readonly cycles: BigUint64Array;
  /** -1 unknown. */
  readonly cpu: Int32Array;
  /** Places of what is not read (a scope that the class lacks, or of which nothing is selected) may be anything. */
  readonly contextAt: Uint32Array;
  readonly contextEnd: Uint32Array;
  readonly bodyAt: Uint32Array;
  readonly bodyEnd: Uint32Array;
  release(): void;
}

/** What a decoder of frames is made from. `layout` has no headers and no class id fields. */
export interface FrameDecoderParts {
  readonly layout: RecordLayout;
  readonly selection: Selection;
  /** Class id → event class. */
  readonly eventClasses: ReadonlyMap<bigint, EventClass>;
}

/** Where decoding ended. */
export type FrameStop =
  /** All frames were decoded. */
  | { readonly kind: 'end' }
  /** The batch is full; go on from frame `at` with the next one. */
  | { readonly kind: 'full'; readonly at: number }
  /** The fields of frame `at` can't be decoded: it is left out; go on with the one after it. */
  | {
      readonly kind: 'fault';
      readonly at: number;
      readonly fault: DecodeFault;
      readonly className: string | undefined;
    };

/** Decodes frames of one window into columns. Frames of classes that are not selected are stepped over. */
export interface FrameDecoder {
  /**
   * Decodes frames from `from` on.
   * @param bytes the window's bytes, as `Window.bytes()` gives them now
   */
  decode(bytes: Uint8Array, frames: FrameList, from: number, batch: MutableEventBatch): FrameStop;
  /** Empties its columns for the next batch. */
  clear(): void;
  /** Before the batch is handed out: tells its columns how much is in them. */
  publish(): void;
  /** Gives back the memory that it uses. */
  release(): void;
}
