import { expect, test } from 'vitest';
import { flameColor, heatColor, nearestOf256, type Rgb } from './palette.ts';

/** Relative luminance (WCAG 2). */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

const levels = Array.from({ length: 33 }, (_, index) => index / 32);

test('each step is lighter than the one before', () => {
  const steps = levels.map((level) => luminance(heatColor(level)));
  for (let index = 1; index < steps.length; index += 1)
    expect(steps[index]).toBeGreaterThan(steps[index - 1]!);
});

test('the least stands out from black, the most from white', () => {
  expect((luminance(heatColor(0)) + 0.05) / 0.05).toBeGreaterThan(1.5);
  expect(1.05 / (luminance(heatColor(1)) + 0.05)).toBeGreaterThan(1.2);
});

test('black text can be read on every flame, and names have their own', () => {
  const names = Array.from({ length: 200 }, (_, index) => `function_${index}`);
  for (const name of names) expect((luminance(flameColor(name)) + 0.05) / 0.05).toBeGreaterThan(7);
  expect(new Set(names.map((name) => flameColor(name).join())).size).toBeGreaterThan(150);
  expect(flameColor('main')).toEqual(flameColor('main'));
});

test('the 256 colours of xterm: corners of the cube', () => {
  expect(nearestOf256([0, 0, 0])).toBe(16);
  expect(nearestOf256([255, 255, 255])).toBe(231);
  expect(nearestOf256([255, 0, 0])).toBe(196);
  expect(new Set(levels.map((level) => nearestOf256(heatColor(level)))).size).toBeGreaterThan(6);
});
