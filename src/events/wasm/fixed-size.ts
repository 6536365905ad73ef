/**
 * Records of classes that always take the same whole bytes: the loop steps over them, and their fields are read later, column by column.
 * So it does over those of which no field is read and that are the same but for strings.
 */
import type { ReadScopes } from '../frame-scopes.ts';
import { type ArrayType, codeUnitBytes, type FieldType, type IntegerType, isBytes } from '../layout.ts';
import { Position } from './position.ts';

/**
 * The bytes of contexts and payload from where they begin on, which is a byte: those before the first string, those between it and the next
 * or the end, and so on. Undefined where they are not always as many, or where others need one of their values.
 * @param isKept whether others need an integer's value
 * @param isRead whether fields are read: strings are looked at then, and lists have columns with rows of their own
 */
export function fixedRuns(
  scopes: ReadScopes,
  isKept: (type: IntegerType) => boolean,
  isRead: boolean,
): readonly number[] | undefined {
  const runs: number[] = [];
  let sizeBits = 0;
  let isAtByte = false;
  const pending: FieldType[] = scopes.map(([, type]) => type).reverse();
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (type.kind === 'variant' || type.alignmentBits > 8) return undefined;
    isAtByte ||= type.alignmentBits === 8;
    if (type.kind === 'struct') {
      if (type.members.some(({ offsetBits }) => offsetBits !== undefined)) return undefined;
      for (const member of type.members.toReversed()) pending.push(member.type);
      continue;
    }
    if (type.kind === 'string') {
      if (isRead || codeUnitBytes(type.encoding) !== 1) return undefined;
      runs.push(sizeBits / 8);
      sizeBits = 0;
      continue;
    }
    const bits = type.kind === 'array' ? arrayBits(type, isKept, isRead) : numberBits(type, isKept);
    if (bits === undefined || !isAtByte) return undefined;
    sizeBits += bits;
    if (sizeBits > Position.runMaxBits) return undefined;
  }
  // Nothing at all is anywhere; nothing at a byte is a step to that byte.
  if (isAtByte && sizeBits === 0 && runs.length === 0) return undefined;
  return [...runs, sizeBits / 8];
}

function numberBits(type: FieldType, isKept: (type: IntegerType) => boolean): number | undefined {
  if (type.kind === 'float') return type.sizeBits === 32 || type.sizeBits === 64 ? type.sizeBits : undefined;
  if (type.kind !== 'integer' || type.sizeBits % 8 !== 0 || type.alignmentBits > 8) return undefined;
  if (type.isVariableLength === true || type.clock !== undefined || isKept(type)) return undefined;
  return type.sizeBits;
}

function arrayBits(
  type: ArrayType,
  isKept: (type: IntegerType) => boolean,
  isRead: boolean,
): number | undefined {
  if (type.length.kind !== 'fixed') return undefined;
  const { count } = type.length;
  if (isBytes(type)) return count % codeUnitBytes(type.encoding) === 0 ? count * 8 : undefined;
  const bits = isRead ? undefined : numberBits(type.element, isKept);
  return bits === undefined ? undefined : count * bits;
}
