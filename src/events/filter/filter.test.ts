import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBatch } from '../batch.ts';
import { enumeration, integer, list, makeBatch, struct, text } from '../testing.ts';
import { compileFilter } from './compile.ts';
import { ExpressionError } from './expression.ts';
import { compileGlob, textMatchesGlob } from './glob.ts';
import { fieldsOf, readsPackets } from './locate.ts';
import { parseFilter } from './parse.ts';
import { readTokens } from './tokens.ts';
import { baseFieldsOf } from './visit.ts';

const open = {
  name: 'syscall_entry_open',
  tid: {
    kind: 'field',
    field: { scope: 'common-context', path: ['tid'] },
    type: integer(),
  },
  scopes: {
    payload: struct({
      fd: integer({ isSigned: true }),
      path: text,
      big: integer({ sizeBits: 64 }),
      mode: enumeration({ READ: 0, WRITE: [1, 5], BOTH: 6 }),
      list: list(integer()),
      inner: struct({ depth: integer() }),
      ratio: { kind: 'float', sizeBits: 64, alignmentBits: 8, byteOrder: 'le' },
    }),
    'common-context': struct({ tid: integer(), fd: integer() }),
  },
} as const;

const close = { name: 'close', scopes: { payload: struct({ name: text }) } } as const;

const batch = makeBatch({
  classes: [open, close],
  packetScopes: { 'packet-context': struct({ cpu_id: integer() }) },
  packets: [{ 'packet-context': { cpu_id: 3 } }, { 'packet-context': { cpu_id: 4 } }],
  records: [
    record(0, { fd: -1, path: '/etc/passwd', big: 2n ** 53n, mode: 0, list: [], ratio: 0.5 }, 10, 0),
    record(
      1,
      { fd: 3, path: '/tmp/é*', big: 2n ** 53n + 1n, mode: 2, list: [7, 8], ratio: Number.NaN },
      11,
      1,
    ),
    { name: 'close', timeNs: 2000, cpu: 5, packet: 1, fields: { payload: { name: 'file' } } },
  ],
});

function record(
  cpu: number,
  fields: { fd: number; path: string; big: bigint; mode: number; list: number[]; ratio: number },
  tid: number,
  packet: number,
) {
  return {
    name: 'syscall_entry_open',
    timeNs: cpu * 1000,
    cpu,
    packet,
    fields: { payload: { ...fields, inner: { depth: cpu + 40 } }, 'common-context': { tid, fd: 99 } },
  };
}

/** The positions of the records that a filter keeps. */
function kept(filter: string, of: EventBatch = batch): number[] {
  const expression = parseFilter(filter);
  const found: number[] = [];
  for (let position = 0; position < of.count; position++) {
    const classBatch = of.classes.get(of.classIndex[position] as number)!;
    const predicate = compileFilter(expression, classBatch.eventClass, {
      originNs: 5_000_000_000_000_000_000n,
    });
    if (predicate === 'always false') continue;
    if (predicate(classBatch, of.row[position] as number, of.packets, of.packetRow[position] as number)) {
      found.push(position);
    }
  }
  return found;
}

