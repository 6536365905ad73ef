// Small traces that ask for too much: depth, counts, lengths, loops. Each is a whole case; damage to them makes more.
import type { FuzzTrace } from './traces.ts';

const head =
  '/* CTF 1.8 */\ntypealias integer { size = 8; align = 8; } := u8;\ntypealias integer { size = 32; align = 8; } := u32;\n' +
  'typealias integer { size = 64; align = 8; } := u64;\n';
const trace = 'trace { major = 1; minor = 8; byte_order = le; };\n';

/** Metadata whose only event has these fields. */
function eventOf(fields: string, before = ''): string {
  return `${head}${trace}${before}stream { };\nevent { name = e; fields := struct { ${fields} }; };\n`;
}

const encoder = new TextEncoder();

/** Bytes from 0 up to a prime, again and again: every value occurs at every alignment. */
function counting(sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => index % 251);
}

function filled(sizeBytes: number, value: number): Uint8Array {
  return new Uint8Array(sizeBytes).fill(value);
}

/** Packets of one size, each with its sizes in front: two 32-bit numbers of bits. */
function packetsOf(count: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(count * sizeBytes);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    view.setUint32(at, sizeBytes * 8, true);
    view.setUint32(at + 4, sizeBytes * 8, true);
  }
  return bytes;
}

const small = counting(4096);
const ones = filled(4096, 255);

function nested(depth: number, open: string, inner: string, close: string): string {
  return `${open.repeat(depth)}${inner}${close.repeat(depth)}`;
}

/** Each type has two of the type before: 2^count leaves. */
function doubling(count: number): string {
  const lines = ['typealias struct { u8 x; } := t0;'];
  for (let index = 1; index <= count; index++)
    lines.push(`typealias struct { t${index - 1} a; t${index - 1} b; } := t${index};`);
  return `${lines.join('\n')}\n`;
}

function enumeration(count: number, label: (index: number) => string): string {
  return `enum : u32 { ${Array.from({ length: count }, (_, index) => label(index)).join(', ')} } t;`;
}

