/** Where a sample was taken: `  ffffffff815d2ca6 [unknown] ([kernel.kallsyms])`, or its call chain on lines of their own. */
import { type ClassBatch, columnAt } from '../../events/batch.ts';
import type { ListColumn } from '../../events/columns.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { contextMode, cpuModes, isContext } from '../../kernel/cpu-modes.ts';
import type { Mapping, Mappings } from '../../kernel/mappings.ts';
import type { WriteRow } from '../../tracepoints/print-format/print-format.ts';
import { bigintAt, numberAt } from './record-observers.ts';

const addressWidth = 16;
/** Entries of a call chain that perf follows. */
const chainLengthMax = 127;

/** Undefined where samples have neither, and of tracepoints without call chains. */
export function compileAddresses(batch: ClassBatch, mappings: Mappings): WriteRow | undefined {
  const context = batch.scopes.get('specific-context');
  const misc = numberAt(batch, 'specific-context', 'misc');
  const pid = numberAt(batch, 'specific-context', 'pid');
  const chain = columnAt(context, ['callchain']);
  if (chain?.kind === 'list' && chain.element.kind === 'bigint')
    return chainWriter(chain, misc, pid, mappings);
  if (columnAt(context, ['ip']) === undefined || batch.eventClass.kernelText !== undefined) return undefined;
  const ip = bigintAt(batch, 'specific-context', 'ip');
  return (row, out) => {
    const address = ip(row);
    const mapping = mappings.findIn(misc(row) & cpuModes.mask, pid(row), address);
    out.ascii(' ');
    writeAddress(address, out);
    writePlace(mapping, out);
  };
}

function writeAddress(address: bigint, out: ByteWriter): void {
  out.ascii(address.toString(16).padStart(addressWidth));
}

function writePlace(mapping: Mapping | undefined, out: ByteWriter): void {
  if (mapping === undefined) {
    out.ascii(' [unknown] ([unknown])');
    return;
  }
  out.ascii(' [unknown] (');
  out.text(mapping.file);
  out.ascii(')');
}

/** Addresses in files are shown as places in them. */
function chainWriter(
  column: ListColumn,
  misc: (row: number) => number,
  pid: (row: number) => number,
  mappings: Mappings,
): WriteRow {
  const element = column.element;
  return (row, out) => {
    out.ascii('\n');
    const end = column.starts[row + 1] as number;
    let mode = misc(row) & cpuModes.mask;
    let count = 0;
    for (let at = column.starts[row] as number; at < end && count < chainLengthMax; at++) {
      const address = BigInt.asUintN(64, element.kind === 'bigint' ? (element.values[at] as bigint) : 0n);
      if (isContext(address)) {
        mode = contextMode(address) ?? mode;
        continue;
      }
      count++;
      const mapping = mappings.findIn(mode, pid(row), address);
      out.ascii('\t');
      writeAddress(BigInt.asUintN(64, address + (mapping?.shift ?? 0n)), out);
      writePlace(mapping, out);
      out.ascii('\n');
    }
  };
}
