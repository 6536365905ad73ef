/**
 * Whether code is made for a class: whether it stays small. Compilers of WebAssembly take memory and time out of proportion for functions of
 * thousands of branches or locals: 3000 sequences in one class took V8 2.6 GB (measured), 256 take none to speak of. The
 * interpreter reads the records of larger classes.
 */
import { type FieldType, integersWithinVariants, isBytes, referencesWithin } from '../layout.ts';
import { Position } from './position.ts';

const fieldCountMax = 4096;
/** Sequences, strings, integers of variable length, variants and their options: what makes loops and branches. */
const branchCountMax = 256;

export function isSmallEnough(types: readonly (FieldType | undefined)[]): boolean {
  let fields = 0;
  let branches = 0;
  const pending: FieldType[] = types.filter((type) => type !== undefined);
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    fields++;
    // No machine loads the others.
    if (type.kind === 'float' && type.sizeBits !== 32 && type.sizeBits !== 64) return false;
    if (type.kind === 'struct') {
      for (const member of type.members) {
        // Constants of generated code are small.
        if ((member.offsetBits ?? 0) > Position.runMaxBits) return false;
        pending.push(member.type);
      }
    }
    if (type.kind === 'string' || (type.kind === 'integer' && type.isVariableLength === true)) branches++;
    if (type.kind === 'array') {
      branches++;
      if (!isBytes(type)) pending.push(type.element);
    }
    if (type.kind === 'variant') {
      for (const option of type.options) {
        branches += option.ranges.length;
        pending.push(option.type);
      }
    }
    if (fields > fieldCountMax || branches > branchCountMax || pending.length > fieldCountMax) return false;
  }
  return true;
}

/**
 * Whether a length or selector within types may be an integer that a variant's other option did not read: the interpreter tells,
 * generated code would take what was read last.
 * @param before what is read before them, and was looked through already
 */
export function refersIntoVariants(types: readonly (FieldType | undefined)[], before?: FieldType): boolean {
  const references = referencesWithin(types);
  if (references.length === 0) return false;
  const within = new Set(integersWithinVariants([before, ...types]));
  return references.some(
    ({ type, others }) => within.has(type) || others?.some((other) => within.has(other)) === true,
  );
}
