/**
 * Each file of `cases/` is one metadata text. What it means stands in its last comments: for `pass-` the trace class, a
 * line for each thing, for `fail-` the error's code and place.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nestingDepthMax } from '../../../bytes/limits.ts';
import { traceErrorOf } from '../../../bytes/testing.ts';
import { TraceError } from '../../../bytes/trace-error.ts';
import type { EnumerationRange, FieldReference, FieldType, IntegerType } from '../../../events/layout.ts';
import type { TraceClass } from '../trace-class.ts';
import { parseTsdl } from './parse-tsdl.ts';

const folder = join(import.meta.dirname, 'cases');
const mark = '// => ';
const cases = readdirSync(folder).map((file) => {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  const expected = lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
  const text = lines.filter((line) => !line.startsWith(mark)).join('\n');
  return { name: file.replace('.tsdl', ''), text, expected };
});
const header = 'trace { major = 1; minor = 8; byte_order = le; };\n';
const passing = cases.filter(({ name }) => name.startsWith('pass-'));
const failing = cases.filter(({ name }) => name.startsWith('fail-'));

test('at least as many cases fail as pass', () => {
  expect(passing.length).toBeGreaterThan(0);
  expect(failing.length).toBeGreaterThanOrEqual(passing.length);
  expect(passing.length + failing.length).toBe(cases.length);
});

test.each(passing)('$name', ({ text, expected }) => {
  expect(describeTraceClass(parseTsdl(text, 'metadata'))).toEqual(expected);
});

test.each(failing)('$name', ({ text, expected }) => {
  const error = traceErrorOf(() => parseTsdl(text, 'metadata'));
  const place = error.place.unit === 'line' ? `${error.place.line}:${error.place.column}` : error.place.unit;
  expect([`${error.code} ${place} ${error.reason}`]).toEqual(expected);
});

test.each(passing)('$name, where events are read as needed', ({ text, expected }) => {
  // Warnings come in the order of reading.
  const lines = describeTraceClass(parseTsdl(text, 'metadata', 'as-needed'));
  expect([...lines].sort()).toEqual([...expected].sort());
});

test.each(failing)('$name, where events are read as needed', ({ text, expected }) => {
  const error = traceErrorOf(() => describeTraceClass(parseTsdl(text, 'metadata', 'as-needed')));
  const place = error.place.unit === 'line' ? `${error.place.line}:${error.place.column}` : error.place.unit;
  expect([`${error.code} ${place} ${error.reason}`]).toEqual(expected);
});

test('an event that is read as needed says what is wrong with it when it is asked for', () => {
  const text = `${header}event { name = "a"; id = 0; fields := struct { nothing b; }; };
event { name = "c"; id = 1; stream_id = 0; fields := struct { nothing d; }; };`;
  const stream = `${text}\nstream { id = 0; event.header := struct { integer { size = 8; } id; }; };`;
  const classes = parseTsdl(stream, 'metadata', 'as-needed').streamClasses.get(0n)!.eventClasses;
  expect([...classes.values()].map(({ name }) => name)).toEqual(['a', 'c']);
  expect(() => classes.get(1n)!.payload).toThrow(
    'Type "nothing" is not defined before its use. (metadata:3:63',
  );
  expect(() => classes.get(1n)!.payload).toThrow(TraceError);
});

test.each([
  ['lengths of their own', 'integer { size = 8; } n; string s[n];', true],
  ['names of a field of the header', 'string s[id];', false],
  ['whole names of a field of the header', 'string s[stream.event.header.id];', false],
  ['tags elsewhere', 'variant <_id> { string a; } v;', false],
  ['types with references', 'struct sized s;', false],
  ['comments in brackets', 'string s[3 /* ] */];', false],
  ['other types', 'struct plain s; string id;', true],
  ['lengths that are numbers', 'u8 a[16];', true],
])('%s in events are told apart without reading them', (_, body, areApart) => {
  const text = `${header}typealias integer { size = 8; align = 8; } := u8;
struct plain { u8 a; }; struct sized { u8 n; u8 data[n]; };
stream { id = 0; packet.context := struct { u8 key[16]; }; event.header := struct { enum : u8 { a } id; }; };
event { name = "e"; id = 0; stream_id = 0; fields := struct { ${body} }; };`;
  expect(parseTsdl(text, 'metadata', 'as-needed').streamClasses.get(0n)!.areBodiesApart).toBe(areApart);
});

