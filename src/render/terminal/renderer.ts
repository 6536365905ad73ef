/** Results as text for a terminal: what was asked, what is wrong with the trace, and each answer below its title. */
import { headingLines } from '../../print/heading.ts';
import { formatContextOf } from '../../print/page.ts';
import { clip, safeText } from '../../print/text-width.ts';
import type { Renderer, RenderOptions } from '../../results/renderer.ts';
import type { AnalysisResult, ResultTimeRange } from '../../results/result.ts';
import type { Shape } from '../../results/shapes.ts';
import { flameGraphLines } from './flame-graph.ts';
import { heatmapLines } from './heatmap.ts';
import { histogramLines } from './histogram.ts';
import { seriesLines } from './series.ts';
import { tableLines } from './table.ts';
import { bold, styledLine, type Terminal } from './terminal.ts';

const widthMin = 60;
const widthDefault = 80;

/** Text for a terminal. */
export const renderer: Renderer = { id: 'terminal', title: 'Text for a terminal', render };

/** The whole text; a long table needs less memory through `renderer.render`. */
export function renderTerminal(result: AnalysisResult, options: RenderOptions = {}): string {
  return [...render(result, options)].join('');
}

function* render(result: AnalysisResult, options: RenderOptions = {}): Generator<string> {
  if (isForPrograms(result)) {
    for (const line of result.answers.flatMap(plainLines)) yield `${line}\n`;
    return;
  }
  for (const line of lines(result, options.before, terminalFor(result.timeRange, options))) yield `${line}\n`;
}

/** Nothing but lines that another program reads: what people want to know beside would be in its way. */
function isForPrograms({ answers }: AnalysisResult): boolean {
  return answers.length > 0 && answers.every(({ shape }) => shape === 'lines');
}

/** As they are, but for what a terminal would obey. */
function plainLines(shape: Shape): readonly string[] {
  return shape.shape === 'lines' ? shape.lines.map((line) => safeText(line, true)) : [];
}

function terminalFor(timeRange: ResultTimeRange, options: RenderOptions): Terminal {
  const width = options.width ?? widthDefault;
  const limit = options.limit ?? 0;
  return {
    ...formatContextOf(timeRange, options.times, options.unicode ?? false),
    width: Number.isFinite(width) ? Math.max(widthMin, Math.floor(width)) : widthDefault,
    color: options.color ?? 'plain',
    rowCountMax: limit > 0 ? Math.floor(limit) : Number.POSITIVE_INFINITY,
  };
}

function* lines(
  result: AnalysisResult,
  before: AnalysisResult | undefined,
  terminal: Terminal,
): Generator<string> {
  for (const line of headingLines(result, terminal, before)) yield styledLine(terminal, line);
  for (const answer of result.answers) {
    yield '';
    yield bold(
      terminal,
      clip(safeText(answer.description.title, terminal.unicode), terminal.width, terminal.unicode),
    );
    yield* shapeLines(answer, terminal);
  }
}

function shapeLines(shape: Shape, terminal: Terminal): Iterable<string> {
  switch (shape.shape) {
    case 'table':
      return tableLines(shape, terminal);
    case 'grid':
      return shape.y === undefined ? histogramLines(shape, terminal) : heatmapLines(shape, terminal);
    case 'series':
      return seriesLines(shape, terminal);
    case 'flame-graph':
      return flameGraphLines(shape, terminal);
    case 'lines':
      return plainLines(shape);
  }
}
