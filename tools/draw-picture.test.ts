import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawPicture, parseRuns, picturePath } from './draw-picture.ts';
import { root } from './tracked-files.ts';

test('the picture is what diatrace prints; `npm run picture` draws it anew', () => {
  expect(drawPicture()).toBe(readFileSync(join(root, picturePath), 'utf8'));
});

test('a sequence holds until it is reset', () => {
  expect(parseRuns('a\x1b[48;2;1;2;255mbc\x1b[0md')).toMatchObject([
    { column: 0, text: 'a', background: undefined },
    { column: 1, text: 'bc', background: '#0102ff' },
    { column: 3, text: 'd', background: undefined },
  ]);
});