test('an error names file, place and what was read', () => {
  const text =
    'trace { major = 1; minor = 8; byte_order = le; };\nevent { name = ev; fields := struct { string a[n]; }; };';
  expect(traceErrorOf(() => parseTsdl(text, 'metadata')).message).toBe(
    'The length of a sequence is "n", but no field of that name is read before it. (metadata:2:48, event ev, field a)',
  );
});

const inStruct = (body: string) => `${header}event { name = ev; fields := struct { ${body} }; };`;
const deep = 4 * nestingDepthMax;

test.each([
  ['structures', inStruct(`${'struct { '.repeat(deep)}${'} a; '.repeat(deep)}`), 'metadata-nesting'],
  ['parentheses', `${header}env { a = ${'('.repeat(deep)}1${')'.repeat(deep)}; };`, 'metadata-nesting'],
  ['signs', `${header}env { a = ${'- + '.repeat(deep)}1; };`, 'metadata-nesting'],
  ['declarators', inStruct(`string ${'('.repeat(deep)}a${')'.repeat(deep)};`), 'metadata-nesting'],
  ['lengths', inStruct(`string a${'[1]'.repeat(deep)};`), 'metadata-nesting'],
  ['names of names', `${header}typedef string t0;${doubling('typedef', deep)}`, 'metadata-nesting'],
  ['names that double', `${header}typedef string t0;${doubling('struct', 30)}`, 'metadata-limit'],
])('%s end at a limit', (_, text, code) => {
  expect(traceErrorOf(() => parseTsdl(text, 'metadata')).code).toBe(code);
});

/** Types that each use the one before: as an array, or twice. */
function doubling(how: 'typedef' | 'struct', count: number): string {
  return Array.from({ length: count }, (_, index) =>
    how === 'typedef'
      ? `typedef t${index} t${index + 1}[2];`
      : `typedef struct { t${index} a; t${index} b; } t${index + 1};`,
  ).join('\n');
}

test('each field is an object of its own, and references mean the very field', () => {
  const text = `${header}typealias integer { size = 8; } := u8; event { name = ev; fields := struct { u8 n; u8 m; u8 a[m]; }; };`;
  const [n, m, a] = parseTsdl(text, 'metadata').streamClasses.get(0n)!.eventClasses.get(0n)!.payload!.members;
  expect(n!.type).not.toBe(m!.type);
  expect(a!.type.kind === 'array' && a!.type.length.kind === 'field' && a!.type.length.field.type).toBe(
    m!.type,
  );
});

test('any order of blocks gives the same', () => {
  const text = cases.find(({ name }) => name === 'pass-lttng-header')!.text;
  const blocks = text.split(/^(?=[a-z/])/m);
  const ordered = describeTraceClass(parseTsdl(text, 'metadata'));
  const isType = (block: string) => /^(\/\*|typealias|struct|clock)/.test(block);
  const reversed = [...blocks.filter(isType), ...blocks.filter((block) => !isType(block)).reverse()];
  expect(reversed.length).toBeGreaterThan(5);
  expect(new Set(describeTraceClass(parseTsdl(reversed.join(''), 'metadata')))).toEqual(new Set(ordered));
});

