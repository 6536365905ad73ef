// Small CTF 2 traces that ask for too much, and some that use every kind of field. Each is a whole case; damage to them makes more.
import { alias, fieldClasses, members } from './json-pieces.ts';
import type { FuzzTrace } from './traces.ts';

const separator = '\x1e';
const head = `${separator}{"type":"preamble","version":2}\n`;

function structureOf(list: string): string {
  return `{"type":"structure","member-classes":[${list}]}`;
}

function member(name: string, fieldClass: string): string {
  return `{"name":"${name}","field-class":${fieldClass}}`;
}

/** Metadata whose only event has these members. */
function eventOf(list: string, before = ''): string {
  const streamClass = `${separator}{"type":"data-stream-class"}\n`;
  const payload = `"payload-field-class":${structureOf(list)}`;
  return `${head}${before}${streamClass}${separator}{"type":"event-record-class","name":"e",${payload}}\n`;
}

function nested(depth: number, open: string, inner: string, close: string): string {
  return `${open.repeat(depth)}${inner}${close.repeat(depth)}`;
}

const byte = fieldClasses[0] as string;
const structureOpen = '{"type":"structure","member-classes":[{"name":"s","field-class":';
const arrayOpen = '{"type":"static-length-array","length":1024,"element-field-class":';
const integer = (length: number, roles: string) =>
  `{"type":"fixed-length-unsigned-integer","length":${length},"byte-order":"little-endian","alignment":8,"roles":[${roles}]}`;
const clock = `${separator}{"type":"clock-class","id":"c","frequency":3,"offset-from-origin":{"seconds":1000000000000}}\n`;
const timestamp = '{"type":"variable-length-unsigned-integer","roles":["default-clock-timestamp"]}';
const sizes = structureOf(
  `${member('t', integer(32, '"packet-total-length"'))},${member('c', integer(32, '"packet-content-length"'))}`,
);

const metadata: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    members.map((list, index) => [`member ${index} of every kind`, eventOf(list.replaceAll('_', ''))]),
  ),
  'JSON nested 100000 deep': `${head}${separator}{"type":"trace-class","attributes":${nested(100_000, '[', '', ']')}}`,
  'JSON objects nested 100000 deep': `${head}${separator}{"type":"trace-class","attributes":${nested(100_000, '{"a":', '1', '}')}}`,
  'brackets that never end': `${head}${separator}${'['.repeat(200_000)}`,
  'structures in JSON 30 deep': eventOf(member('s', nested(30, structureOpen, byte, '}]}'))),
  'structures in JSON 50000 deep': eventOf(member('s', nested(50_000, structureOpen, byte, '}]}'))),
  'arrays in JSON of 2^60 elements': eventOf(member('a', nested(6, arrayOpen, byte, '}'))),
  'arrays in JSON of 2^60 empty structures': eventOf(
    member('a', nested(6, arrayOpen, '{"type":"structure"}', '}')),
  ),
  'aliases that double 30 times': eventOf(
    member('x', '"t30"'),
    `${alias('t0', byte)}${Array.from({ length: 30 }, (_, index) => alias(`t${index + 1}`, structureOf(`${member('a', `"t${index}"`)},${member('b', `"t${index}"`)}`))).join('')}`,
  ),
  'a chain of 5000 aliases in JSON': eventOf(
    member('x', '"t5000"'),
    `${alias('t0', byte)}${Array.from({ length: 5000 }, (_, index) => alias(`t${index + 1}`, `"t${index}"`)).join('')}`,
  ),
  'an alias in JSON of itself': eventOf(member('x', '"a"'), alias('a', structureOf(member('y', '"a"')))),
  'a number of 100000 digits': `${head}${separator}{"type":"data-stream-class","id":${'9'.repeat(100_000)}}`,
  'an id beyond 64 bits': `${head}${separator}{"type":"data-stream-class","id":18446744073709551616}`,
  'a string in JSON of 1 MB': `${head}${separator}{"type":"trace-class","name":"${'s'.repeat(1 << 20)}"}`,
  'fragments of nothing': `${head}${separator.repeat(200_000)}`,
  '100000 empty fragments': `${head}${`${separator}{}\n`.repeat(100_000)}`,
  'a fragment that never ends': `${head}${separator}{"type":"trace-class","name":"`,
  'no preamble': `${separator}{"type":"data-stream-class"}\n`,
  'an extension that nobody knows': `${separator}{"type":"preamble","version":2,"extensions":{"x":{"y":{}}}}\n${separator}{"type":"data-stream-class"}\n`,
  'properties of prototypes': `${head}${separator}{"type":"trace-class","__proto__":{"x":1},"attributes":{"__proto__":{"constructor":1}}}\n${separator}{"type":"data-stream-class"}\n`,
  'a path of 50000 names in JSON': eventOf(
    `${member('n', byte)},${member('a', `{"type":"dynamic-length-blob","length-field-location":{"path":[${Array.from({ length: 50_000 }, () => '"n"').join()}]}}`)}`,
  ),
  '20000 members in JSON': eventOf(
    Array.from({ length: 20_000 }, (_, index) => member(`m${index}`, byte)).join(),
  ),
  '20000 mappings': eventOf(
    member(
      'm',
      `{"type":"variable-length-unsigned-integer","mappings":{${Array.from({ length: 20_000 }, (_, index) => `"L${index}":[[${index},${index + 1000}]]`).join()}}}`,
    ),
  ),
  'LEB128 times': `${head}${clock}${separator}{"type":"data-stream-class","default-clock-class-id":"c","event-record-header-field-class":${structureOf(member('t', timestamp))}}\n${separator}{"type":"event-record-class","payload-field-class":${structureOf(member('a', byte))}}\n`,
  'an event without fields in JSON': `${head}${separator}{"type":"data-stream-class"}\n${separator}{"type":"event-record-class"}\n`,
  'sizes in JSON alone': `${head}${separator}{"type":"data-stream-class","packet-context-field-class":${sizes},"event-record-header-field-class":${structureOf(member('i', integer(8, '"event-record-class-id"')))}}\n${separator}{"type":"event-record-class"}\n`,
};

/** As in hostile.ts: half a second and more. */
const slow = new Set([
  'structures in JSON 50000 deep',
  'aliases that double 30 times',
  '20000 members in JSON',
  '20000 mappings',
]);

const prefix = 'CTF 2: ';

export function isSlowJson({ name }: FuzzTrace): boolean {
  return name.startsWith(prefix) && slow.has(name.slice(prefix.length));
}

const encoder = new TextEncoder();

/** Bytes from 0 up to a prime, again and again: every value occurs at every alignment. */
function counting(sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => index % 251);
}

/** Each metadata with bytes of every value and with bytes of 255 alone, which make LEB128 too long. */
export function hostileJsonTraces(): readonly FuzzTrace[] {
  const [small, ones] = [counting(4096), new Uint8Array(4096).fill(255)];
  return Object.entries(metadata).map(([name, text]) => ({
    name: `${prefix}${name}`,
    files: { metadata: encoder.encode(text), stream: small, ones },
  }));
}
