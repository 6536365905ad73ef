/** What text is laid out for: a terminal, a picture. */
import type { RenderOptions } from '../results/renderer.ts';
import type { ResultTimeRange } from '../results/result.ts';
import type { FormatContext } from './format-value.ts';

export interface Page extends FormatContext {
  /** In columns. */
  readonly width: number;
}

/** A line, and how it looks where lines have looks. */
export interface PageLine {
  /** `warning`: what the reader should know before believing a number. */
  readonly look: 'title' | 'dim' | 'warning';
  readonly text: string;
}

/** Characters with which a page without Unicode does. */
export function glyphs({ unicode }: FormatContext) {
  return unicode
    ? { rule: '─', vertical: '│', tick: '┴', ellipsis: '…', to: '–', dot: '·' }
    : { rule: '-', vertical: '|', tick: '+', ellipsis: '...', to: '-', dot: '-' };
}

const dayNs = 86_400_000_000_000n;

/** How values print that are of this span. */
export function formatContextOf(
  { beginNs, endNs, isWallClock }: ResultTimeRange,
  times: RenderOptions['times'],
  unicode: boolean,
): FormatContext {
  return {
    unicode,
    times: isWallClock || times === 'ns' ? (times ?? 'local') : 'seconds',
    hasDates: beginNs !== undefined && endNs !== undefined && endNs - beginNs >= dayNs,
  };
}
