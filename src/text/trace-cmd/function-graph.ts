/**
 * The function graph (trace-cmd's trace-ftrace.c). A function in which none was called is a line of its own, another one has two:
 *
 *   funcgraph_entry:                   |  outer() {
 *   funcgraph_entry:        0.250 us   |    inner();
 *   funcgraph_exit:       # 1999.100 us |  }
 *
 * Which of them it is, the next event tells: the entry's line waits for it.
 */
import type { ClassBatch } from '../../events/batch.ts';
import type { KernelText } from '../../events/reader.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { numberReader, unsignedReader } from './handler-fields.ts';

/** An event of the function graph. */
export type GraphEvent =
  | {
      readonly kind: 'entry';
      readonly functionAt: (row: number) => bigint;
      readonly depthAt: (row: number) => number;
      readonly nameAt: (row: number) => string;
    }
  | {
      readonly kind: 'exit';
      readonly functionAt: (row: number) => bigint;
      readonly depthAt: (row: number) => number;
      readonly durationAt: (row: number) => bigint;
    };

/** Undefined where a class is none of the function graph's, or lacks its fields. */
export function graphEventOf(batch: ClassBatch, kernel: KernelText): GraphEvent | undefined {
  const { name } = batch.eventClass;
  if (!name.startsWith('ftrace:funcgraph_')) return undefined;
  const functionAt = unsignedReader(batch, 'func');
  const depthAt = numberReader(batch, 'depth');
  if (functionAt === undefined || depthAt === undefined) return undefined;
  if (name === 'ftrace:funcgraph_entry') {
    const nameAt = (row: number): string => {
      const address = functionAt(row);
      return kernel.symbolAt(address)?.name ?? address.toString(16);
    };
    return { kind: 'entry', functionAt, depthAt, nameAt };
  }
  const called = unsignedReader(batch, 'calltime');
  const returned = unsignedReader(batch, 'rettime');
  if (name !== 'ftrace:funcgraph_exit' || called === undefined || returned === undefined) return undefined;
  const durationAt = (row: number): bigint => BigInt.asUintN(64, returned(row) - called(row));
  return { kind: 'exit', functionAt, depthAt, durationAt };
}

/** An entry whose line is not ended yet. */
export interface WaitingEntry {
  readonly trace: number;
  readonly cpu: number;
  readonly tid: number | undefined;
  readonly address: bigint;
  readonly depth: number;
  readonly name: string;
}

const indentMax = 1024;
const withoutDuration = '             |  ';

export function writeNested({ depth, name }: WaitingEntry, out: ByteWriter): void {
  out.ascii(withoutDuration);
  out.ascii(indentOf(depth));
  out.text(`${name}() {`);
}

export function writeLeaf({ depth, name }: WaitingEntry, durationNs: bigint, out: ByteWriter): void {
  writeDuration(durationNs, out);
  out.ascii(indentOf(depth));
  out.text(`${name}();`);
}

export function writeExit(depth: number, durationNs: bigint, out: ByteWriter): void {
  writeDuration(durationNs, out);
  out.ascii(`${indentOf(depth)}}`);
}

function indentOf(depth: number): string {
  return '  '.repeat(Math.min(depth, indentMax));
}

function writeDuration(durationNs: bigint, out: ByteWriter): void {
  const text = durationText(durationNs);
  out.ascii(`${overheadMark(durationNs)}${text} us ${' '.repeat(Math.max(0, 7 - text.length))}|  `);
}

function overheadMark(durationNs: bigint): string {
  if (durationNs > 1_000_000_000n) return '$ ';
  if (durationNs > 1_000_000n) return '# ';
  if (durationNs > 100_000n) return '! ';
  return durationNs > 10_000n ? '+ ' : '  ';
}

/** Microseconds, with a fraction where there is room for one. */
function durationText(durationNs: bigint): string {
  const whole = String(durationNs / 1000n);
  return whole.length < 7 ? `${whole}.${String(durationNs % 1000n).padStart(3, '0')}` : whole;
}
