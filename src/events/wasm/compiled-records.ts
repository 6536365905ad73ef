/**
 * Generated code for the records of one stream class with one selection, shared by all streams of that class.
 *
 * Classes are compiled when they are met: a trace's metadata may have a thousand of them, of which a stream uses twenty.
 * Each new one makes the code anew, after a look ahead that gets longer each time; after some times all classes are
 * compiled, so that this ends.
 */
import type { RecordDecoderParts } from '../record-decoder.ts';
import { isSmallEnough } from './code-size.ts';
import type { PlannedClass } from './emit-class.ts';
import { emitRecordModule } from './emit-records.ts';
import type { WasmMemory } from './memory.ts';
import type { StatePlan } from './plan.ts';

/** `decode` of `emit-records.ts`. */
export type GeneratedDecode = (state: number, pk: number, bits: number, endBits: number) => number;

const generationMax = 12;
/** Above, classes that are not met are never compiled, however often the code is made. */
const classCountMax = 1 << 12;
/** Records looked at for classes to come: the first time, and how many times more each time. */
const firstLookAhead = 512;
const lookAheadGrowth = 4;
const lookAheadMax = 1 << 15;

export class CompiledRecords {
  readonly memory: WasmMemory;
  readonly #parts: RecordDecoderParts;
  #classIds: readonly bigint[] = [];
  #generation = 0;
  #decode: GeneratedDecode | undefined;
  #sizeBytes = 0;
  /** Classes that are too large for code, and those that are not. */
  readonly #isRefused = new Map<bigint, boolean>();

  constructor(memory: WasmMemory, parts: RecordDecoderParts) {
    this.memory = memory;
    this.#parts = parts;
  }

  /** The classes that the newest code knows, in the order of its plan. */
  get classIds(): readonly bigint[] {
    return this.#classIds;
  }

  /** Counts how often the code was made; what was planned for an earlier one no longer fits. */
  get generation(): number {
    return this.#generation;
  }

  /** How many records to look at before the code is made the next time. */
  get lookAheadCount(): number {
    return Math.min(lookAheadMax, firstLookAhead * lookAheadGrowth ** this.#generation);
  }

  /** Bytes of generated code, for `inspect` and the bench. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Whether records of a class are left to the interpreter. */
  refuses(id: bigint): boolean {
    let isRefused = this.#isRefused.get(id);
    if (isRefused === undefined) {
      const { layout } = this.#parts;
      const body = layout.classes.get(id);
      isRefused = !isSmallEnough([layout.commonContext, body?.specificContext, body?.payload]);
      this.#isRefused.set(id, isRefused);
    }
    return isRefused;
  }

  /** Adds classes to those that are to be compiled. */
  include(ids: Iterable<bigint>): void {
    const known = new Set(this.#classIds);
    const { classes } = this.#parts.layout;
    const isNew = (id: bigint) => !known.has(id) && classes.has(id) && !this.refuses(id);
    const added = [...ids].filter(isNew);
    if (added.length === 0) return;
    this.#generation++;
    const takesAll = this.#generation >= generationMax && classes.size <= classCountMax;
    const others = takesAll ? [...classes.keys()].filter((id) => isNew(id) && !added.includes(id)) : [];
    this.#classIds = [...this.#classIds, ...added, ...others];
    this.#decode = undefined;
  }

  /**
   * The code for the newest classes. The plan must have been made for `classIds` in their order; all streams' plans are then alike.
   */
  decode(plan: StatePlan, classes: readonly PlannedClass[], withCycles: boolean): GeneratedDecode {
    if (this.#decode !== undefined) return this.#decode;
    const bytes = emitRecordModule({
      layout: this.#parts.layout,
      plan,
      classes,
      frequencyHz: this.#parts.converter?.parts.frequencyHz,
      withCycles,
    });
    this.#sizeBytes = bytes.length;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: this.memory.memory },
    });
    this.#decode = instance.exports.decode as GeneratedDecode;
    return this.#decode;
  }
}
