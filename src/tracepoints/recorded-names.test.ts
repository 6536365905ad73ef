import { expect, test } from 'vitest';
import { parseCommandLines, parsePrintkFormats } from './recorded-names.ts';

test('format strings by address, without what escapes them', () => {
  const text = `0xffffffff8281972f : "thaw_processes"
0xc089461c : "cpu=%d\\tfreq=%d \\"%s\\"\\n"
ff : "C:\\path"
0x10 : no quotes
0x11 : ""

0x12
nonsense : "text"
`;
  expect([...parsePrintkFormats(text)]).toEqual([
    [0xffffffff8281972fn, 'thaw_processes'],
    [0xc089461cn, 'cpu=%d\tfreq=%d "%s"\n'],
    [0xffn, 'C:\\path'],
    [0x10n, 'no quotes'],
    [0x11n, ''],
  ]);
});

test('names of threads may have spaces, or be empty', () => {
  const text = '12 kworker/0:1\n  4711 a  b \n13 \n14\nx y\n-1 idle\n12 later';
  expect([...parseCommandLines(text)]).toEqual([
    [12, 'later'],
    [4711, 'a  b '],
    [13, ''],
  ]);
});
