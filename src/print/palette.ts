/**
 * The colours of heat: from violet over red to yellow, even in lightness; and those of flames, which tell neighbours apart.
 *
 * Computed in OKLCH (https://bottosson.github.io/posts/oklab/), where equal steps look equal. Lightness rises with every
 * step, so that the order is seen without colours too; it begins and ends where the colour stands out from black as well
 * as from white. Empty cells are not coloured at all: one single slow call is seen on any background.
 */

/** Red, green, blue, each 0 … 255. */
export type Rgb = readonly [number, number, number];

const dark = { lightness: 0.4, hue: 290 };
const light = { lightness: 0.9, hue: 460 };
const chroma = 0.19;

/** The colour of a level 0 … 1. */
export function heatColor(level: number): Rgb {
  const part = Math.min(1, Math.max(0, level));
  const lightness = dark.lightness + (light.lightness - dark.lightness) * part;
  const hue = ((dark.hue + (light.hue - dark.hue) * part) * Math.PI) / 180;
  return colorOf(lightness, chroma, hue);
}

/** The colour of a frame in a flame graph, red to yellow: the same for one name everywhere. Black text can be read on it. */
export function flameColor(name: string): Rgb {
  // FNV-1a: names that differ in one letter differ in colour.
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  const [one, other] = [((hash >>> 8) & 0xff) / 255, ((hash >>> 20) & 0xff) / 255];
  return colorOf(0.72 + 0.14 * one, 0.15, ((35 + 60 * other) * Math.PI) / 180);
}

/** @param hue in radians */
function colorOf(lightness: number, strongest: number, hue: number): Rgb {
  // What a screen cannot show is made paler, not darker.
  for (let strength = strongest; strength > 0; strength -= 0.005) {
    const linear = linearRgb(lightness, strength * Math.cos(hue), strength * Math.sin(hue));
    if (linear.every((part) => part >= 0 && part <= 1)) return screenRgb(linear);
  }
  return screenRgb(linearRgb(lightness, 0, 0));
}

function linearRgb(lightness: number, a: number, b: number): Rgb {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

function screenRgb(linear: Rgb): Rgb {
  const [red, green, blue] = linear;
  return [screenValue(red), screenValue(green), screenValue(blue)];
}

/** The transfer curve of sRGB. */
function screenValue(linear: number): number {
  const part = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
}

const cubeLevels = [0, 95, 135, 175, 215, 255];

/** The nearest colour of xterm's 6 × 6 × 6 cube: 16 … 231. */
export function nearestOf256([red, green, blue]: Rgb): number {
  const nearest = (value: number) => {
    let best = 0;
    cubeLevels.forEach((level, index) => {
      if (Math.abs(level - value) < Math.abs(cubeLevels[best]! - value)) best = index;
    });
    return best;
  };
  return 16 + 36 * nearest(red) + 6 * nearest(green) + nearest(blue);
}
