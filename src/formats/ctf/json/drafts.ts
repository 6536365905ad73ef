/**
 * What drafts of CTF 2 had and the final specification has not, as found in traces of that time and in the readers and producers of
 * 2022 (Babeltrace, LTTng). Such a trace is refused with the name of what gives it away: read by the final rules it could give
 * wrong values.
 */

const hint = 'Record again with a tracer that writes the final CTF 2, as LTTng 2.15 and Babeltrace 2.1 do.';

/** Property names by the type of what has them; `*` is any. */
const properties: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'trace-class': { uuid: '"uid", and "uuid" in the preamble' },
  'clock-class': {
    uuid: '"uid"',
    'origin-is-unix-epoch': '"origin": "unix-epoch"',
    offset: '"offset-from-origin"',
  },
  'data-stream-class': { 'default-clock-class-name': '"default-clock-class-id"' },
  '*': { 'user-attributes': '"attributes"' },
};

const types: Readonly<Record<string, string>> = {
  'fixed-length-unsigned-enumeration': '"mappings" of "fixed-length-unsigned-integer"',
  'fixed-length-signed-enumeration': '"mappings" of "fixed-length-signed-integer"',
  'variable-length-unsigned-enumeration': '"mappings" of "variable-length-unsigned-integer"',
  'variable-length-signed-enumeration': '"mappings" of "variable-length-signed-integer"',
};

export interface DraftFinding {
  readonly message: string;
  readonly hint: string;
}

/** Whether a property that the final specification does not know is one of a draft. */
export function draftOf(type: string | undefined, property: string): DraftFinding | undefined {
  const ofType = type === undefined ? undefined : properties[type];
  const any = properties['*']!;
  const final =
    ofType !== undefined && Object.hasOwn(ofType, property)
      ? ofType[property]
      : Object.hasOwn(any, property)
        ? any[property]
        : undefined;
  if (final === undefined) return undefined;
  const owner = type === undefined ? '' : ` of "${type}"`;
  return {
    message: `Property "${property}"${owner} is of a draft of CTF 2; the final one has ${final}.`,
    hint,
  };
}

/** Whether a field class type that the final specification does not know is one of a draft. */
export function draftOfType(type: string): DraftFinding | undefined {
  if (!Object.hasOwn(types, type)) return undefined;
  return {
    message: `Field class type "${type}" is of a draft of CTF 2; the final one has ${types[type]}.`,
    hint,
  };
}
