/** Where a sample was taken: `  ffffffff815d2ca6 [unknown] ([kernel.kallsyms])`, or its call chain on lines of their own. */
import { type ClassBatch, columnAt } from '../../events/batch.ts';
import type { ListColumn } from '../../events/columns.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import type { WriteRow } from '../../tracepoints/print-format/print-format.ts';
import { kernelPid, type Mapping, type Mappings } from './mappings.ts';
import { bigintAt, cpuModes, numberAt } from './record-observers.ts';

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
    const mapping = findMapping(mappings, misc(row) & cpuModes.mask, pid(row), address);
    out.ascii(' ');
    writeAddress(address, out);
    writePlace(mapping, out);
  };
}

function findMapping(mappings: Mappings, mode: number, pid: number, address: bigint): Mapping | undefined {
  if (mode === cpuModes.kernel) return mappings.find(kernelPid, address);
  return mode === cpuModes.user ? mappings.find(pid, address) : undefined;
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

/** Among the addresses of a chain these tell whose the following ones are (linux uapi perf_event.h, `enum perf_callchain_context`). */
const contexts: ReadonlyMap<bigint, number> = new Map([
  [-32n, cpuModes.hypervisor],
  [-128n, cpuModes.kernel],
  [-512n, cpuModes.user],
]);
const firstContext = -4095n;

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
      const signed = BigInt.asIntN(64, address);
      if (signed < 0n && signed >= firstContext) {
        mode = contexts.get(signed) ?? mode;
        continue;
      }
      count++;
      const mapping = findMapping(mappings, mode, pid(row), address);
      out.ascii('\t');
      writeAddress(BigInt.asUintN(64, address + (mapping?.shift ?? 0n)), out);
      writePlace(mapping, out);
      out.ascii('\n');
    }
  };
}