test.each([
  ['fd == 3', [1]],
  ['fd < 0', [0]],
  ['-1 == fd', [0]],
  ['0 > fd', [0]],
  ['fd != 3', [0]],
  ['fd == 0x3', [1]],
  ['fd >= 2.5', [1]],
  ['$evt.fd == 3', [1]],
  ['$evt.$payload.fd == 3', [1]],
  ['$stream_ctx.fd == 99', [0, 1]],
  ['$ctx.fd == 99', []],
  ['fd == 99', []],
  ['inner.depth == 41', [1]],
  ['list[1] == 8', [1]],
  ['list[0] != 8', [1]],
  ['list[2] == 0', []],
  ['fd == "3"', []],
  ['fd != "3"', []],
  ['path != 3', []],
  ['path == "/etc/passwd"', [0]],
  ['path != "/etc/passwd"', [1]],
  ['path < "/f"', [0]],
  ['path =* "/*/*"', [0, 1]],
  ['path =* "/tmp/?\\*"', [1]],
  ["path =* '*pass*'", [0]],
  ['big == 9007199254740993', [1]],
  ['big > 9007199254740992', [1]],
  ['big == 9007199254740992', [0]],
  ['mode == "READ"', [0]],
  ['mode == "WRITE"', [1]],
  ['mode != "WRITE"', [0]],
  ['mode =* "?R*"', [1]],
  ['mode == 2', [1]],
  ['mode == "NONE"', []],
  ['ratio < 1', [0]],
  ['ratio != 0.5', [1]],
  ['big > fd', [0, 1]],
  ['$cpu == inner.depth', []],
  ['$name == "close"', [2]],
  ['$name =* "sys*"', [0, 1]],
  ['name =* "sys*"', [0, 1]],
  ['name == "file"', [2]],
  ['$cpu >= 1', [1, 2]],
  ['cpu == 5', [2]],
  ['$tid == 11', [1]],
  ['tid == 10', [0]],
  ['$pid == 0', []],
  ['$time == 5000000000000001000', [1]],
  ['$time >= 5000000000000001us', [1, 2]],
  ['time < 5000000000s', []],
  ['$time <= 5000000000s', [0]],
  ['5000000000.000001s < $time', [2]],
  ['cpu_id == 4', [1, 2]],
  ['$pkt_ctx.cpu_id == 3', [0]],
  ['$pkt_header.cpu_id == 3', []],
  ['nothing == 1', []],
  ['!(nothing == 1)', [0, 1, 2]],
  ['nothing != 1', []],
  ['fd == 3 && $cpu == 1', [1]],
  ['fd == 3 || $cpu == 5', [1, 2]],
  ['fd == 3 || fd == -1 && $cpu == 7', [1]],
  ['(fd == 3 || fd == -1) && $cpu == 0', [0]],
  ['!fd == 3', [0, 2]],
] as const)('%s', (filter, expected) => {
  expect(kept(filter)).toEqual(expected);
});

test('a class without the fields is known to match never', () => {
  const eventClass = batch.classes.get(1)!.eventClass;
  const context = { originNs: 0n, packetScopes: new Map() };
  expect(compileFilter(parseFilter('fd == 3 && $cpu == 1'), eventClass, context)).toBe('always false');
  expect(compileFilter(parseFilter('$name == "open"'), eventClass, { originNs: 0n })).toBe('always false');
  expect(compileFilter(parseFilter('fd == 3 || $cpu == 1'), eventClass, context)).not.toBe('always false');
});

test('a filter says which fields it reads', () => {
  const [openClass, closeClass] = [batch.classes.get(0)!.eventClass, batch.classes.get(1)!.eventClass];
  const expression = parseFilter(
    'inner.depth == list[2] && $tid == 1 && $cpu == 2 && fd == fd && cpu_id == 1',
  );
  expect(fieldsOf(expression, openClass).map((field) => `${field.scope} ${field.path.join('.')}`)).toEqual([
    'payload inner.depth',
    'payload list',
    'common-context tid',
    'payload fd',
  ]);
  expect(fieldsOf(expression, closeClass)).toEqual([]);
  expect([...baseFieldsOf(expression)]).toEqual(['tid', 'cpu']);
  expect(readsPackets(expression, openClass)).toBe(true);
  expect(readsPackets(expression, openClass, { packetScopes: new Map() })).toBe(false);
  expect(readsPackets(parseFilter('fd == 1'), openClass)).toBe(false);
});

test('$cpu is the field with the CPU where the class has one', () => {
  const perf = makeBatch({
    classes: [
      {
        name: 'e',
        scopes: { payload: struct({ perf_cpu: integer() }) },
        cpu: { kind: 'field', field: { scope: 'payload', path: ['perf_cpu'] }, type: integer() },
      },
    ],
    records: [1, 3].map((cpu) => ({ name: 'e', fields: { payload: { perf_cpu: cpu } } })),
  });
  expect(kept('$cpu == 3', perf)).toEqual([1]);
  expect(fieldsOf(parseFilter('$cpu == 3'), perf.classes.get(0)!.eventClass)).toHaveLength(1);
});

test('a variant is compared by its chosen option', () => {
  const variantType = {
    kind: 'variant',
    selector: { scope: 'payload', path: ['tag'], type: integer() },
    options: [
      { name: 'words', type: text, ranges: [] },
      { name: 'pair', type: struct({ a: integer() }), ranges: [] },
    ],
  } as const;
  const variants = makeBatch({
    classes: [{ name: 'v', scopes: { payload: struct({ tag: integer(), choice: variantType }) } }],
    records: [
      { name: 'v', fields: { payload: { tag: 0, choice: { option: 'words', value: 'x' } } } },
      { name: 'v', fields: { payload: { tag: 1, choice: { option: 'pair', value: { a: 7 } } } } },
      { name: 'v', fields: { payload: { tag: 1, choice: { option: 'pair', value: { a: 1 } } } } },
    ],
  });
  expect(kept('choice == "x"', variants)).toEqual([0]);
  expect(kept('choice.a == 7', variants)).toEqual([1]);
  expect(kept('choice.pair.a == 7', variants)).toEqual([1]);
  expect(kept('choice.a == tag', variants)).toEqual([2]);
});