/** A trace class as lines; `u8le@8` is an unsigned integer of 8 bits, little endian, aligned to 8. */
function describeTraceClass(traceClass: TraceClass): string[] {
  const { version, uuid, byteOrder, environment, clocks, roles, packetHeader, streamClasses, warnings } =
    traceClass;
  const lines = [`trace ${version} ${byteOrder}${uuid ? ` ${uuid}` : ''}`];
  const scope = (name: string, type: FieldType | undefined) => {
    if (type !== undefined) lines.push(...describeField(name, type, roles));
  };
  for (const [name, value] of environment)
    lines.push(`env ${name} = ${typeof value === 'string' ? `"${value}"` : value}`);
  for (const clock of clocks) {
    const { name, frequencyHz, offsetSeconds, offsetCycles, precisionCycles, origin, description } = clock;
    const offset = `${offsetSeconds} s + ${offsetCycles} cycles ± ${precisionCycles}`;
    lines.push(
      `clock ${name} ${frequencyHz} Hz, ${offset} from ${origin}${description ? `: ${description}` : ''}`,
    );
  }
  scope('packet-header', packetHeader);
  for (const stream of streamClasses.values()) {
    const ids = stream.classIdFields.map((type) => `u${type.sizeBits}`).join(' ');
    lines.push(`stream ${stream.id} clock ${stream.clock ?? 'none'} ids ${ids || 'none'}`);
    scope('packet-context', stream.packetContext);
    scope('event-header', stream.eventHeader);
    scope('common-context', stream.commonContext);
    for (const event of stream.eventClasses.values()) {
      const attributes = [...event.attributes].map(([name, value]) => ` ${name}=${value}`).join('');
      lines.push(
        `event ${event.id} ${event.name}${event.logLevel === undefined ? '' : ` log ${event.logLevel}`}${attributes}`,
      );
      scope('specific-context', event.specificContext);
      scope('payload', event.payload);
    }
  }
  for (const warning of warnings) lines.push(`warning ${warning}`);
  return lines;
}

function describeField(name: string, type: FieldType, roles: TraceClass['roles'], indent = '  '): string[] {
  const role = roles.get(type);
  const first = `${indent}${name} ${describeType(type)}${role ? ` is ${role}` : ''}`;
  let inner = type;
  while (inner.kind === 'array') inner = inner.element;
  const below = `${indent}  `;
  if (inner.kind === 'struct') {
    return [
      first,
      ...inner.members.flatMap((member) => describeField(member.name, member.type, roles, below)),
    ];
  }
  if (inner.kind !== 'variant') return [first];
  const options = inner.options.map((option) => {
    const chosenBy = option.ranges.map(({ first, last }) =>
      first === last ? `${first}` : `${first}...${last}`,
    );
    return describeField(`${option.name} if ${chosenBy.join('|') || 'never'}:`, option.type, roles, below);
  });
  return [first, ...options.flat()];
}

function describeType(type: FieldType): string {
  switch (type.kind) {
    case 'integer':
      return describeInteger(type);
    case 'float':
      return `f${type.sizeBits}${type.byteOrder}@${type.alignmentBits}`;
    case 'array': {
      const length =
        type.length.kind === 'field'
          ? describeReference(type.length.field)
          : `${type.length.kind === 'fixed' ? type.length.count : 'located'}`;
      return `[${length}]@${type.alignmentBits}${type.isText ? ' text' : ''} of ${describeType(type.element)}`;
    }
    case 'variant':
      return `variant <${describeReference(type.selector)}>`;
    default:
      return `${type.kind}@${type.alignmentBits}`;
  }
}

function describeInteger(type: IntegerType): string {
  const { isSigned, sizeBits, byteOrder, alignmentBits, displayBase, isText, clock, labels } = type;
  const base = displayBase === 10 ? '' : ` base ${displayBase}`;
  const rest = `${base}${isText ? ' text' : ''}${clock === undefined ? '' : ` clock ${clock}`}`;
  return `${isSigned ? 'i' : 'u'}${sizeBits}${byteOrder}@${alignmentBits}${rest}${labels ? ` {${describeLabels(labels)}}` : ''}`;
}

function describeLabels(labels: readonly EnumerationRange[]): string {
  return labels
    .map(({ label, first, last }) => `${label}=${first}${first === last ? '' : `...${last}`}`)
    .join(' ');
}

function describeReference({ scope, path, type, others = [] }: FieldReference): string {
  return `${scope}:${path.join('.')} u${[type, ...others].map((each) => each.sizeBits).join('|')}`;
}
