import { expect, test } from 'vitest';
import type { FieldValue } from '../../events/columns.ts';
import type { ArrayType, FieldType } from '../../events/layout.ts';
import { integer, list, struct, text } from '../../events/testing.ts';
import { textsOf } from './print-format.test-helpers.ts';

const u8 = integer({ sizeBits: 8 });
const u16 = integer({ sizeBits: 16 });
const u32 = integer();
const s32 = integer({ isSigned: true });
const u64 = integer({ sizeBits: 64 });
const s64 = integer({ sizeBits: 64, isSigned: true });
const comm: FieldType = list(integer({ sizeBits: 8, isText: true }), true);
const longs = list(u64);
const bytes: ArrayType = { ...list(u8), isBlob: true };

type Field = readonly [type: FieldType, value: FieldValue];

/** One record's text. */
function printed(printFormat: string, fields: { readonly [name: string]: Field } = {}): string {
  const entries = Object.entries(fields);
  const payload = struct(Object.fromEntries(entries.map(([name, [type]]) => [name, type])));
  const values = Object.fromEntries(entries.map(([name, [, value]]) => [name, value]));
  const symbols = { schedule: 0xffffffff81000000n };
  return textsOf({ printFormat, payload, symbols }, [{ payload: values }])[0] as string;
}

test('a format with arguments of all kinds', () => {
  const format = '"comm=%s pid=%d prio=%d target_cpu=%03d", REC->comm, REC->pid, REC->prio, REC->target_cpu';
  const fields = { comm: [comm, 'bash'], pid: [s32, 71], prio: [s32, -1], target_cpu: [s32, 2] } as const;
  expect(printed(format, fields)).toBe('comm=bash pid=71 prio=-1 target_cpu=002');
});

test.each<[string, Field, string]>([
  ['"%d", REC->v', [u64, 0xffff_ffff_ffff_ffffn], '-1'],
  ['"%u", REC->v', [s32, -1], '4294967295'],
  ['"%lu", REC->v', [s64, -1n], '18446744073709551615'],
  ['"%ld", REC->v', [u64, 0xffff_ffff_ffff_fffen], '-2'],
  ['"%lld", REC->v', [s64, -9_223_372_036_854_775_808n], '-9223372036854775808'],
  ['"%lld", REC->v', [s64, -4_294_967_296n], '-4294967296'],
  ['"%lld", REC->v', [s64, 1_234_567_890_123_456_789n], '1234567890123456789'],
  ['"%llu", REC->v', [u64, 9_007_199_254_740_993n], '9007199254740993'],
  ['"%llu", REC->v', [u64, 10_000_000_000n], '10000000000'],
  ['"%lx", REC->v', [u64, 0x1_0000_0000n], '100000000'],
  ['"%lx", REC->v', [s64, -1n], 'ffffffffffffffff'],
  ['"%x", REC->v', [u64, 0x1_2345_6789n], '23456789'],
  [
    '"0x%08x|%#x|%X|%o|%#o", REC->v, REC->v, REC->v, REC->v, REC->v',
    [u32, 0xab],
    '0x000000ab|0xab|AB|253|0253',
  ],
  [
    '"[%5d|%-5d|%05d|%+d|% d|%.3d]", REC->v, REC->v, REC->v, REC->v, REC->v, REC->v',
    [s32, 42],
    '[   42|42   |00042|+42| 42|042]',
  ],
  ['"[%*d|%-*d]", 4, REC->v, 4, REC->v', [s32, -7], '[  -7|-7  ]'],
  ['"%hhu %hd %zu %Lu", REC->v, REC->v, REC->v, REC->v', [u64, 0x1_ffffn], '255 -1 131071 131071'],
  ['"%c%c", REC->v, 66', [u32, 65], 'AB'],
  ['"100%% \\"%d\\"\\n", REC->v', [u32, 1], '100% "1"\n'],
  ['"%d" " and " "%d", REC->v, 1', [u32, 2], '2 and 1'],
  [
    '"[%10s|%-6s|%.2s|%.*s]", REC->v, REC->v, REC->v, 3, REC->v',
    [comm, 'bash'],
    '[      bash|bash  |ba|bas]',
  ],
  ['"%s", REC->v', [text, 'naïve'], 'naïve'],
])('%s', (format, field, expected) => {
  expect(printed(format, { v: field })).toBe(expected);
});

