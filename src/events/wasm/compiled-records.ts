/**
 * Generated code for the records of one stream class with one selection, shared by all streams of that class.
 *
 * A class's code is made when its first record is met: a trace's metadata may have a thousand classes, of which a stream uses twenty. Only where
 * it has very few is there code for all at once.
 * Most take steps, for which the loop has a table: code that fills their columns is made when a batch is handed out, for all that were met
 * till then, and classes that are alike share it. Any other has a module of its own, or with its companion, so that nothing has to be made anew
 * for another class: however small it is, a module takes sixty microseconds beside the making of its bytes (measured). Where the new class is
 * unlike all before (it ends in the middle of a byte, say) all code is made again; and the loop once more, of few classes without steps, when
 * none was new for a while: with their code in it, since calls for each record cost as much as reading some fields.
 */
import { TraceError } from '../../bytes/trace-error.ts';
import type { ClassBatch } from '../batch.ts';
import { eventScopes, makeClassBatch } from '../batch-builder.ts';
import { frameScopes, type ReadScopes } from '../frame-scopes.ts';
import type { EventClass } from '../reader.ts';
import { addSlots, collectSlots, type RecordDecoderParts, type Slots } from '../record-decoder.ts';
import { isSmallEnough, refersIntoVariants } from './code-size.ts';
import { ColumnCode, type ReadColumns } from './column-code.ts';
import type { ClassCodeParts, NumberedClass, PlannedClass } from './emit-class.ts';
import { emitClassModule, emitRecordModule, type RecordCodeParts, tableSizeOf } from './emit-records.ts';
import { noStep, type StepSize, step, stepBytes, stepCountMax, stepSize, takesSteps } from './emit-steps.ts';
import { fixedRuns } from './fixed-size.ts';
import type { WasmMemory } from './memory.ts';
import { type Group, StatePlan } from './plan.ts';
import { RecordTraits } from './traits.ts';

/** `decode` of `emit-records.ts` and of `emit-frames.ts`: what is decoded, from where to where. */
export type GeneratedDecode = (state: number, window: number, from: number, end: number) => number;

/** What code is made from. Of records in frames there is no converter. */
export type CompiledParts = Pick<
  RecordDecoderParts,
  'layout' | 'selection' | 'eventClasses' | 'companionOf' | 'converter'
>;

/** Which code is made: for records of packets, or for records in frames. */
export interface CodeKind {
  readonly isFramed: boolean;
  /** Where metadata has so many classes at most there is code for all of them before the first record: one module takes less than one for each. */
  readonly plannedCountMax: number;
  /** How often code runs, mostly for a window or packet, after the latest class was met, until the loop is made again with the code of all classes in it. */
  readonly unitesAfter: number;
  /** The module with the loop. */
  emitLoop(parts: RecordCodeParts): Uint8Array<ArrayBuffer>;
  /** A module with the functions of classes. */
  emitClasses(parts: ClassCodeParts, classes: readonly NumberedClass[]): Uint8Array<ArrayBuffer>;
}

/** V8 compiles the loop and what is in it as one function. */
const unitedCountMax = 16;

export const packetRecords: CodeKind = {
  isFramed: false,
  plannedCountMax: 4,
  // Some ten megabytes.
  unitesAfter: 32,
  emitLoop: emitRecordModule,
  emitClasses: emitClassModule,
};

/** A class before there is code for it. */
interface MetClass {
  readonly eventClass: EventClass;
  readonly batch: ClassBatch | undefined;
  readonly scopes: ReadScopes;
  /** Code for it would be too large. */
  readonly isRefused: boolean;
}

/** A class that there is code for. */
export interface CompiledClass {
  readonly planned: PlannedClass;
  readonly eventClass: EventClass;
  /** Like those of the streams, and empty; undefined for a class that is stepped over. */
  readonly batch: ClassBatch | undefined;
  /** Its lists' and variants' groups come first, its own last. */
  readonly groups: readonly Group[];
  readonly hasStep: boolean;
  /** Where it has fields that are read later, once `makeColumnCode` was called. */
  readColumns: ReadColumns | undefined;
}

