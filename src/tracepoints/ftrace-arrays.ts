/**
 * Events of ftrace itself whose last array is other than its declaration says (kernel/trace/trace_entries.h).
 *
 * `ftrace:kernel_stack` declares `int size` and `unsigned long caller[8]`, in older kernels `unsigned long caller` of no size, and records
 * `size` addresses, be they fewer or more than 8. `ftrace:raw_data` declares `char buf[]`, but what is in it is no text.
 */
import type { ArrayType } from '../events/layout.ts';
import type { TracepointField } from './event-format.ts';

/** The fields of an event of ftrace, with the last array as it is recorded. */
export function withRecordedArray(
  event: string,
  fields: readonly TracepointField[],
): readonly TracepointField[] {
  const last = fields.at(-1);
  if (last?.type.kind !== 'array') return fields;
  const type = event === 'raw_data' ? asBytes(last.type) : counted(last, last.type, fields.at(-2));
  return [...fields.slice(0, -1), { ...last, type }];
}

function asBytes(type: ArrayType): ArrayType {
  if (!type.isText || type.element.kind !== 'integer') return type;
  return {
    ...type,
    element: { ...type.element, isText: false, displayBase: 16 },
    isText: false,
    isBlob: true,
  };
}

function counted(caller: TracepointField, type: ArrayType, size: TracepointField | undefined): ArrayType {
  if (caller.name !== 'caller' || size?.name !== 'size' || size.type.kind !== 'integer') return type;
  return { ...type, length: { kind: 'field', field: { scope: 'payload', path: ['size'], type: size.type } } };
}
