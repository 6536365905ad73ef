/**
 * Samples: where a thread was, address by address from the innermost function outwards.
 *
 * An address becomes a place: a function where the recording names it, else the address in its object, which is the file that was
 * mapped there at the time. Addresses are looked up once a process and mapping.
 */

import { grown } from '../events/columns.ts';
import type { EventClass } from '../events/reader.ts';
import { contextMode, cpuModes, isContext } from './cpu-modes.ts';
import { kernelPid, type Mapping, type Mappings } from './mappings.ts';
import type { Names } from './names.ts';

/** One sample; the object is used for all of them. */
export interface SampleTaken {
  readonly tid: number;
  readonly pid: number;
  readonly cpu: number;
  readonly timeNs: number;
  /** What was counted. */
  readonly eventClass: EventClass;
  /** How much of it this sample stands for. */
  readonly period: number;
  /** Whether the processor says that `place` is exactly where it happened. */
  readonly isExact: boolean;
  /** Where it was taken, as a number of `model.samples.places`. */
  readonly place: number;
  /** The first `frameCount` are places, callees first: as many as were recorded, at least one. */
  readonly frames: Int32Array;
  readonly frameCount: number;
}

export const sampleTaken = 1024;

/** Frames of one sample beyond this are left out: the kernel records 127 unless it is told otherwise. */
const frameCountMax = 1024;
/** Looked-up addresses of all processes that are kept. */
const knownCountMax = 1 << 20;
const exactIp = 1 << 14;
/** Of hypervisors and guests nothing is mapped. */
const nobodyPid = kernelPid + 1;
const kernelObject = '[kernel.kallsyms]';
const unknownObject = '[unknown]';

/** Functions and addresses by number. */
export class Places {
  readonly #names: Names;
  readonly #byKey = new Map<number, number>();
  readonly #objects: number[] = [];
  readonly #symbols: number[] = [];

  constructor(names: Names) {
    this.#names = names;
  }

  get count(): number {
    return this.#objects.length;
  }

  /** The file, `[kernel.kallsyms]`, a module in brackets, or `[unknown]`: a number of `names`. */
  object(place: number): number {
    return this.#objects[place] as number;
  }

  /** `vfs_read`, `libc.so.6+0x1234`, of code without a name or a file `0xffffffff81234567`: a number of `names`. */
  symbol(place: number): number {
    return this.#symbols[place] as number;
  }

  of(object: string, symbol: string): number {
    const [objectId, symbolId] = [this.#names.idOf(object), this.#names.idOf(symbol)];
    const key = objectId * 2 ** 26 + symbolId;
    let place = this.#byKey.get(key);
    if (place === undefined) {
      place = this.count;
      this.#objects.push(objectId);
      this.#symbols.push(symbolId);
      this.#byKey.set(key, place);
    }
    return place;
  }
}

type MutableSample = { -readonly [Key in keyof SampleTaken]: SampleTaken[Key] };

/** What a record says. */
export interface SampleRecord {
  readonly tid: number;
  readonly pid: number;
  readonly cpu: number;
  readonly timeNs: number;
  readonly eventClass: EventClass;
  readonly period: number;
  readonly misc: number;
  readonly ip: bigint;
}

export class Samples {
  readonly places: Places;
  readonly mappings: Mappings;
  readonly #known = new Map<number, Map<bigint, number>>();
  #knownCount = 0;
  #taken: MutableSample | undefined;

  constructor(names: Names, mappings: Mappings) {
    this.places = new Places(names);
    this.mappings = mappings;
  }

  get taken(): SampleTaken {
    this.#taken ??= {
      ...{ tid: -1, pid: -1, cpu: -1, timeNs: Number.NaN, period: 0, isExact: false, place: 0 },
      eventClass: undefined as unknown as EventClass,
      frames: new Int32Array(128),
      frameCount: 0,
    };
    return this.#taken;
  }

  /** The call chain is the addresses from `start` to before `end`, and marks among them. */
  take(record: SampleRecord, chain: BigUint64Array, start: number, end: number): number {
    const taken = this.taken as MutableSample;
    const { misc, ip, pid, eventClass } = record;
    taken.tid = record.tid;
    taken.pid = pid;
    taken.cpu = record.cpu;
    taken.timeNs = record.timeNs;
    taken.eventClass = eventClass;
    taken.period = record.period;
    taken.isExact = (misc & exactIp) !== 0;
    let mode = misc & cpuModes.mask;
    taken.place = this.#placeOf(mode, pid, ip, eventClass);
    taken.frameCount = 0;
    for (let at = start; at < end && taken.frameCount < frameCountMax; at++) {
      const address = chain[at] as bigint;
      if (isContext(address)) mode = contextMode(address) ?? mode;
      else this.#push(taken, this.#placeOf(mode, pid, address, eventClass));
    }
    if (taken.frameCount === 0) this.#push(taken, taken.place);
    return sampleTaken;
  }

  /** What was looked up of a process no longer holds. */
  forget(pid: number): void {
    this.#knownCount -= this.#known.get(pid)?.size ?? 0;
    this.#known.delete(pid);
  }

  #push(taken: MutableSample, place: number): void {
    if (taken.frameCount >= taken.frames.length) taken.frames = grown(taken.frames, taken.frameCount + 1);
    taken.frames[taken.frameCount++] = place;
  }

  #placeOf(mode: number, pid: number, address: bigint, { kernelSymbols }: EventClass): number {
    const owner = mode === cpuModes.kernel ? kernelPid : mode === cpuModes.user ? pid : nobodyPid;
    let known = this.#known.get(owner);
    const found = known?.get(address);
    if (found !== undefined) return found;
    if (this.#knownCount >= knownCountMax) {
      this.#known.clear();
      this.#knownCount = 0;
      known = undefined;
    }
    if (known === undefined) {
      known = new Map();
      this.#known.set(owner, known);
    }
    const mapping = this.mappings.findIn(mode, pid, address);
    const isKernel = mode === cpuModes.kernel;
    const place = isKernel
      ? this.#kernelPlace(address, mapping, kernelSymbols)
      : this.#userPlace(address, mapping);
    known.set(address, place);
    this.#knownCount++;
    return place;
  }

  #kernelPlace(address: bigint, mapping: Mapping | undefined, symbols: EventClass['kernelSymbols']): number {
    if (mapping?.symbol !== undefined) return this.places.of(mapping.file, mapping.symbol);
    const symbol = symbols?.find(address);
    const ofSymbol = symbol?.module === undefined ? kernelObject : `[${symbol.module}]`;
    const object = mapping?.file ?? (symbol === undefined ? unknownObject : ofSymbol);
    return this.places.of(object, symbol?.name ?? `0x${address.toString(16)}`);
  }

  #userPlace(address: bigint, mapping: Mapping | undefined): number {
    if (mapping === undefined) return this.places.of(unknownObject, `0x${address.toString(16)}`);
    const at = BigInt.asUintN(64, address + mapping.shift);
    return this.places.of(mapping.file, `${baseName(mapping.file)}+0x${at.toString(16)}`);
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
