/** What lines of a series are called, and the one scale that they share. */
import type { Series } from '../results/shapes.ts';
import { columnFormat, ShownCells } from './format-value.ts';
import type { Page } from './page.ts';
import { clip, safeText } from './text-width.ts';

/** A value for each bin, or for each that is drawn. */
export type Values = readonly (number | undefined)[];

export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** From zero, or from the lowest value when one is negative, to the highest. */
export function scaleOf(lines: readonly Values[]): Scale {
  let low = 0;
  let high = 0;
  for (const value of lines.flat()) {
    if (value === undefined) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

export function lineLabels(series: Series, page: Page): readonly string[] {
  const column = series.description.name;
  const names = series.lines.map((line) => line.name);
  const format = column === undefined ? undefined : columnFormat(column, new ShownCells(names), page);
  const prefix = column?.kind === 'cpu' ? 'cpu ' : '';
  return names.map((name) => {
    const text = format === undefined ? safeText(String(name ?? ''), page.unicode) : format.print(name);
    return clip(prefix + text, Math.floor(page.width / 4), page.unicode);
  });
}