test.each<[string, string]>([
  ['REC->a + REC->b', '4294967304'],
  ['REC->a * REC->a', '-17179869180'],
  ['REC->b - REC->a', '-4294967284'],
  ['REC->a / 3', '1431655764'],
  ['REC->a % 1000', '294'],
  ['REC->a / 0', '0'],
  ['1 << REC->b', '1024'],
  ['1ULL << 40', '1099511627776'],
  ['REC->big >> 40', '16777215'],
  ['REC->big & 0xff', '255'],
  ['REC->big & 0xff00000000', '1095216660480'],
  ['~REC->b & 0xf', '5'],
  ['!REC->b', '0'],
  ['-REC->b', '-10'],
  ['REC->a > REC->b && REC->b != 0', '1'],
  ['REC->b == 10 || 0', '1'],
  ['REC->b ? 7 : 8', '7'],
  ['(u8)REC->a', '254'],
  ['(unsigned int)REC->big', '4294967295'],
  ['(unsigned long long)(REC->b)', '10'],
  ['sizeof(REC->a)', '4'],
  ['sizeof(unsigned long)', '8'],
  ['sizeof(u16) + sizeof(void *)', '10'],
  ["'A'", '65'],
  ['0x10 + 010', '24'],
  ['__builtin_expect(REC->b, 1)', '10'],
  ['jiffies_to_msecs(REC->b)', '10'],
  ['(REC)->b', '10'],
  ['REC->common_pid', '42'],
  ['schedule + REC->b', '-2130706422'],
  ['unknown_symbol + REC->b', '10'],
  ['TIMER_SOFTIRQ', '1'],
])('%s is %s', (expression, expected) => {
  const fields = { a: [u32, 4_294_967_294], b: [u32, 10], big: [s64, -1n] } as const;
  expect(printed(`"%lld", ${expression}`, fields)).toBe(expected);
});

test.each<[string, string, string]>([
  ['operators of one precedence associate to the right', '10 - 3 + 1', '6'],
  ['a closer operator takes the first operand out of parentheses', '6 & (1 | 8)', '8'],
  ['what follows a choice applies to all of it', '1 ? 2 : 3 + 4', '6'],
  ['parentheses on the left stay', '(1 + 2) * 3', '9'],
  ['what follows a closer operator stays with it', '1 + 2 * 3 << 1 | 1', '14'],
  ['from closer to looser operators it is as in C', '2 * 3 + 4 == 10 && 1 | 4', '1'],
])('as libtraceevent reads it, %s', (_, expression, expected) => {
  expect(printed(`"%d", ${expression}`)).toBe(expected);
});

test('as libtraceevent reads it, an element on the right takes all that follows', () => {
  const fields = { a: [longs, [1n, 5n]] } as const;
  expect(printed('"%d %d", 2 * REC->a[1] + 1, 2 * (REC->a[1]) + 1', fields)).toBe('12 11');
});

test('flags: labels of set bits, then the other bits', () => {
  const format = '"%s", __print_flags(REC->v, "|", { 1, "A" }, { (1 << 2) | 2, "B" }, { 0x100, "C" })';
  const texts = [0, 1, 2, 7, 0x110].map((v) => printed(format, { v: [u32, v] }));
  expect(texts).toEqual(['', 'A', '0x2', 'A|B', 'C|0x10']);
});

