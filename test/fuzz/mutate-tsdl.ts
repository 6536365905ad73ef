// Damage to TSDL that leaves most of it well-formed: tokens and members instead of bytes.
import type { Random } from './random.ts';

const numbers = [
  '0',
  '1',
  '-1',
  '3',
  '8',
  '64',
  '65',
  '4096',
  '65536',
  '0x7fffffff',
  '2147483648',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '23452397856348975623897562893746589237465289374658923764598237645897234658723648579236',
];

const words = [
  'struct',
  'variant',
  'enum',
  'integer',
  'floating_point',
  'string',
  'typealias',
  'typedef',
  'event',
  'stream',
  'trace',
  'clock',
  'env',
  'align',
  'size',
  'signed',
  'byte_order',
  'le',
  'be',
  'native',
  'map',
  'id',
  'stream_id',
  '{',
  '}',
  '[',
  ']',
  '<',
  '>',
  ';',
  ':=',
  '=',
  '...',
  '*',
  '.',
  '"',
];

/** Members that fit wherever a structure's member does. */
const members = [
  'integer { size = 8; align = 8; } _a[4294967295];',
  'integer { size = 64; align = 8; } _a[9223372036854775807];',
  'struct { } _e[4000000000];',
  'struct { } _e;',
  'struct { struct { } _x[1000]; } _e[1000000];',
  'struct { } align(32768) _e;',
  'integer { size = 8; align = 32768; } _a;',
  'integer { size = 1; align = 1; } _b[100000];',
  'integer { size = 8; } _n; struct { } _s[_n];',
  'integer { size = 64; align = 8; } _n; integer { size = 8; } _s[_n];',
  'integer { size = 32; } _n; struct { } _s[_n][_n][_n];',
  'integer { size = 8; } _n; integer { size = 1; align = 1; } _s[_n][_n];',
  'string _s; string _t[3];',
  'string { encoding = none; } _s[1000000];',
  'enum : integer { size = 8; } { A = 0 ... 255, B = 3, C = 0 ... 1 } _t; variant <_t> { struct { } A; string B; integer { size = 64; } C; } _v;',
  'enum : integer { size = 64; signed = true; } { A = -9223372036854775808 ... 9223372036854775807 } _t; variant <_t> { struct { } A; } _v[3];',
  'enum : integer { size = 3; align = 1; } { A, B, C } _t; variant <_t> { integer { size = 5; align = 1; } A; integer { size = 13; align = 1; } B; } _v;',
  'integer { size = 7; align = 1; byte_order = be; } _x; integer { size = 9; align = 1; byte_order = le; } _y;',
  'integer { size = 5; align = 1; map = clock.monotonic.value; } _time;',
  'floating_point { exp_dig = 8; mant_dig = 24; align = 1; } _f; floating_point { exp_dig = 11; mant_dig = 53; align = 64; } _d;',
  'integer { size = 8; encoding = UTF8; } _n; integer { size = 8; encoding = UTF8; } _t[_n];',
];

interface Token {
  readonly text: string;
  readonly begin: number;
}

function tokensOf(text: string): readonly Token[] {
  const pattern = /"(?:\\.|[^"\\\n])*"|[A-Za-z_]\w*|0[xX][0-9a-fA-F]+|\d+|:=|\.\.\.|[^\s\w]/g;
  return [...text.matchAll(pattern)].map((match) => ({ text: match[0], begin: match.index }));
}

interface Edit {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
  readonly what: string;
}

type Mutation = (tokens: readonly Token[], random: Random) => Edit | undefined;

const mutations: readonly Mutation[] = [
  changeNumber,
  changeNumber,
  addMember,
  addMember,
  addMember,
  duplicate,
  drop,
  replace,
  renameToOther,
  wrapInStructs,
  multiplyBlock,
];

/** Damages TSDL once; the text as it is where the chosen damage has no place in it. */
export function damageTsdl(text: string, random: Random): { readonly text: string; readonly what: string } {
  const tokens = tokensOf(text);
  if (tokens.length === 0) return { text: random.pick(words), what: 'a word alone' };
  for (let tries = 0; tries < 8; tries++) {
    const edit = random.pick(mutations)(tokens, random);
    if (edit === undefined) continue;
    return { text: text.slice(0, edit.begin) + edit.text + text.slice(edit.end), what: edit.what };
  }
  return { text, what: 'nothing' };
}

function endOf(token: Token): number {
  return token.begin + token.text.length;
}

