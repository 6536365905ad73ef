/** What is true of all records that code is generated for, and lets it be simpler. */
import { leastSizeBits } from '../field-decoder.ts';
import type { FieldType, IntegerType, RecordLayout, StructType } from '../layout.ts';
import { bitAfter } from './bit-after.ts';
import { maySplitByte } from './emit-integer.ts';

export interface RecordTraits {
  /** Every record begins and ends at a byte. */
  readonly isByteStream: boolean;
  /** Integers that may share a byte have both byte orders. */
  readonly isMixedOrder: boolean;
  /** Integers of the header whose values the header itself needs. */
  readonly keptByHeader: ReadonlySet<IntegerType>;
  /** Integers whose values contexts and payloads need. */
  readonly neededByBodies: ReadonlySet<IntegerType>;
  /** Contexts or payloads have integers that the clock follows. */
  readonly bodiesHaveClock: boolean;
  /** Some arrays may have elements that take no space. */
  readonly hasEmptyElements: boolean;
}

interface Body {
  readonly specificContext: StructType | undefined;
  readonly payload: StructType | undefined;
}

export function traitsOf(layout: RecordLayout, bodies: readonly Body[]): RecordTraits {
  const keptByHeader = new Set<IntegerType>();
  const inHeader = new Set<IntegerType>();
  const neededByBodies = new Set<IntegerType>();
  const orders = new Set<string>();
  let bodiesHaveClock = false;
  let hasEmptyElements = false;
  const note = (type: FieldType, isBody: boolean) => {
    if (type.kind === 'integer') {
      if (maySplitByte(type)) orders.add(type.byteOrder);
      if (!isBody) inHeader.add(type);
      if (isBody && type.clock !== undefined) bodiesHaveClock = true;
    }
    if (type.kind === 'array') {
      if (!type.isText && leastSizeBits(type.element) === 0) hasEmptyElements = true;
      if (type.length.kind === 'field') (isBody ? neededByBodies : keptByHeader).add(type.length.field.type);
    }
    if (type.kind === 'variant') (isBody ? neededByBodies : keptByHeader).add(type.selector.type);
  };
  visit(layout.eventHeader, (type) => note(type, false));
  visit(layout.commonContext, (type) => note(type, true));
  for (const { specificContext, payload } of bodies) {
    visit(specificContext, (type) => note(type, true));
    visit(payload, (type) => note(type, true));
  }
  // What the header needs of the packet stays in the state block.
  for (const type of keptByHeader) if (!inHeader.has(type)) keptByHeader.delete(type);
  return {
    isByteStream: isByteStream(layout, bodies),
    isMixedOrder: orders.size > 1,
    keptByHeader,
    neededByBodies,
    bodiesHaveClock,
    hasEmptyElements,
  };
}

/** A header that begins at a byte, and ends at one with every body. */
function isByteStream(layout: RecordLayout, bodies: readonly Body[]): boolean {
  const { eventHeader, commonContext } = layout;
  if (eventHeader === undefined || eventHeader.alignmentBits < 8) return false;
  if (bitAfter(eventHeader, 0) !== 0) return false;
  return bodies.every(({ specificContext, payload }) => {
    let bit: number | undefined = 0;
    for (const type of [commonContext, specificContext, payload]) if (type) bit = bitAfter(type, bit);
    return bit === 0;
  });
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
