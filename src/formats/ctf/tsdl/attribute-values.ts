/** What stands to the right of `=`, checked for what its attribute takes. */
import type { ByteOrder } from '../../../events/layout.ts';
import type { Source } from './source.ts';
import type { Assignment, Expression } from './syntax.ts';

/** An expression as its writer wrote it, for messages. */
export function shownValue(value: Expression): string {
  switch (value.kind) {
    case 'integer':
      return `${value.value}`;
    case 'string':
      return `"${value.value}"`;
    case 'path':
      return `"${value.names.join('.')}"`;
  }
}

/** @throws TraceError `metadata-attribute`: what the attribute takes, and what it was given */
export function wrongValue(source: Source, attribute: Assignment, wanted: string): never {
  source.fail({
    code: 'metadata-attribute',
    at: attribute.value.at,
    message: `Expected ${wanted} for "${attribute.path}", found ${shownValue(attribute.value)}.`,
  });
}

export function integerValue(source: Source, attribute: Assignment): bigint {
  return attribute.value.kind === 'integer'
    ? attribute.value.value
    : wrongValue(source, attribute, 'an integer');
}

export function unsignedValue(source: Source, attribute: Assignment): bigint {
  const { value } = attribute;
  return value.kind === 'integer' && value.value >= 0n
    ? value.value
    : wrongValue(source, attribute, 'an integer that is not negative');
}

/** A string, or a name without quotes. */
export function textValue(source: Source, attribute: Assignment): string {
  const { value } = attribute;
  if (value.kind === 'string') return value.value;
  if (value.kind === 'path') return value.names.join('.');
  return wrongValue(source, attribute, 'a string');
}

/** CTF 1.8.3 §7.1: `true`, `TRUE`, `1`, `false`, `FALSE`, `0`. */
export function booleanValue(source: Source, attribute: Assignment): boolean {
  const { value } = attribute;
  const word = value.kind === 'integer' ? `${value.value}` : textValue(source, attribute);
  if (word === 'true' || word === 'TRUE' || word === '1') return true;
  if (word === 'false' || word === 'FALSE' || word === '0') return false;
  return wrongValue(source, attribute, 'true or false');
}

/** §4.1.3; `native` is the trace's own. */
export function byteOrderValue(
  source: Source,
  attribute: Assignment,
  native: ByteOrder | undefined,
): ByteOrder {
  switch (textValue(source, attribute)) {
    case 'le':
      return 'le';
    case 'be':
    case 'network':
      return 'be';
    case 'native':
      if (native !== undefined) return native;
  }
  return wrongValue(source, attribute, native === undefined ? 'le or be' : 'native, le, be or network');
}

/** Only the canonical form: 36 hexadecimal digits and dashes. Lower case. */
export function uuidValue(source: Source, attribute: Assignment): string {
  const text = textValue(source, attribute);
  if (/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(text)) return text.toLowerCase();
  return wrongValue(source, attribute, 'a UUID like "2a6422d0-6cee-11e0-8c08-cb07d7b3a564"');
}

/** The attributes of one entity by name; twice the same is an error. */
export function attributesByName(
  source: Source,
  attributes: readonly Assignment[],
  of: string,
): Map<string, Assignment> {
  const byName = new Map<string, Assignment>();
  for (const attribute of attributes) {
    if (byName.has(attribute.path)) {
      const message = `Attribute "${attribute.path}" of the ${of} is given twice.`;
      source.fail({ code: 'metadata-duplicate', at: attribute.at, message });
    }
    byName.set(attribute.path, attribute);
  }
  return byName;
}