test.each([
  ['', 0, 'ends where a field'],
  ['fd = 3', 3, '"="'],
  ['fd == ', 6, 'ends'],
  ['fd', 2, 'comparison'],
  ['fd == 3 & x == 1', 8, '"&"'],
  ['fd == 3)', 7, 'not expected'],
  ['(fd == 3', 8, '")"'],
  ['$foo == 3', 0, '$foo'],
  ['$payload == 3', 9, 'followed by a dot'],
  ['3 == 4', 0, 'names no field'],
  ['path =* 3', 8, 'glob'],
  ['path == "x', 8, 'closing quote'],
  ['fd == 017', 6, 'octal'],
  ['fd == 3kg', 6, 'no number'],
  ['a[-1] == 1', 2, 'index'],
  ['fd == 0.0000000001s', 6, 'finer'],
])('%s is refused at its place', (filter, position, reason) => {
  let error: unknown;
  try {
    parseFilter(filter);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(ExpressionError);
  const wrong = error as ExpressionError;
  expect([wrong.position, wrong.reason]).toEqual([position, expect.stringContaining(reason)]);
  expect(wrong.marked()).toBe(`${filter}\n${' '.repeat(position)}^`);
});

test('nesting is limited, length is not', () => {
  expect(() => parseFilter(`${'('.repeat(100_000)}a == 1`)).toThrow(ExpressionError);
  expect(() => parseFilter(`${'!'.repeat(100_000)}a == 1`)).toThrow(ExpressionError);
  expect(() => parseFilter(`a${'.a'.repeat(100)} == 1`)).toThrow(ExpressionError);
  expect(kept(Array(10_000).fill('fd == 3').join(' || '))).toEqual([1]);
});

test.each([
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a*', 'a', true],
  ['*a', 'ba', true],
  ['a?c', 'aéc', true],
  ['a?c', 'ac', false],
  ['*ab*ab', 'abxab', true],
  ['*ab*ab', 'ab', false],
  ['a\\?c', 'abc', false],
  ['a\\?c', 'a?c', true],
  ['\\\\*', '\\x', true],
  ['irq_[a-h]*', 'irq_handler', true],
  ['irq_[!a-h]*', 'irq_handler', false],
  ['cpu[0-38]', 'cpu8', true],
  ['cpu[0-38]', 'cpu5', false],
  ['[]x]', ']', true],
  ['[!]x]a', 'ya', true],
  ['[é-ü]', 'ö', true],
  ['[abc', '[abc', true],
  ['a\\[b]', 'a[b]', true],
  ['*[0-9]', 'kworker/7', true],
  ['[]', '[]', true],
])('glob %s on %s', (pattern, of, expected) => {
  expect(textMatchesGlob(compileGlob(pattern), of)).toBe(expected);
});

test('a glob of many stars stays within text × pattern', () => {
  const glob = compileGlob(`${'*a'.repeat(200)}b`);
  expect(textMatchesGlob(glob, 'a'.repeat(20_000))).toBe(false);
});

test('any text is an expression or an error at a place in it', () => {
  const words = [
    'fd',
    '$evt',
    '.',
    '$name',
    '(',
    ')',
    '!',
    '==',
    '=*',
    '&&',
    '||',
    '"a*"',
    "'",
    '3',
    '0x',
    '1.5ms',
    '[',
    ']',
    ' ',
    '\\',
  ];
  const texts = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 12 });
  fc.assert(
    fc.property(texts, (parts) => {
      const text = parts.join('');
      try {
        kept(text);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        expect(error.position).toBeGreaterThanOrEqual(0);
        expect(error.position).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2000 },
  );
});

test('numbers may have a unit of time', () => {
  const valueOf = (text: string) => readTokens(text)[0];
  expect(valueOf('1.5ms')).toMatchObject({ kind: 'integer', value: 1_500_000n });
  expect(valueOf('2m')).toMatchObject({ kind: 'integer', value: 120_000_000_000n });
  expect(valueOf('1h')).toMatchObject({ kind: 'integer', value: 3_600_000_000_000n });
  expect(() => readTokens('3parsecs')).toThrow('3parsecs is no number');
});
