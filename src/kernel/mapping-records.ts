/** What a record of a mapping means (PERF_RECORD_MMAP, PERF_RECORD_MMAP2), and how perf calls what is mapped. */
import { cpuModes } from './cpu-modes.ts';
import { endOf, kernelPid, type Mappings } from './mappings.ts';

export interface MappingRecord {
  readonly misc: number;
  readonly pid: number;
  readonly start: bigint;
  readonly sizeBytes: bigint;
  /** Where in the file it begins. */
  readonly offsetBytes: bigint;
  readonly file: string;
}

/** Takes notice of one. @returns the process under which it stands */
export function mapRecord(mappings: Mappings, record: MappingRecord): number {
  const { misc, pid, start, sizeBytes, offsetBytes, file } = record;
  const mode = misc & cpuModes.mask;
  const isKernel = mode === cpuModes.kernel || mode === cpuModes.guestKernel;
  const owner = isKernel ? kernelPid : pid;
  mappings.map(owner, {
    start,
    end: endOf(start, sizeBytes),
    shift: isKernel || isWithoutFile(file) ? 0n : offsetBytes - start,
    file: isKernel ? kernelName(file) : userName(file, pid),
  });
  return owner;
}

/** `[kernel.kallsyms]_text`, by whose symbol the kernel's beginning was found; `/lib/modules/6.1/kernel/net/mac80211.ko.xz`. */
function kernelName(file: string): string {
  if (file.startsWith('[kernel.kallsyms]')) return '[kernel.kallsyms]';
  const base = file.slice(file.lastIndexOf('/') + 1);
  const module = /^(.+)\.ko(?:\.(?:gz|xz|zst|bz2|lzma))?$/.exec(base)?.[1];
  return module === undefined ? file : `[${module.replaceAll('-', '_')}]`;
}

function isWithoutFile(file: string): boolean {
  return isAnonymous(file) || file.startsWith('[stack') || file.startsWith('/SYSV') || file === '[heap]';
}

function isAnonymous(file: string): boolean {
  return file === '//anon' || file.startsWith('/dev/zero') || file.startsWith('/anon_hugepage');
}

/** Code without a file is looked up where just-in-time compilers list it. */
function userName(file: string, pid: number): string {
  return isAnonymous(file) ? `/tmp/perf-${pid}.map` : file;
}
