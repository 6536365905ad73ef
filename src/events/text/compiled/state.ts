/**
 * What generated text code and its caller have in common, in the memory that holds the columns:
 *
 *   state    last time │ second at hand │ end of the output │ why it stopped │ the second as text │ powers of 5 │ escapes
 *   stream   order arrays │ packet's text │ class index → class block
 *   class    function │ address of each array of its columns
 */
import type { WasmMemory } from '../../wasm/memory.ts';

/** Offsets in the state block, in bytes. */
export const state = {
  /** f64: the time of the record written last, NaN before the first. */
  lastNs: 0,
  /** i64: when the second begins whose text is at hand. */
  secondBegin: 8,
  /** i32 */
  outEnd: 16,
  stopPosition: 20,
  stopReason: 24,
  /** What stands before the nanoseconds: its length and bytes. */
  headLength: 28,
  head: 32,
  /** i32: of the stream whose records are being written. */
  streamAddress: 80,
  powersOf5: 88,
  escapes: 168,
  sizeBytes: 168 + 256 * 8,
} as const;

export const stops = {
  done: 0,
  /** The output has no room for the next record. */
  full: 1,
  /** Generated code can't write the next record. */
  declined: 2,
  /** The next record is in another second than the one at hand. */
  second: 3,
} as const;

/** Offsets in a stream's block. */
export const stream = {
  time: 0,
  classIndex: 4,
  row: 8,
  packetText: 12,
  packetLength: 16,
  /** Of the first entry in the table of classes. */
  firstClass: 20,
  classCount: 24,
  classes: 28,
} as const;

/** The addresses follow the function's number. */
export const classBlockHead = 4;

/** What an entry of the table of escapes has in its last byte, beside a number of bytes from 1 to 7 and 0, which ends the text. */
export const escapeDeclines = 255;

/** Length 0 ends the text, `undefined` leaves the record to other code. */
export type Escapes = readonly (Uint8Array | undefined)[];

/** A new state block. */
export function makeState(memory: WasmMemory, escapes: Escapes): number {
  const address = memory.allocate(state.sizeBytes);
  const view = new DataView(memory.buffer, address, state.sizeBytes);
  for (let at = 0; at < state.escapes; at++) view.setUint8(at, 0);
  view.setFloat64(state.lastNs, Number.NaN, true);
  // No time is in the second at hand, before there is one.
  view.setBigInt64(state.secondBegin, -(2n ** 62n), true);
  for (let power = 0; power < 10; power++)
    view.setBigInt64(state.powersOf5 + 8 * power, 5n ** BigInt(power), true);
  escapes.forEach((text, byte) => {
    const at = state.escapes + 8 * byte;
    view.setBigInt64(at, 0n, true);
    view.setUint8(at + 7, text === undefined ? escapeDeclines : text.length);
    text?.forEach((value, index) => {
      view.setUint8(at + index, value);
    });
  });
  return address;
}