const metadata: Readonly<Record<string, string>> = {
  'structures nested 30 deep': eventOf(nested(30, 'struct { ', 'u8 x;', ' } s;')),
  'structures nested 100000 deep': eventOf(nested(100_000, 'struct { ', 'u8 x;', ' } s;')),
  'arrays nested 100000 deep': eventOf(`u8 a${'[1]'.repeat(100_000)};`),
  'arrays of 2^60 elements': eventOf(`u8 a${'[1024]'.repeat(6)};`),
  'an array of 2^64 - 1 elements': eventOf('u8 a[18446744073709551615];'),
  'an array of 2^63 elements': eventOf('u8 a[9223372036854775808];'),
  'an array of 2^32 empty structures': eventOf('struct { } a[4294967296];'),
  'arrays of 2^60 empty structures': eventOf(`struct { } a${'[1024]'.repeat(6)};`),
  'sequences of empty structures': eventOf('u64 n; struct { } a[n];'),
  'sequences of sequences of empty structures': eventOf('u8 n; struct { } a[n][n][n][n];'),
  'sequences of sequences of bits': eventOf('u8 n; integer { size = 1; align = 1; } a[n][n][n][n];'),
  'sequences of aligned empty structures': eventOf('u8 n; struct { } align(32768) a[n];'),
  'an alignment of 2^31': eventOf('integer { size = 8; align = 2147483648; } a;'),
  'an alignment of 2^62': eventOf('struct { } align(4611686018427387904) a;'),
  'an alignment of 4096 bytes': eventOf('u8 n; integer { size = 8; align = 32768; } a[n];'),
  'an event of no size': eventOf(''),
  'events of no size behind a header of no size': `${head}${trace}stream { event.header := struct { }; event.context := struct { }; };\nevent { name = e; };`,
  'no events': `${head}${trace}stream { event.header := struct { u8 id; }; };`,
  'no streams': `${head}${trace}`,
  'a variant without options': eventOf('enum : u8 { A } t; variant <t> { } v;'),
  'a variant of variants': eventOf(
    'enum : u8 { A = 0 ... 127, B = 128 ... 255 } t; variant <t> { variant <t> { variant <t> { u8 A; u64 B; } A; string B; } A; struct { } B; } v;',
  ),
  'variants nested 100000 deep': eventOf(
    `enum : u8 { A = 0 ... 255 } t; ${nested(100_000, 'variant <t> { ', 'u8 A;', ' } A;')}`,
  ),
  'labels that overlap': eventOf(enumeration(2000, (index) => `L${index} = ${index} ... ${index + 1000}`)),
  'one label 5000 times': eventOf(enumeration(5000, (index) => `L = ${index}`)),
  '70000 labels': eventOf(enumeration(70_000, (index) => `L${index}`)),
  'labels of all numbers': eventOf(
    'enum : u64 { A = 0 ... 18446744073709551615, B = 0 ... 18446744073709551615 } t; variant <t> { u8 A; u8 B; } v;',
  ),
  'labels from end to beginning': eventOf('enum : u8 { A = 255 ... 0 } t;'),
  'a type of itself': eventOf('struct s x;', 'struct s { struct s y; };'),
  'two types of each other': eventOf(
    'a x;',
    'typealias struct { b y; } := a; typealias struct { a y; } := b;',
  ),
  'an alias of itself': eventOf('a x;', 'typealias a := a;'),
  'types that double 30 times': eventOf('t30 x;', doubling(30)),
  'types that double 12 times': eventOf('t12 x;', doubling(12)),
  'a chain of 50000 aliases': eventOf(
    'a49999 x;',
    `typealias u8 := a0;\n${Array.from({ length: 49_999 }, (_, index) => `typealias a${index} := a${index + 1};`).join('\n')}\n`,
  ),
  'brackets nested 100000 deep': eventOf(`u8 a[${'('.repeat(100_000)}1${')'.repeat(100_000)}];`),
  'signs 100000 long': eventOf(`u8 a[${'-'.repeat(100_000)}1];`),
  'a name of 100 kB': eventOf(`u8 ${'n'.repeat(100_000)};`),
  'a string of 1 MB': `${eventOf('u8 a;')}env { s = "${'s'.repeat(1 << 20)}"; };`,
  'a comment without end': `${eventOf('u8 a;')}/* ${'* / '.repeat(100_000)}`,
  'a comment that begins 100000 times': `${eventOf('u8 a;')}${'/*'.repeat(100_000)}`,
  'blocks that never end': `${head}${'stream { '.repeat(50_000)}`,
  'a path of 50000 names': eventOf(`u8 n; u8 a[n${'.n'.repeat(50_000)}];`),
  '3000 event classes': `${head}${trace}stream { event.header := struct { u8 id; }; };${Array.from({ length: 3000 }, (_, index) => `event { id = ${index}; name = e${index}; fields := struct { u8 a; }; };`).join('\n')}`,
  '20000 members': eventOf(Array.from({ length: 20_000 }, (_, index) => `u8 m${index};`).join(' ')),
  '60000 members': eventOf(Array.from({ length: 60_000 }, (_, index) => `u8 m${index};`).join(' ')),
  '30000 strings': eventOf(Array.from({ length: 30_000 }, (_, index) => `string s${index};`).join(' ')),
  '20000 sequences': eventOf(
    `u8 n; ${Array.from({ length: 20_000 }, (_, index) => `u8 s${index}[n];`).join(' ')}`,
  ),
  'a variant of 20000 options': eventOf(
    `${enumeration(20_000, (index) => `L${index}`)} variant <t> { ${Array.from({ length: 20_000 }, (_, index) => `u8 L${index};`).join(' ')} } v;`,
  ),
  '300 variants of 60 options': eventOf(
    `${enumeration(60, (index) => `L${index}`)} ${Array.from({ length: 300 }, (_, place) => `variant <t> { ${Array.from({ length: 60 }, (_, index) => `struct { u8 a; string b; } L${index};`).join(' ')} } v${place};`).join(' ')}`,
  ),
  'a clock of 0 Hz': `${head}${trace}clock { name = c; freq = 0; };stream { };event { };`,
  'a clock of 1 Hz': `${head}${trace}clock { name = c; freq = 1; };typealias integer { size = 64; align = 8; map = clock.c.value; } := t;stream { event.header := struct { t timestamp; }; };event { name = e; };`,
  'a clock of 2^63 Hz': `${head}${trace}clock { name = c; freq = 9223372036854775807; offset_s = 9223372036854775807; offset = -9223372036854775807; };typealias integer { size = 7; align = 1; map = clock.c.value; } := t;stream { event.header := struct { t timestamp; }; };event { name = e; fields := struct { u8 a; }; };`,
  'clocks that wrap with every event': `${head}${trace}clock { name = c; freq = 3; offset_s = 1000000000000; };typealias integer { size = 1; align = 1; map = clock.c.value; } := t;stream { event.header := struct { t timestamp; }; };event { name = e; };`,
  'strings alone': eventOf('string a; string b;'),
  'text of every length': eventOf('u8 n; integer { size = 8; encoding = UTF8; } a[n];'),
  'bits that cross bytes': eventOf(
    'integer { size = 3; align = 1; } a; integer { size = 61; align = 1; signed = true; } b; integer { size = 33; align = 1; } c; integer { size = 31; align = 1; signed = true; } d;',
  ),
  'both byte orders in one byte': eventOf(
    'integer { size = 3; align = 1; byte_order = le; } a; integer { size = 5; align = 1; byte_order = be; } b;',
  ),
  'a header of 2^32 elements': `${head}trace { major = 1; minor = 8; byte_order = le; packet.header := struct { u32 magic; u32 n; u8 a[n]; }; };stream { };event { };`,
  'packet sizes alone': `${head}${trace}stream { packet.context := struct { u32 packet_size; u32 content_size; }; event.header := struct { u8 id; }; };event { id = 0; name = e; };`,
  'packets full of nothing': `${head}${trace}stream { packet.context := struct { u32 packet_size; u32 content_size; }; event.header := struct { u8 id; }; };event { id = 0; name = e; fields := struct { struct { } a[65000]; }; };`,
};

/** Those that take half a second and more: the short run that every check begins with leaves them to `npm run fuzz`. */
const slow = new Set([
  'types that double 12 times',
  'a chain of 50000 aliases',
  'a name of 100 kB',
  'one label 5000 times',
  '20000 members',
  '60000 members',
  '30000 strings',
  '20000 sequences',
  'a variant of 20000 options',
  '300 variants of 60 options',
]);

export function isSlow({ name }: FuzzTrace): boolean {
  return slow.has(name);
}

/** Traces of one metadata each and a stream of counted bytes, one of ones, and one of small packets. */
export function hostileTraces(): readonly FuzzTrace[] {
  return Object.entries(metadata).map(([name, text]) => ({
    name,
    files: {
      metadata: encoder.encode(text),
      'stream-counting': small,
      'stream-ones': ones,
      'stream-packets': packetsOf(300, 9),
    },
  }));
}
