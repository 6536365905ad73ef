/**
 * What is mapped where, by process and in the kernel, as the mapping records before an event tell.
 *
 * A mapping replaces what it covers:
 *
 *   before   ├──── libc ────┤├── ld ──┤
 *   new            ├── x ──┤
 *   after    ├libc─┤├── x ──┤├l┤├── ld ──┤
 */
import { cpuModes } from './cpu-modes.ts';

export interface Mapping {
  readonly start: bigint;
  /** The first address behind it. */
  readonly end: bigint;
  /** What is added to an address for its place in the file. */
  readonly shift: bigint;
  readonly file: string;
  /** Where all of it is one function. */
  readonly symbol?: string;
}

/** The kernel's own mappings stand under this number, which no record can have for a process. */
export const kernelPid = 2 ** 40;

/** Mappings of all processes together; what a recording tells beyond is not known. */
const mappingCountMax = 1 << 20;
const largest = (1n << 64n) - 1n;

export class Mappings {
  /** By process, ascending, none over another. */
  readonly #byPid = new Map<number, Mapping[]>();
  #count = 0;

  map(pid: number, mapping: Mapping): void {
    if (this.#count >= mappingCountMax || mapping.end <= mapping.start) return;
    let list = this.#byPid.get(pid);
    if (list === undefined) {
      list = [];
      this.#byPid.set(pid, list);
    }
    const before = list.length;
    const from = firstBehind(list, mapping.start);
    let to = from;
    while (to < list.length && (list[to] as Mapping).start < mapping.end) to++;
    const kept: Mapping[] = [];
    const first = list[from];
    const last = list[to - 1];
    if (to > from && first !== undefined && first.start < mapping.start)
      kept.push({ ...first, end: mapping.start });
    kept.push(mapping);
    if (to > from && last !== undefined && last.end > mapping.end) kept.push({ ...last, start: mapping.end });
    list.splice(from, to - from, ...kept);
    this.#count += list.length - before;
  }

  /** A new process has its parent's mappings. */
  fork(pid: number, parentPid: number): void {
    if (pid === parentPid) return;
    const list = this.#byPid.get(parentPid);
    this.#count -= this.#byPid.get(pid)?.length ?? 0;
    if (list === undefined || this.#count + list.length > mappingCountMax) {
      this.#byPid.delete(pid);
      return;
    }
    this.#byPid.set(pid, [...list]);
    this.#count += list.length;
  }

  /** @param mode who runs, of `cpuModes`; of hypervisors and guests nothing is known */
  findIn(mode: number, pid: number, address: bigint): Mapping | undefined {
    if (mode === cpuModes.kernel) return this.find(kernelPid, address);
    return mode === cpuModes.user ? this.find(pid, address) : undefined;
  }

  find(pid: number, address: bigint): Mapping | undefined {
    const list = this.#byPid.get(pid);
    if (list === undefined) return undefined;
    const found = list[firstBehind(list, address)];
    return found !== undefined && found.start <= address ? found : undefined;
  }
}

/** The index of the first mapping that ends behind an address. */
function firstBehind(list: readonly Mapping[], address: bigint): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as Mapping).end <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The end of `size` bytes from an address; nothing lies behind the last one. */
export function endOf(start: bigint, size: bigint): bigint {
  const end = start + size;
  return end > largest ? largest : end;
}