test('symbolic values, with a name for none and a number for those without a label', () => {
  const format = '"%s", __print_symbolic(REC->v, { 0, "ZERO" }, { -1, "NONE" }, { TIMER_SOFTIRQ, "TIMER" })';
  const texts = [0n, 1n, -1n, 20n].map((v) => printed(format, { v: [s64, v] }));
  expect(texts).toEqual(['ZERO', 'TIMER', 'NONE', '0x14']);
});

test('choices between texts', () => {
  const format = '"%s|%s", REC->v ? "yes" : "no", REC->v & 2 ? __print_symbolic(REC->v, { 2, "two" }) : ""';
  expect([0, 1, 2].map((v) => printed(format, { v: [u32, v] }))).toEqual(['no|', 'yes|', 'yes|two']);
});

test('elements of arrays; beyond the end there is 0', () => {
  const format =
    '"%lx %lx %lx %x %c", REC->args[0], REC->args[REC->i], REC->args[9], ((u32 *)REC->args)[1], REC->comm[1]';
  const fields = { args: [longs, [1n, 0x2_0000_0003n]], i: [u8, 1], comm: [comm, 'bash'] } as const;
  expect(printed(format, fields)).toBe('1 200000003 0 0 a');
});

test('located texts, arrays and masks', () => {
  const fields = {
    name: [comm, 'eth0'],
    data: [bytes, [1, 0xab, 3]],
    list: [list(u16), [1, 2, 65535]],
    cpus: [longs, [0b1011n]],
  } as const;
  const format =
    '"%s %s %s %s %s %s %d", __get_str(name), __print_hex(__get_dynamic_array(data), 2), ' +
    '__print_hex_str(__get_dynamic_array(data), __get_dynamic_array_len(data)), ' +
    '__print_array(__get_dynamic_array(list), __get_dynamic_array_len(list) / sizeof(u16), sizeof(u16)), ' +
    '__get_cpumask(cpus), __get_bitmask(cpus), __get_dynamic_array_len(list)';
  expect(printed(format, fields)).toBe('eth0 01 ab 01ab03 1 2 65535 0-1,3 00000000,0000000b 6');
});

test.each<[string, Field, string]>([
  ['"%pS %ps", (void *)REC->v, REC->v', [u64, 0xffffffff81000010n], 'schedule+0x10 schedule'],
  ['"%pS", REC->v', [u64, 16n], '0x10'],
  ['"%p %p", REC->v, 0', [u64, 0xffffffff81000010n], '0xffffffff81000010 (nil)'],
  [
    '"%pM %pMF %pm %pMR", REC->v, REC->v, REC->v, REC->v',
    [bytes, [0, 1, 2, 3, 4, 0xff]],
    '00:01:02:03:04:ff 00-01-02-03-04-ff 0001020304ff ff:04:03:02:01:00',
  ],
  ['"%pI4 %pi4 %pI4h", REC->v, REC->v, &REC->v', [bytes, [10, 0, 0, 1]], '10.0.0.1 010.000.000.001 1.0.0.10'],
  [
    '"%pI6 %pI6c", REC->v, REC->v',
    [bytes, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    '2001:0db8:0000:0000:0000:0000:0000:0001 2001:db8::1',
  ],
  ['"%pI6c", REC->v', [bytes, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4]], '::ffff:1.2.3.4'],
  ['"%pISpc", REC->v', [bytes, [2, 0, 0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]], '127.0.0.1:80'],
  [
    '"%pISpc", REC->v',
    [bytes, [10, 0, 1, 187, 0, 0, 0, 0, ...Array<number>(15).fill(0), 1, 0, 0, 0, 0]],
    '[::1]:443',
  ],
  [
    '"%pU %pUl", REC->v, REC->v',
    [bytes, Array.from({ length: 16 }, (_, i) => i)],
    '00010203-0405-0607-0809-0a0b0c0d0e0f 03020100-0504-0706-0809-0a0b0c0d0e0f',
  ],
  ['"%*ph %*phN", 3, REC->v, 2, REC->v', [bytes, [1, 2, 3, 4]], '01 02 03 0102'],
  ['"%pI4", REC->v', [bytes, [1, 2]], 'INVALIDIPv4'],
])('%s', (format, field, expected) => {
  expect(printed(format, { v: field })).toBe(expected);
});

