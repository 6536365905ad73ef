/** Which properties the objects of field classes can have (the tables of CTF2-SPEC-2.0 §5.3). */
import { isObject, type JsonNode } from './json-node.ts';

const always = ['attributes', 'extensions'];
const bits = ['length', 'byte-order', 'bit-order', 'alignment'];
const number = ['preferred-display-base', 'mappings'];
const length = 'length-field-location';

const lists: Readonly<Record<string, readonly string[]>> = {
  'fixed-length-bit-array': bits,
  'fixed-length-bit-map': [...bits, 'flags'],
  'fixed-length-boolean': bits,
  'fixed-length-unsigned-integer': [...bits, ...number, 'roles'],
  'fixed-length-signed-integer': [...bits, ...number],
  'fixed-length-floating-point-number': bits,
  'variable-length-unsigned-integer': [...number, 'roles'],
  'variable-length-signed-integer': number,
  'null-terminated-string': ['encoding'],
  'static-length-string': ['length', 'encoding'],
  'dynamic-length-string': [length, 'encoding'],
  'static-length-blob': ['length', 'media-type', 'roles'],
  'dynamic-length-blob': [length, 'media-type'],
  structure: ['member-classes', 'minimum-alignment'],
  'static-length-array': ['element-field-class', 'minimum-alignment', 'length'],
  'dynamic-length-array': ['element-field-class', 'minimum-alignment', length],
  optional: ['field-class', 'selector-field-location', 'selector-field-ranges'],
  variant: ['options', 'selector-field-location'],
};

/** By the field class's type. */
export const classProperties: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(lists).map(([type, names]) => [type, new Set(['type', ...names, ...always])]),
);

export const memberProperties: ReadonlySet<string> = new Set(['name', 'field-class', ...always]);
export const optionProperties: ReadonlySet<string> = new Set([
  'name',
  'field-class',
  'selector-field-ranges',
  ...always,
]);

/** Attributes are an object that means nothing here (§5.2); extensions must be declared in the preamble, where any is refused (§5.1). */
export function checkAttachments(node: JsonNode): void {
  const attributes = node.get('attributes');
  if (attributes !== undefined && !isObject(attributes.value)) {
    attributes.fail('metadata-property', `Expected an object, found ${attributes.shown}.`);
  }
  const extensions = node.get('extensions')?.value;
  if (extensions === undefined || (isObject(extensions) && knownEmpty.has(extensions))) return;
  for (const { namespace, name, node: extension } of extensionsOf(node)) {
    extension.fail(
      'metadata-extension',
      `Extension "${name}" of "${namespace}" is used, but not declared in the preamble.`,
    );
  }
  knownEmpty.add(extensions as object);
}

/** Of aliases, which may be used many times. */
const knownEmpty = new WeakSet<object>();

export interface Extension {
  readonly namespace: string;
  readonly name: string;
  readonly node: JsonNode;
}

/** All extensions of an object. */
export function extensionsOf(node: JsonNode): Extension[] {
  const namespaces = node.get('extensions')?.entries() ?? [];
  return namespaces.flatMap(([namespace, names]) =>
    names.entries().map(([name, extension]) => ({ namespace, name, node: extension })),
  );
}
