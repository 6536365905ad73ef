/**
 * Events of ftrace itself whose last array is as long as a field says: `ftrace:kernel_stack` declares `int size` and
 * `unsigned long caller[8]`, in older kernels `unsigned long caller` of 0 bytes, and records `size` addresses, be they fewer or more
 * than 8 (kernel/trace/trace_entries.h).
 */
import type { TracepointField } from './event-format.ts';

/** The fields of an event of ftrace, with the array `caller` as long as the `size` before it says. */
export function withCountedArray(fields: readonly TracepointField[]): readonly TracepointField[] {
  const size = fields.at(-2);
  const caller = fields.at(-1);
  if (size?.name !== 'size' || size.type.kind !== 'integer') return fields;
  if (caller?.name !== 'caller' || caller.type.kind !== 'array') return fields;
  const field = { scope: 'payload', path: ['size'], type: size.type } as const;
  return [...fields.slice(0, -1), { ...caller, type: { ...caller.type, length: { kind: 'field', field } } }];
}
