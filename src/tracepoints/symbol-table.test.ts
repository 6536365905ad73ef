import { expect, test } from 'vitest';
import { makeSymbolTable } from './symbol-table.ts';

const kallsyms = `0000000000000000 A fixed_percpu_data
ffffffff81000000 T srso_alias_untrain_ret
ffffffff81000000 T _text
ffffffff81000040 T x86_verw_sel
ffffffff81000040 t $x
ffffffffc0201000 t nf_hook\t[nf_tables]
ffffffff82000000 D late
`;

function found(address: bigint, text: string = kallsyms): string | undefined {
  const symbol = makeSymbolTable(text).find(address);
  if (symbol === undefined) return undefined;
  const { name, offset, module } = symbol;
  return `${name}+${offset}${module === undefined ? '' : ` [${module}]`}`;
}

test('an address is in the symbol before it, and has the first of several names', () => {
  expect(found(0xffffffff81000000n)).toBe('srso_alias_untrain_ret+0');
  expect(found(0xffffffff8100003fn)).toBe('srso_alias_untrain_ret+63');
  expect(found(0xffffffff81000040n)).toBe('x86_verw_sel+0');
  expect(found(0xffffffff81ffffffn)).toBe('x86_verw_sel+16777151');
  expect(found(0xffffffff82000001n)).toBe('late+1');
});

test('before the first symbol and behind the last one there is none', () => {
  expect(found(0xffffffff80ffffffn)).toBeUndefined();
  expect(found(0n)).toBeUndefined();
  expect(found(0xffffffffc0201000n)).toBe('nf_hook+0 [nf_tables]');
  expect(found(0xffffffffc0201001n)).toBeUndefined();
});

test('addresses of 32 bits', () => {
  const text = 'c0008000 T stext\nc0008040 t next\n';
  expect(found(0xc0008010n, text)).toBe('stext+16');
});

test('addresses that are hidden are no addresses', () => {
  expect(found(0n, '0000000000000000 T _text\n0000000000000000 T _stext\n')).toBeUndefined();
  expect(found(5n, '')).toBeUndefined();
});

test('lines that are no symbols are stepped over', () => {
  const text =
    'nonsense\n\nffff\nffffffff81000000\nffffffff81000000 T\nffffffff81000000 T \nffffffff8100000000 T long\nffffffff81000000 T yes';
  expect(found(0xffffffff81000000n, text)).toBe('yes+0');
});

test('a table over many symbols of one address answers at once', () => {
  const text = 'ffffffff81000000 T a\n'.repeat(200_000);
  const table = makeSymbolTable(text);
  for (let count = 0; count < 10_000; count++) expect(table.find(0xffffffff81000000n)?.name).toBe('a');
});

test('where a symbol of a name is', () => {
  const table = makeSymbolTable(
    'ffffffff81000000 T first\nffffffff81000010 D first_of_all\nffffffffc0201000 t hook\t[module]\n',
  );
  expect(['first', 'first_of_all', 'hook', 'firs', 'module'].map((name) => table.addressOf(name))).toEqual([
    0xffffffff81000000n,
    0xffffffff81000010n,
    0xffffffffc0201000n,
    undefined,
    undefined,
  ]);
});
