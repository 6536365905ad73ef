/** Every rule of CTF2-SPEC-2.0rB on metadata has a case that breaks it, which `docs/ctf2-conformance.md` names. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { corpusPath, describeCorpus, listCases } from '../../../../test/corpus.ts';
import { nestingDepthMax } from '../../../bytes/limits.ts';
import { TraceError } from '../../../bytes/trace-error.ts';
import { metadataText } from '../metadata-packets.ts';
import { readCases } from './cases.test-helpers.ts';
import { describeTraceClass } from './describe-trace-class.test-helpers.ts';
import { parseJsonMetadata } from './parse-json-metadata.ts';

const passing = readCases('pass.txt');
const failing = ['fail-fragments.txt', 'fail-field-classes.txt', 'fail-locations-and-roles.txt'].flatMap(
  readCases,
);

/** `CODE at LINE, CHAIN: REASON`. */
function outcomeOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const { code, place, chain, reason } = error;
    const where = [place.unit === 'line' ? `${place.line}:${place.column}` : place.unit, ...chain].join(', ');
    return `${code} at ${where}: ${reason}`;
  }
  return 'accepted';
}

test('at least as many cases fail as pass, and all have names of their own', () => {
  expect(passing.length).toBeGreaterThan(0);
  expect(failing.length).toBeGreaterThanOrEqual(passing.length);
  const names = [...passing, ...failing].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(passing)('$name', ({ text, expected }) => {
  expect(describeTraceClass(parseJsonMetadata(text, 'metadata'))).toEqual(expected);
});

test.each(failing)('$name', ({ text, expected }) => {
  expect([outcomeOf(() => parseJsonMetadata(text, 'metadata'))]).toEqual(expected);
});

test.each(passing)('$name, where events are read as needed', ({ text, expected }) => {
  // Warnings come in the order of reading, those of headers first.
  const lines = describeTraceClass(parseJsonMetadata(text, 'metadata', 'as-needed'));
  const later = describeTraceClass(parseJsonMetadata(text, 'metadata', 'as-needed')).length;
  expect(later).toBe(lines.length);
  expect(lines.filter((line) => !line.startsWith('warning'))).toEqual(
    expected.filter((line) => !line.startsWith('warning')),
  );
});

test.each(failing)('$name, where events are read as needed', ({ text, expected }) => {
  const read = () => describeTraceClass(parseJsonMetadata(text, 'metadata', 'as-needed'));
  expect([outcomeOf(read)]).toEqual(expected);
});

const preamble = '\x1e{"type": "preamble", "version": 2}\n';
const streamClass = '\x1e{"type": "data-stream-class"}\n';
const eventOf = (fieldClass: string) =>
  `\x1e{"type": "event-record-class", "payload-field-class": ${fieldClass}}\n`;
const structOf = (...members: string[]) =>
  `{"type": "structure", "member-classes": [${members.map((type, at) => `{"name": "f${at}", "field-class": ${type}}`).join(', ')}]}`;
const aliasOf = (name: string, fieldClass: string) =>
  `\x1e{"type": "field-class-alias", "name": "${name}", "field-class": ${fieldClass}}\n`;
const codeOf = (text: string) => outcomeOf(() => parseJsonMetadata(text, 'metadata')).split(' ')[0];

function nested(depth: number, innermost = '{"type": "structure"}'): string {
  let text = innermost;
  for (let level = 0; level < depth; level++) text = structOf(text);
  return text;
}

const longPath = `{"type": "dynamic-length-string", "length-field-location": {"path": [${'"a", null, '.repeat(1000)}"a"]}}`;
const manyRoles = `{"type": "variable-length-unsigned-integer", "roles": [${'"data-stream-id", '.repeat(1000)}"data-stream-id"]}`;

/** A variant that many locations lead to, each to every option. */
function manyPlaces(count: number): string {
  const number = '{"type": "variable-length-unsigned-integer"}';
  const options = Array.from(
    { length: count },
    (_, at) => `{"selector-field-ranges": [[${at}, ${at}]], "field-class": ${number}}`,
  );
  const variant = `{"type": "variant", "selector-field-location": {"path": ["f0"]}, "options": [${options.join(', ')}]}`;
  const text = '{"type": "dynamic-length-string", "length-field-location": {"path": ["f1"]}}';
  return structOf(number, variant, ...Array<string>(count).fill(text));
}

test.each([
  ['structures', preamble + streamClass + eventOf(nested(4 * nestingDepthMax)), 'metadata-nesting'],
  [
    'structures in text with large integers',
    preamble + streamClass + eventOf(nested(4 * nestingDepthMax, '9007199254740993')),
    'metadata-nesting',
  ],
  ['brackets', `${preamble}\x1e${'['.repeat(1e5)}${']'.repeat(1e5)}`, 'metadata-property'],
  ['paths', preamble + streamClass + eventOf(structOf(longPath)), 'metadata-limit'],
  ['roles', preamble + streamClass + eventOf(structOf(manyRoles)), 'metadata-limit'],
  ['places of a variant', preamble + streamClass + eventOf(manyPlaces(2000)), 'metadata-limit'],
  ['names of names', preamble + doubling(4 * nestingDepthMax, 1), 'metadata-nesting'],
  ['names that double', preamble + doubling(30, 2), 'metadata-limit'],
  [
    'members',
    preamble + streamClass + eventOf(structOf(...Array<string>(70_000).fill('{"type": "structure"}'))),
    'metadata-limit',
  ],
])('%s end at a limit', (_, text, code) => {
  expect(codeOf(text)).toBe(code);
});

test('as many levels as are allowed can be read, also where integers are large', () => {
  const large =
    '{"type": "variable-length-unsigned-integer", "mappings": {"x": [[9007199254740993, 9007199254740993]]}}';
  expect(codeOf(preamble + streamClass + eventOf(nested(nestingDepthMax, large)))).toBe('accepted');
});

/** Aliases that each use the one before, once or twice. */
function doubling(count: number, uses: number): string {
  const first = aliasOf('t0', '{"type": "structure"}');
  return (
    first +
    Array.from({ length: count }, (_, at) =>
      aliasOf(`t${at + 1}`, structOf(...Array<string>(uses).fill(`"t${at}"`))),
    ).join('')
  );
}

test('attributes may be nested without a limit; what is too deep is not shown', () => {
  const deep = '['.repeat(1e5) + ']'.repeat(1e5);
  const text = `${preamble}${streamClass}\x1e{"type": "event-record-class", "attributes": {"a": ${deep}, "b": {"c": [1]}}}`;
  const event = parseJsonMetadata(text, 'metadata').streamClasses.get(0n)!.eventClasses.get(0n)!;
  expect([...event.attributes]).toEqual([
    ['a', '…'],
    ['b/c', '[1]'],
  ]);
});

test('ranges of an alias are read once, however often it is used', () => {
  const numbers = '{"type": "variable-length-unsigned-integer", "mappings": {"x": [[1, 2]]}}';
  const text = `${preamble}${aliasOf('n', numbers)}${streamClass}${eventOf(structOf('"n"', '"n"'))}`;
  const { members } = parseJsonMetadata(text, 'metadata').streamClasses.get(0n)!.eventClasses.get(0n)!
    .payload!;
  const [first, second] = members.map(({ type }) => (type.kind === 'integer' ? type.labels : undefined));
  expect(first).toHaveLength(1);
  expect(second).toBe(first);
});

test('each field is an object of its own, and locations mean the very field', () => {
  const text = '{"type": "dynamic-length-string", "length-field-location": {"path": ["f1"]}}';
  const metadata = `${preamble}${aliasOf('n', '{"type": "variable-length-unsigned-integer"}')}${streamClass}${eventOf(structOf('"n"', '"n"', text))}`;
  const payload = parseJsonMetadata(metadata, 'metadata').streamClasses.get(0n)!.eventClasses.get(0n)!
    .payload!;
  const [first, second, last] = payload.members;
  expect(first!.type).not.toBe(second!.type);
  expect(
    last!.type.kind === 'array' && last!.type.length.kind === 'field' && last!.type.length.field.type,
  ).toBe(second!.type);
});

test('an event that is read as needed says what is wrong with it when it is asked for', () => {
  const text = preamble + streamClass + eventOf('{"type": "nothing"}');
  const event = parseJsonMetadata(text, 'metadata', 'as-needed').streamClasses.get(0n)!.eventClasses.get(0n)!;
  expect(event.name).toBe('(unnamed 0)');
  expect(event.specificContext).toBe(undefined);
  expect(() => event.payload).toThrow(
    'There is no field class type "nothing". (metadata:3:65, fragment 3 (event-record-class)',
  );
});

test.each([
  ['no location', '{"type": "null-terminated-string"}', true],
  [
    'a location in the payload',
    '{"type": "dynamic-length-string", "length-field-location": {"origin": "event-record-payload", "path": ["n"]}}',
    true,
  ],
  [
    'a location in the packet context',
    '{"type": "dynamic-length-string", "length-field-location": {"origin": "packet-context", "path": ["n"]}}',
    false,
  ],
  [
    'an escape, which could hide one',
    '{"type": "null-terminated-string", "attributes": {"a": "\\u0041"}}',
    false,
  ],
])('%s in events is told apart without reading them', (_, fieldClass, areApart) => {
  const text = preamble + streamClass + eventOf(structOf(fieldClass));
  expect(parseJsonMetadata(text, 'metadata', 'as-needed').streamClasses.get(0n)!.areBodiesApart).toBe(
    areApart,
  );
});

test('without a field for the id of its class a stream is of class 0, which comes first', () => {
  const text = `${preamble}\x1e{"type": "data-stream-class", "id": 7}\n${streamClass}`;
  expect([...parseJsonMetadata(text, 'metadata').streamClasses.keys()]).toEqual([0n, 7n]);
});

test('names that every object has are names like others', () => {
  const text = `${preamble}\x1e{"type": "trace-class", "environment": {"__proto__": "a", "constructor": 1}}\n${streamClass}${eventOf(
    '{"type": "structure", "member-classes": [{"name": "__proto__", "field-class": {"type": "structure"}}, {"name": "toString", "field-class": {"type": "structure"}}]}',
  )}`;
  const { environment, streamClasses } = parseJsonMetadata(text, 'metadata');
  expect([...environment]).toEqual([
    ['__proto__', 'a'],
    ['constructor', 1n],
  ]);
  expect(
    streamClasses
      .get(0n)!
      .eventClasses.get(0n)!
      .payload!.members.map(({ name }) => name),
  ).toEqual(['__proto__', 'toString']);
});

test('damaged metadata gives a TraceError or a trace class', () => {
  const texts = [...passing, ...failing].map(({ text }) => text);
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const pieces = [
    '"',
    '{',
    '}',
    '[',
    ']',
    'null',
    '0',
    '-1',
    '\x1e',
    ',',
    ':',
    '[]',
    '{}',
    '1e999',
    '99999999999999999999',
    '"a"',
    '\\',
  ];
  for (let round = 0; round < 3000; round++) {
    const text = texts[random(texts.length)]!;
    const at = random(text.length);
    const damaged = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(8));
    outcomeOf(() =>
      describeTraceClass(parseJsonMetadata(damaged, 'metadata', round % 2 === 0 ? 'whole' : 'as-needed')),
    );
  }
});

const documentPath = join(import.meta.dirname, '../../../../docs/ctf2-conformance.md');

test('the document of conformance names every case of a broken rule, and no other', () => {
  expect(existsSync(documentPath)).toBe(true);
  const named = [...readFileSync(documentPath, 'utf8').matchAll(/`([a-z][a-z0-9-]+)`/g)].map(
    ([, name]) => name,
  );
  const rows = readFileSync(documentPath, 'utf8')
    .split('\n')
    .filter((line) => /^\| §/.test(line));
  for (const { name } of failing) expect(named).toContain(name);
  const known = new Set([...passing, ...failing].map(({ name }) => name));
  for (const row of rows) {
    const cell = row.split('|').at(-2)!;
    for (const [, name] of cell.matchAll(/`([^`]+)`/g)) expect(known).toContain(name);
  }
});

describeCorpus('CTF 2 metadata of the corpus', () => {
  const read = (...parts: string[]) => {
    const { text } = metadataText(readFileSync(corpusPath(...parts, 'trace', 'metadata')), 'metadata');
    return parseJsonMetadata(text, 'metadata');
  };

  test.each(listCases('ctf2'))('ctf2/%s is read without a warning', (name) => {
    const traceClass = read('ctf2', name);
    const summary = readFileSync(corpusPath('ctf2', name, 'expected', 'summary.json'), 'utf8');
    const counts: Readonly<Record<string, number>> = JSON.parse(summary).events_by_name ?? {};
    const classes = [...traceClass.streamClasses.values()].flatMap((each) => [...each.eventClasses.values()]);
    const known = new Set(classes.map((each) => each.name));
    expect(Object.keys(counts).filter((event) => !known.has(event))).toEqual([]);
    expect(traceClass.warnings).toEqual([]);
  });

  /** §5: a metadata stream must have a data stream class. */
  const refused = ['pass-diff-uuid', 'pass-no-ers-no-dst-id-fl-ints'];

  test.each(listCases('ctf-yactfr/ctf-2'))('ctf-yactfr/ctf-2/%s', (name) => {
    const outcome = outcomeOf(() => read('ctf-yactfr', 'ctf-2', name)).split(' ')[0];
    expect(outcome).toBe(refused.includes(name) ? 'metadata-missing' : 'accepted');
  });

  test.each(listCases('ctf2-draft'))('ctf2-draft/%s is refused with what gives the draft away', (name) => {
    expect(outcomeOf(() => read('ctf2-draft', name))).toMatch(
      /^metadata-draft .*("uuid"|"fixed-length-unsigned-enumeration")/,
    );
  });
});
