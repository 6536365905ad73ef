/** printf formats: their literal parts and conversions, with the kernel's forms of `%p` (its Documentation/core-api/printk-formats.rst). */
import type { Conversion } from './syntax.ts';

const pattern =
  /%(?<flags>[-+ #0]*)(?<width>\d+|\*)?(?:\.(?<precision>\d+|\*)?(?<hasPrecision>))?(?<length>[hlLqzZtj]*)(?<letter>[diuxXocsp])(?<pointer>(?<=p)(?:[FfSsB]|[Mm][RF]?|[Ii]4[hnbl]?|[Ii]6c?|[Ii]S[pfsc]*[hnbl]?|U[bBlL]?|h[CDN]?|x|K)?)?|%%/g;

export type FormatPart = string | Conversion;

/** Widths and precisions above this are cut: no kernel text is so wide. */
const widthMax = 4096;

/** Parts in their order; what looks like a conversion and is none stays text. */
export function partsOf(format: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  let literal = '';
  let at = 0;
  for (const match of format.matchAll(pattern)) {
    literal += format.slice(at, match.index);
    at = match.index + match[0].length;
    if (match.groups?.letter === undefined) {
      literal += '%';
      continue;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(conversionOf(match.groups));
  }
  literal += format.slice(at);
  if (literal !== '') parts.push(literal);
  return parts;
}

function conversionOf(groups: { readonly [name: string]: string | undefined }): Conversion {
  const { flags, width, precision, hasPrecision, length, letter, pointer } = groups;
  return {
    flags: flags ?? '',
    width: sizeOf(width),
    precision: hasPrecision === undefined ? undefined : (sizeOf(precision) ?? 0),
    length: lengthOf(length ?? ''),
    letter: (letter === 'i' ? 'd' : letter) as Conversion['letter'],
    pointerForm: pointer === 'x' || pointer === 'K' ? '' : (pointer ?? ''),
  };
}

function sizeOf(text: string | undefined): number | 'argument' | undefined {
  if (text === undefined) return undefined;
  return text === '*' ? 'argument' : Math.min(Number(text), widthMax);
}

function lengthOf(modifiers: string): number {
  let length = 0;
  for (const letter of modifiers) {
    if (letter === 'h') length -= 1;
    else if (letter === 'l') length += 1;
    else length = letter === 'L' || letter === 'q' || letter === 'j' ? 2 : 1;
  }
  return Math.max(-2, Math.min(2, length));
}
