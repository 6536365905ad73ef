/**
 * Generated code for the records of one stream class with one selection, shared by all streams of that class.
 *
 * Classes are compiled when they are met: a trace's metadata may have a thousand of them, of which a stream uses twenty. Code is made
 * for those that a look ahead finds. Records of others are left to the interpreter, one by one, until there were so many of them that
 * making the code anew, with their classes in it, pays: twice as many each time, so that this ends.
 */
import type { RecordDecoderParts } from '../record-decoder.ts';
import { isSmallEnough } from './code-size.ts';
import type { PlannedClass } from './emit-class.ts';
import { emitRecordModule } from './emit-records.ts';
import type { WasmMemory } from './memory.ts';
import type { StatePlan } from './plan.ts';

/** `decode` of `emit-records.ts`. */
export type GeneratedDecode = (state: number, pk: number, bits: number, endBits: number) => number;

/** Records looked at before code is made for the first time. */
export const lookAheadCount = 2048;
/** Records left to the interpreter before the code is made anew: about as many as take the time that making it does. */
const leftCountMin = 512;
const leftCountMax = 1 << 16;

export class CompiledRecords {
  readonly memory: WasmMemory;
  readonly #parts: RecordDecoderParts;
  #classIds: readonly bigint[] = [];
  #generation = 0;
  #decode: GeneratedDecode | undefined;
  #sizeBytes = 0;
  /** Classes that are too large for code, and those that are not. */
  readonly #isRefused = new Map<bigint, boolean>();
  /** Classes of which records were left to the interpreter since the code was made. */
  readonly #left = new Set<bigint>();
  #leftCount = 0;

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

  /** Bytes of generated code, for `inspect` and the bench. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Whether a record of a class without code is left to the interpreter; if not, `includeLeft` makes code for its class. */
  leaves(id: bigint): boolean {
    if (this.#refuses(id)) return true;
    this.#left.add(id);
    this.#leftCount++;
    return this.#leftCount < Math.min(leftCountMax, leftCountMin * 2 ** this.#generation);
  }

  /** Adds the classes whose records were left to the interpreter. */
  includeLeft(): void {
    this.include(this.#left);
    this.#left.clear();
    this.#leftCount = 0;
  }

  /** Whether code for a class would be too large. */
  #refuses(id: bigint): boolean {
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
    const isNew = (id: bigint) => !known.has(id) && classes.has(id) && !this.#refuses(id);
    const added = [...ids].filter(isNew);
    if (added.length === 0) return;
    this.#generation++;
    this.#classIds = [...this.#classIds, ...added];
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
