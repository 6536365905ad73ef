/** What a style says of its lines, so that code can be generated for them. */
import type { ClassBatch, EventBatch } from '../../batch.ts';
import type { EventStream } from '../../reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { TimeForm } from './emit-run.ts';
import type { Escapes } from './state.ts';
import type { Piece } from './template.ts';

export interface LineStyle {
  /** `TextContext.generatedCountMin` */
  readonly generatedCountMin: number | undefined;
  /** What is written for each byte of text. */
  readonly escapes: Escapes;
  readonly time: TimeForm;
  /** What stands before the nanoseconds of a time, and when its second begins; undefined where `single` is to write. */
  head(timeNs: number): { readonly text: Uint8Array; readonly beginNs: number } | undefined;
  /** What follows the times of a class's records, the line end included; undefined where `single` is to write. */
  pieces(batch: ClassBatch, stream: EventStream): readonly Piece[] | undefined;
  /** What all records of a packet have in common. */
  packetText(batch: EventBatch, packetRow: number): Uint8Array;
  /** Writes what generated code can't, the same text one record at a time; it shares the time of the last one. */
  readonly single: {
    lastTimeNs: number;
    write(batch: EventBatch, position: number, out: ByteWriter): void;
  };
}