export class CompiledRecords {
  readonly memory: WasmMemory;
  /** Of every stream's state block. */
  readonly plan = new StatePlan();
  /** In the order in which they were met. */
  readonly classes: CompiledClass[] = [];
  /** The most records that any stream's batch grew to have room for so far. */
  batchCapacityMax = 0;
  readonly #parts: CompiledParts;
  readonly #kind: CodeKind;
  readonly #withCycles: boolean;
  readonly #slots: Slots;
  readonly #traits: RecordTraits;
  readonly #table: WebAssembly.Table;
  /** Address of the table of steps. */
  readonly #steps: number | undefined;
  /** Some class's records have one size. Then the loop does without most functions: to have them in it would only mean to begin anew with slow code. */
  #hasFixedSteps = false;
  /** Of the groups, to which class they belong. */
  readonly #classOfGroup: number[] = [];
  readonly #met = new Map<bigint, MetClass | undefined>();
  #decode: GeneratedDecode;
  readonly #columnCode: ColumnCode;
  /** Of so many classes it was made what fills their columns. */
  #withColumnCode = 0;
  /** The loop has the code of all classes, calls none and takes no steps. */
  #isUnited = false;
  #runs = 0;
  /** After so many runs classes are united; each time that it was for nothing, after twice as many. */
  #unitesAfter: number;

  constructor(memory: WasmMemory, parts: CompiledParts, withCycles: boolean, kind = packetRecords) {
    this.memory = memory;
    this.#parts = parts;
    this.#kind = kind;
    this.#unitesAfter = kind.unitesAfter;
    this.#withCycles = withCycles;
    // Of records in frames all that others need is in their own class. What the format wants of a packet's head is not for records.
    this.#slots = kind.isFramed ? new Map() : collectSlots({ layout: parts.layout, roleFields: [] }, []);
    this.plan.placeSlots(this.#slots);
    this.#traits = new RecordTraits(parts.layout, kind.isFramed);
    this.#columnCode = new ColumnCode(memory);
    this.#table = new WebAssembly.Table({ element: 'anyfunc', initial: tableSizeOf(parts.layout) });
    if (!kind.isFramed && this.#table.length <= stepCountMax) this.#steps = this.#makeSteps();
    if (parts.layout.classes.size <= kind.plannedCountMax) this.#planAll();
    this.#decode = this.#canUnite ? this.#makeUnited() : this.#makeLoop();
    this.#makeFunctions(0);
  }

  /** Runs the newest code. */
  readonly decode: GeneratedDecode = (state, window, from, end) => {
    const stop = this.#decode(state, window, from, end);
    if (++this.#runs === this.#unitesAfter && !this.#isUnited && this.#canUnite)
      this.#decode = this.#makeUnited();
    return stop;
  };

  /** The class whose rows, or elements of whose rows, a group has: its place in `classes`. */
  classOf(group: number): number {
    return this.#classOfGroup[group] as number;
  }

  /** Whether code for a class would be too large: its records are left to the interpreter. */
  refuses(id: bigint): boolean {
    return this.#meet(id)?.isRefused === true;
  }

  #meet(id: bigint): MetClass | undefined {
    const before = this.#met.get(id);
    if (before !== undefined || this.#met.has(id)) return before;
    const { layout, eventClasses, selection } = this.#parts;
    const body = layout.classes.get(id);
    const eventClass = eventClasses.get(id);
    let met: MetClass | undefined;
    if (body !== undefined && eventClass !== undefined) {
      const wanted = selection.classes.get(eventClass.index);
      const batch = wanted && makeClassBatch(eventClass, layout, wanted);
      const scopes = this.#kind.isFramed
        ? frameScopes(layout, body, batch)
        : [...eventScopes(layout.commonContext, body.specificContext, body.payload)];
      const types = scopes.map(([, type]) => type);
      const isRefused = !isSmallEnough(types) || refersIntoVariants(types, layout.eventHeader);
      met = { eventClass, batch, scopes, isRefused };
    }
    this.#met.set(id, met);
    return met;
  }

  /** Makes code for a class that has none. Returns false where there is no such class. */
  add(id: bigint): boolean {
    const met = this.#meet(id);
    if (met === undefined) return false;
    const companion = this.#companionOf(id);
    const before = this.classes.length;
    let isUnlike = this.#plan(id, met);
    if (companion !== undefined) isUnlike = this.#plan(companion.id, companion.met) || isUnlike;
    if (this.#runs >= this.#unitesAfter) this.#unitesAfter *= 2;
    this.#runs = 0;
    const isMadeAgain = isUnlike || this.#isUnited;
    if (isMadeAgain) this.#decode = this.#makeLoop();
    this.#makeFunctions(isMadeAgain ? 0 : before);
    return true;
  }

  /** The class that has records wherever this one has, if there is no code for it. */
  #companionOf(id: bigint): { readonly id: bigint; readonly met: MetClass } | undefined {
    const companion = this.#parts.companionOf?.(id);
    if (companion === undefined || this.#met.has(companion)) return undefined;
    const met = this.#meetEarly(companion);
    return met && { id: companion, met };
  }

  /** A class before its first record, if there can be code for it. What is wrong with it is said when it has a record. */
  #meetEarly(id: bigint): MetClass | undefined {
    try {
      const met = this.#meet(id);
      return met?.isRefused === true ? undefined : met;
    } catch (error) {
      if (error instanceof TraceError) return undefined;
      throw error;
    }
  }

  #planAll(): void {
    for (const id of this.#parts.layout.classes.keys()) {
      const met = this.#meetEarly(id);
      if (met !== undefined) this.#plan(id, met);
    }
  }

  /** Gives a class its place. Returns whether it is unlike all classes before. */
  #plan(id: bigint, { eventClass, batch, scopes }: MetClass): boolean {
    const types = scopes.map(([, type]) => type);
    if (this.#kind.isFramed || this.#parts.layout.areBodiesApart) addSlots(this.#slots, types);
    this.plan.placeSlots(this.#slots);
    const groupsBefore = this.plan.groups.length;
    const isRead = batch !== undefined && batch.scopes.size > 0;
    const runs = this.#kind.isFramed ? undefined : fixedRuns(scopes, (type) => this.#slots.has(type), isRead);
    const size = runs && stepSize(runs);
    const selected = batch && {
      classIndex: eventClass.index,
      ...this.plan.addClassGroup(batch, size !== undefined),
    };
    const groups = this.plan.groups.slice(groupsBefore);
    const ordinal = this.classes.length;
    for (const group of groups) this.#classOfGroup[group.index] = ordinal;
    const fixedBytes = runs?.length === 1 ? runs[0] : undefined;
    const planned = { id, scopes, fixedBytes, selected };
    const hasStep = size !== undefined;
    this.classes.push({ planned, eventClass, batch, groups, hasStep, readColumns: undefined });
    if (hasStep) this.#addStep(id, size, selected);
    return this.#traits.add(types);
  }

  #makeLoop(): GeneratedDecode {
    this.#isUnited = false;
    return this.#instantiateLoop(this.#steps === undefined ? {} : { steps: this.#steps });
  }

  /** Whether the loop may have the code of all classes that there is code for in it: none has records of one size. */
  get #canUnite(): boolean {
    return !this.#hasFixedSteps && this.classes.length > 0 && this.classes.length <= unitedCountMax;
  }

  #makeUnited(): GeneratedDecode {
    this.#isUnited = true;
    return this.#instantiateLoop({ united: this.classes.map(({ planned }) => planned) });
  }