test.each([
  ['"%d", unheard_of(REC->v)'],
  ['"%d", ({ int x = REC->v; x; })'],
  ['"%d %d", REC->v'],
  ['"%d", REC->missing'],
  ['"%d", REC->v->w'],
  ['"%d", (REC->v'],
  ['"%d", REC->v )'],
  ['REC->v'],
  [''],
  ['"%d", REC->v ` 1'],
  [`"%d", ${'('.repeat(5000)}1${')'.repeat(5000)}`],
  [`"%d", ${'1 + '.repeat(5000)}1`],
  [`"%d", ${'!'.repeat(5000)}1`],
])('%.60s is not followed: the fields are shown', (format) => {
  const fields = { v: [u32, 7], comm: [comm, 'a b'], data: [bytes, [1, 255]] } as const;
  expect(printed(format, fields)).toBe('[FAILED TO PARSE] v=7 comm=a b data=ARRAY[01, ff]');
});

test('fields as they are shown instead: pointers and longs without a sign in hexadecimal', () => {
  const pointer = integer({ sizeBits: 64, displayBase: 16 });
  const s16 = integer({ sizeBits: 16, isSigned: true });
  const payload = struct({ p: pointer, ul: u64, l: s64, l32: s32, n: u64, s: s16, a: longs });
  const declaredTypes = { ul: 'unsigned long', l: 'long', l32: 'long', n: 'u64' };
  const values = { p: 255n, ul: 255n, l: -1n, l32: -1, n: 255n, s: 5, a: [1n] };
  expect(textsOf({ printFormat: '', payload, declaredTypes }, [{ payload: values }])).toEqual([
    '[FAILED TO PARSE] p=0xff ul=0xff l=-1 l32=0xffffffff n=255 s= 5 a=ARRAY[01, 00, 00, 00, 00, 00, 00, 00]',
  ]);
});

test('a pointer that is printed as text', () => {
  const parts = { printFormat: '"%s|%s", REC->fmt, REC->other', payload: struct({ fmt: u64, other: u64 }) };
  const strings = new Map([[16n, 'text']]);
  expect(textsOf({ ...parts, strings }, [{ payload: { fmt: 16n, other: 17n } }])).toEqual(['text|11']);
});

test('an event of ftrace itself without arguments has its fields for them', () => {
  const parts = { name: 'ftrace:old', printFormat: '"a=%d b=%d"', payload: struct({ a: u32, b: u32 }) };
  expect(textsOf(parts, [{ payload: { a: 1, b: 2 } }])).toEqual(['a=1 b=2']);
});

test('trace_printk: arguments lie behind each other in bytes', () => {
  const payload = struct({ ip: u64, fmt: u64, buf: list(u32) });
  const strings = new Map([
    [1n, 'a=%d b=%s c=%llx\n'],
    [2n, 'none\n'],
  ]);
  const parts = { name: 'ftrace:bprint', printFormat: '"%ps: %s", REC->ip, REC->fmt', payload, strings };
  const ip = 0x10n;
  const records = [
    { ip, fmt: 1n, buf: [0xffff_fffb, 0x0072_7473, 0xcdef_0123, 0xab] },
    { ip, fmt: 2n, buf: [] },
    { ip, fmt: 1n, buf: [5] },
    { ip, fmt: 3n, buf: [] },
  ];
  expect(
    textsOf(
      parts,
      records.map((payloadValues) => ({ payload: payloadValues })),
    ),
  ).toEqual([
    '0x10: a=-5 b=str c=abcdef0123',
    '0x10: none',
    '0x10: a=5 b= c=0',
    '0x10: (NO FORMAT FOUND at 3)',
  ]);
});