function changeNumber(tokens: readonly Token[], random: Random): Edit | undefined {
  const found = tokens.filter(({ text }) => /^\d/.test(text));
  if (found.length === 0) return undefined;
  const token = random.pick(found);
  const text = random.oneIn(3) ? String(random.below(70)) : random.pick(numbers);
  return {
    begin: token.begin,
    end: endOf(token),
    text,
    what: `${token.text} at ${token.begin} becomes ${text}`,
  };
}

/** After a `{` or `;`: most are within structures. */
function addMember(tokens: readonly Token[], random: Random): Edit | undefined {
  const found = tokens.filter(({ text }) => text === '{' || text === ';');
  if (found.length === 0) return undefined;
  const at = endOf(random.pick(found));
  const tag = random.below(1000);
  const text = ` ${random.pick(members)} `.replace(/\b_([a-z]+)\b/g, `_$1${tag}`);
  return { begin: at, end: at, text, what: `member at ${at}:${text}` };
}

function duplicate(tokens: readonly Token[], random: Random): Edit {
  const { first, last } = someTokens(tokens, random);
  const times = random.oneIn(8) ? 1 + random.below(300) : 1;
  const what = `tokens from ${first.begin} to ${endOf(last)} said ${times + 1} times`;
  return { begin: first.begin, end: first.begin, text: repeated(tokens, first, last, times), what };
}

/** Token texts alone: what is between them matters to nobody. */
function repeated(tokens: readonly Token[], first: Token, last: Token, times: number): string {
  const piece = tokens.slice(tokens.indexOf(first), tokens.indexOf(last) + 1).map(({ text }) => text);
  return `${piece.join(' ')} `.repeat(times);
}

function drop(tokens: readonly Token[], random: Random): Edit {
  const { first, last } = someTokens(tokens, random);
  return { begin: first.begin, end: endOf(last), text: '', what: `${first.begin} to ${endOf(last)} dropped` };
}

function someTokens(tokens: readonly Token[], random: Random): { first: Token; last: Token } {
  const index = random.below(tokens.length);
  const count = 1 + random.below(random.oneIn(2) ? 2 : 20);
  return { first: tokens[index]!, last: tokens[Math.min(tokens.length, index + count) - 1]! };
}

function replace(tokens: readonly Token[], random: Random): Edit {
  const token = random.pick(tokens);
  const text = ` ${random.pick(words)} `;
  return {
    begin: token.begin,
    end: endOf(token),
    text,
    what: `${token.text} at ${token.begin} becomes${text}`,
  };
}

function renameToOther(tokens: readonly Token[], random: Random): Edit | undefined {
  const names = tokens.filter(({ text }) => /^[A-Za-z_]/.test(text));
  if (names.length === 0) return undefined;
  const token = random.pick(names);
  const { text } = random.pick(names);
  return {
    begin: token.begin,
    end: endOf(token),
    text,
    what: `${token.text} at ${token.begin} becomes ${text}`,
  };
}

function wrapInStructs(tokens: readonly Token[], random: Random): Edit | undefined {
  const found = tokens.filter(({ text }) => text === '{' || text === ';');
  if (found.length === 0) return undefined;
  const at = endOf(random.pick(found));
  const depth = random.pick([2, 40, 63, 70, 1000, 20_000]);
  const inner = random.pick(members);
  const text = ` ${'struct { '.repeat(depth)}${inner}${' } _w;'.repeat(depth)} `;
  return { begin: at, end: at, text, what: `${depth} nested structures at ${at}` };
}

/** A block from `{` to its `}` with the words before it. */
function multiplyBlock(tokens: readonly Token[], random: Random): Edit | undefined {
  const opens = tokens.flatMap(({ text }, index) => (text === '{' ? [index] : []));
  if (opens.length === 0) return undefined;
  const open = random.pick(opens);
  let depth = 0;
  let close = open;
  for (; close < tokens.length; close++) {
    if (tokens[close]!.text === '{') depth++;
    if (tokens[close]!.text === '}' && --depth === 0) break;
  }
  let begin = open;
  while (begin > 0 && !/[;{}]/.test(tokens[begin - 1]!.text)) begin--;
  let end = Math.min(close, tokens.length - 1);
  while (end < tokens.length - 1 && tokens[end]!.text !== ';') end++;
  if (end - begin > 2000) return undefined;
  const text = repeated(tokens, tokens[begin]!, tokens[end]!, 1 + random.below(3));
  const at = tokens[begin]!.begin;
  return { begin: at, end: at, text, what: `the block at ${at} repeated` };
}