  #instantiateLoop(parts: Pick<RecordCodeParts, 'steps' | 'united'>): GeneratedDecode {
    const bytes = this.#kind.emitLoop({
      ...this.#codeParts,
      frequencyHz: this.#parts.converter?.parts.frequencyHz,
      tableSize: this.#table.length,
      ...parts,
    });
    return this.#instantiate(bytes).exports.decode as GeneratedDecode;
  }

  /**
   * Makes the functions of classes that the loop can't step over.
   * @param from the first of them: all from it on
   */
  #makeFunctions(from: number): void {
    if (this.#isUnited) return;
    const haveSteps = this.#steps !== undefined && takesSteps(this.#traits);
    const numbered: NumberedClass[] = [];
    for (let ordinal = from; ordinal < this.classes.length; ordinal++) {
      const { planned, hasStep } = this.classes[ordinal] as CompiledClass;
      if (!haveSteps || !hasStep) numbered.push({ planned, ordinal });
    }
    if (numbered.length > 0) this.#instantiate(this.#kind.emitClasses(this.#codeParts, numbered));
  }

  /** Makes what fills the columns of all classes that were met till now. */
  makeColumnCode(): void {
    if (this.#withColumnCode === this.classes.length) return;
    const made = this.classes.slice(this.#withColumnCode);
    this.#withColumnCode = this.classes.length;
    const code = this.#columnCode.of(made.map(({ planned }) => planned));
    for (const [index, compiled] of made.entries()) compiled.readColumns = code[index];
  }

  /** Makes the table of steps, in which no class has one yet. */
  #makeSteps(): number {
    const words = (stepBytes / 4) * this.#table.length;
    const address = this.memory.allocate(4 * words);
    new Uint32Array(this.memory.buffer, address, words).fill(noStep);
    return address;
  }

  #addStep(id: bigint, { size, runs }: StepSize, selected: PlannedClass['selected']): void {
    if (this.#steps === undefined) return;
    if (runs === noStep) this.#hasFixedSteps = true;
    const view = new DataView(this.memory.buffer, this.#steps + stepBytes * Number(id), stepBytes);
    view.setUint32(step.size, size, true);
    view.setUint32(step.runs, runs, true);
    view.setUint32(step.group, selected?.group.offset ?? 0, true);
    view.setUint32(step.classIndex, selected?.classIndex ?? 0, true);
    view.setUint32(step.groupIndex, selected?.group.index ?? 0, true);
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
