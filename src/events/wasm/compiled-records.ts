/**
 * Generated code for the records of one stream class with one selection, shared by all streams of that class.
 *
 * A class's code is made when its first record is met: a trace's metadata may have a thousand classes, of which a stream uses twenty.
 * Each is a module of its own, which takes twenty microseconds beside the making of its bytes (measured), so that nothing has to be made
 * anew for another class. Only where the new class is unlike all before (it ends in the middle of a byte, say) is all code made again.
 */
import { makeClassBatch } from '../batch-builder.ts';
import type { EventClass } from '../reader.ts';
import { addSlots, collectSlots, type RecordDecoderParts, type Slots } from '../record-decoder.ts';
import type { ClassSelection } from '../selection.ts';
import { isSmallEnough, refersIntoVariants } from './code-size.ts';
import type { PlannedClass } from './emit-class.ts';
import { emitClassModule, emitRecordModule, tableSizeOf } from './emit-records.ts';
import type { WasmMemory } from './memory.ts';
import { type Group, StatePlan } from './plan.ts';
import { RecordTraits } from './traits.ts';

/** `decode` of `emit-records.ts`. */
export type GeneratedDecode = (state: number, pk: number, bits: number, endBits: number) => number;

/** A class that there is code for. */
export interface CompiledClass {
  readonly planned: PlannedClass;
  readonly eventClass: EventClass;
  /** Undefined for a class that is stepped over. */
  readonly wanted: ClassSelection | undefined;
  /** Its lists' and variants' groups come first, its own last. */
  readonly groups: readonly Group[];
}

export class CompiledRecords {
  readonly memory: WasmMemory;
  /** Of every stream's state block. */
  readonly plan = new StatePlan();
  /** In the order in which they were met. */
  readonly classes: CompiledClass[] = [];
  readonly #parts: RecordDecoderParts;
  readonly #withCycles: boolean;
  readonly #slots: Slots;
  readonly #traits: RecordTraits;
  readonly #table: WebAssembly.Table;
  /** Of the groups, to which class they belong. */
  readonly #classOfGroup: number[] = [];
  readonly #isRefused = new Map<bigint, boolean>();
  #decode: GeneratedDecode;

  constructor(memory: WasmMemory, parts: RecordDecoderParts, withCycles: boolean) {
    this.memory = memory;
    this.#parts = parts;
    this.#withCycles = withCycles;
    this.#slots = collectSlots(parts, []);
    this.plan.placeSlots(this.#slots);
    this.#traits = new RecordTraits(parts.layout);
    this.#table = new WebAssembly.Table({ element: 'anyfunc', initial: tableSizeOf(parts.layout) });
    this.#decode = this.#makeLoop();
  }

  /** The newest code. */
  get decode(): GeneratedDecode {
    return this.#decode;
  }

  /** The class whose rows, or elements of whose rows, a group has: its place in `classes`. */
  classOf(group: number): number {
    return this.#classOfGroup[group] as number;
  }

  /** Whether code for a class would be too large: its records are left to the interpreter. */
  refuses(id: bigint): boolean {
    let isRefused = this.#isRefused.get(id);
    if (isRefused === undefined) {
      const { layout } = this.#parts;
      const body = layout.classes.get(id);
      const types = [layout.commonContext, body?.specificContext, body?.payload];
      isRefused = !isSmallEnough(types) || refersIntoVariants([layout.eventHeader, ...types]);
      this.#isRefused.set(id, isRefused);
    }
    return isRefused;
  }

  /** Makes code for a class that has none. Returns false where there is no such class. */
  add(id: bigint): boolean {
    const { layout, eventClasses, selection } = this.#parts;
    const body = layout.classes.get(id);
    const eventClass = eventClasses.get(id);
    if (body === undefined || eventClass === undefined) return false;
    const { specificContext, payload } = body;
    if (layout.areBodiesApart) addSlots(this.#slots, [specificContext, payload]);
    this.plan.placeSlots(this.#slots);
    const wanted = selection.classes.get(eventClass.index);
    const groupsBefore = this.plan.groups.length;
    const selected = wanted && {
      classIndex: eventClass.index,
      ...this.plan.addClassGroup(makeClassBatch(eventClass, layout, wanted)),
    };
    const groups = this.plan.groups.slice(groupsBefore);
    const ordinal = this.classes.length;
    for (const group of groups) this.#classOfGroup[group.index] = ordinal;
    const planned = { id, specificContext, payload, selected };
    this.classes.push({ planned, eventClass, wanted, groups });
    if (this.#traits.add(body)) {
      this.#decode = this.#makeLoop();
      for (const place of this.classes.keys()) this.#makeClass(place);
    } else {
      this.#makeClass(ordinal);
    }
    return true;
  }

  #makeLoop(): GeneratedDecode {
    const bytes = emitRecordModule({
      ...this.#codeParts,
      frequencyHz: this.#parts.converter?.parts.frequencyHz,
      tableSize: this.#table.length,
    });
    return this.#instantiate(bytes).exports.decode as GeneratedDecode;
  }

  #makeClass(ordinal: number): void {
    const { planned } = this.classes[ordinal] as CompiledClass;
    this.#instantiate(emitClassModule(this.#codeParts, planned, ordinal));
  }

  get #codeParts() {
    return {
      layout: this.#parts.layout,
      plan: this.plan,
      traits: this.#traits,
      withCycles: this.#withCycles,
    };
  }

  #instantiate(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Instance {
    const env = { memory: this.memory.memory, table: this.#table };
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env });
  }
}
