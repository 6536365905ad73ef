/** What fragments consist of (CTF2-SPEC-2.0 §5.4 to §5.9), but for their field classes. */
import type { EnvironmentValue } from '../../../events/reader.ts';
import type { JsonNode } from './json-node.ts';

const always = ['type', 'attributes', 'extensions'];
const identity = ['namespace', 'name', 'uid'];

/** Properties by fragment type (§5.4 to §5.9). */
export const fragmentProperties: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    preamble: ['version', 'uuid'],
    'field-class-alias': ['name', 'field-class'],
    'trace-class': [...identity, 'environment', 'packet-header-field-class'],
    'clock-class': [
      'id',
      ...identity,
      'frequency',
      'origin',
      'offset-from-origin',
      'precision',
      'accuracy',
      'description',
    ],
    'data-stream-class': [
      ...['id', ...identity, 'default-clock-class-id', 'packet-context-field-class'],
      ...['event-record-header-field-class', 'event-record-common-context-field-class'],
    ],
    'event-record-class': [
      ...['id', 'data-stream-class-id', ...identity, 'specific-context-field-class', 'payload-field-class'],
    ],
  }).map(([type, names]) => [type, new Set([...always, ...names])]),
);

/** A numeric id of §5.8 and §5.9; 0 where there is none. */
export function idOf(node: JsonNode, property: string): bigint {
  return node.get(property)?.integerFrom(0n, 'an id of 0 or more') ?? 0n;
}

/** §5.4: 16 numbers, as text. */
export function readUuid(node: JsonNode): string {
  const elements = node.elements();
  if (elements.length !== 16)
    node.fail('metadata-property', `Expected the 16 bytes of a UUID, found ${elements.length}.`);
  const bytes = elements.map((element) => {
    const byte = element.integer();
    if (byte < 0n || byte > 255n)
      element.fail('metadata-property', `Expected a byte from 0 to 255, found ${byte}.`);
    return byte.toString(16).padStart(2, '0');
  });
  return bytes.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** §5.6: text and integers by name. */
export function readEnvironment(node: JsonNode | undefined): Map<string, EnvironmentValue> {
  const environment = new Map<string, EnvironmentValue>();
  for (const [name, entry] of node?.entries() ?? []) {
    const isText = typeof entry.value === 'string';
    if (!isText && typeof entry.value !== 'number' && typeof entry.value !== 'bigint') {
      entry.fail('metadata-property', `Expected text or an integer, found ${entry.shown}.`);
    }
    environment.set(name, isText ? entry.text() : entry.integer());
  }
  return environment;
}
