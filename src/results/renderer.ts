/** What a folder of `src/render/` exports as `renderer`: it draws every shape of a result once. */
import type { AnalysisResult } from './result.ts';

/** What a terminal can show: 24-bit colours, the 256 of xterm, or no escape sequence at all. */
export type ColorDepth = 'truecolor' | '256' | 'plain';

/** What every renderer understands; each ignores what does not concern it. */
export interface RenderOptions {
  /** Columns of the terminal; below 60 counts as 60. 80 by default. */
  readonly width?: number;
  /** `plain` by default. */
  readonly color?: ColorDepth;
  /** Whether block characters can be shown; otherwise ASCII alone. */
  readonly unicode?: boolean;
  /** Rows shown of each table, 0 for all. All by default. */
  readonly limit?: number;
  /** How times of day print; `seconds` counts from the clock's epoch. `local` by default. */
  readonly times?: 'local' | 'utc' | 'seconds' | 'ns';
  /** The result that was drawn before this one, as of the interval before: what both have in common is not said again. */
  readonly before?: AnalysisResult;
}

/** Draws a result as text, in pieces so that a long table needs no memory: each piece is one or more whole lines. */
export interface Renderer {
  readonly id: string;
  readonly title: string;
  render(result: AnalysisResult, options?: RenderOptions): Iterable<string>;
}
