/** What generated code is told of packet headers and contexts, which the interpreter reads. */
import type { FieldType, IntegerType } from '../layout.ts';
import type { RecordDecoderParts } from '../record-decoder.ts';

/** Integers of packet header and context whose values records need. */
export function packetSlots(parts: RecordDecoderParts, offsets: ReadonlyMap<IntegerType, number>) {
  const found: (readonly [IntegerType, number])[] = [];
  const pending: (FieldType | undefined)[] = [parts.layout.packetHeader, parts.layout.packetContext];
  while (pending.length > 0) {
    const type = pending.pop();
    if (type?.kind === 'integer') {
      const offset = offsets.get(type);
      if (offset !== undefined) found.push([type, offset]);
    }
    if (type?.kind === 'struct') for (const member of type.members) pending.push(member.type);
    if (type?.kind === 'array') pending.push(type.element);
    if (type?.kind === 'variant') for (const option of type.options) pending.push(option.type);
  }
  return found;
}
