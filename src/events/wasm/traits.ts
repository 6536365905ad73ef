/** What is true of all records that code is generated for, and lets it be simpler. */

import type { ByteOrder, FieldType, IntegerType, RecordLayout, StructType } from '../layout.ts';
import { leastSizeBits, referencesWithin } from '../layout.ts';
import { bitAfter } from './bit-after.ts';
import { maySplitByte } from './emit-integer.ts';

/** Those of header and common context, and of the classes met so far: another class may change them, and with them the code of all. */
export class RecordTraits {
  /** Integers of the header whose values the header itself needs. */
  readonly keptByHeader: ReadonlySet<IntegerType>;
  /** Integers of header and contexts whose values contexts and payloads need. */
  readonly neededByBodies: ReadonlySet<IntegerType>;
  /** The header may take no space. */
  readonly hasEmptyHeader: boolean;
  readonly #isFramed: boolean;
  readonly #orders = new Set<ByteOrder>();
  #isByteStream: boolean;
  #bodiesHaveClock = false;
  #hasEmptyElements = false;

  /** @param isFramed records in frames: each of their scopes begins at a byte of its own */
  constructor(layout: RecordLayout, isFramed: boolean) {
    this.#isFramed = isFramed;
    const inHeader = new Set<IntegerType>();
    visit(layout.eventHeader, (type) => {
      this.#note(type, false);
      if (type.kind === 'integer') inHeader.add(type);
    });
    visit(layout.commonContext, (type) => this.#note(type, true));
    this.#isByteStream = isFramed || headerIsBytes(layout);
    this.hasEmptyHeader = layout.eventHeader === undefined || leastSizeBits(layout.eventHeader) === 0;
    // What the header needs of the packet stays in the state block.
    this.keptByHeader = new Set([...referredTo([layout.eventHeader])].filter((type) => inHeader.has(type)));
    const bodies = isFramed || layout.areBodiesApart ? [] : [...layout.classes.values()];
    this.neededByBodies = referredTo([
      layout.commonContext,
      ...bodies.flatMap(({ specificContext, payload }) => [specificContext, payload]),
    ]);
  }

  /** Every record begins and ends at a byte. */
  get isByteStream(): boolean {
    return this.#isByteStream;
  }

  /** Numbers that may share a byte have both byte orders. */
  get isMixedOrder(): boolean {
    return this.#orders.size > 1;
  }

  /** Contexts or payloads have integers that the clock follows. */
  get bodiesHaveClock(): boolean {
    return this.#bodiesHaveClock;
  }

  /** Some arrays may have elements that take no space. */
  get hasEmptyElements(): boolean {
    return this.#hasEmptyElements;
  }

  /** Adds a class, with what is read of its contexts and payload in their order. Returns whether code made before no longer fits. */
  add(scopes: readonly StructType[]): boolean {
    const before = this.#key();
    for (const scope of scopes) visit(scope, (type) => this.#note(type, true));
    if (!this.#isFramed && !endsAtByte(scopes)) this.#isByteStream = false;
    return this.#key() !== before;
  }

  #key(): string {
    return [this.isByteStream, this.isMixedOrder, this.bodiesHaveClock, this.hasEmptyElements].join();
  }

  #note(type: FieldType, isBody: boolean): void {
    if ((type.kind === 'integer' || type.kind === 'float') && maySplitByte(type))
      this.#orders.add(type.byteOrder);
    if (type.kind === 'integer' && isBody && type.clock !== undefined) this.#bodiesHaveClock = true;
    if (type.kind === 'array' && !type.isText && leastSizeBits(type.element) === 0)
      this.#hasEmptyElements = true;
  }
}

/** Integers that lengths and selectors within the types refer to. */
function referredTo(types: readonly (FieldType | undefined)[]): ReadonlySet<IntegerType> {
  return new Set(referencesWithin(types).map(({ type }) => type));
}

/** A header that begins and ends at a byte. */
function headerIsBytes({ eventHeader }: RecordLayout): boolean {
  return eventHeader !== undefined && eventHeader.alignmentBits >= 8 && bitAfter(eventHeader, 0) === 0;
}

function endsAtByte(scopes: readonly StructType[]): boolean {
  let bit: number | undefined = 0;
  for (const type of scopes) bit = bitAfter(type, bit);
  return bit === 0;
}

function visit(root: FieldType | undefined, see: (type: FieldType) => void): void {
  const pending: FieldType[] = root === undefined ? [] : [root];
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    see(type);
    if (type.kind === 'struct') for (const member of type.members) pending.push(member.type);
    if (type.kind === 'array') pending.push(type.element);
    if (type.kind === 'variant') for (const option of type.options) pending.push(option.type);
  }
}
