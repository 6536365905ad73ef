import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawPicture, picturePath } from './draw-picture.ts';
import { root } from './tracked-files.ts';

test('the picture is what diatrace draws; `npm run picture` draws it anew', () => {
  expect(drawPicture()).toBe(readFileSync(join(root, picturePath), 'utf8'));
});
