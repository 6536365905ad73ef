/** Numbers and lists of numbers as they are typed. */
import { UsageError } from './failure.ts';

/** The value of `--limit`. */
export function parseCount(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--limit: "${text}" is not a whole number`, 'write how many; 0 is all of them');
}

const rangeSizeMax = 1 << 16;

/** `0,2,4-7` as numbers. @param option what the message calls it */
export function parseNumbers(texts: readonly string[], option: string): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const part of texts.flatMap((text) => text.split(','))) {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim());
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (match === null || last < first || last - first > rangeSizeMax) {
      throw new UsageError(
        `${option}: "${part}" is not a number or a range`,
        `write a list such as ${option} 0,2,4-7`,
      );
    }
    for (let number = first; number <= last; number++) numbers.add(number);
  }
  return numbers;
}

/** `a,b` given once or several times, as words. */
export function parseWords(texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
