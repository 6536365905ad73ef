/** Results as text for a terminal: what was asked, what is wrong with the trace, and each answer below its title. */

import type { Renderer, RenderOptions } from '../../results/renderer.ts';
import type { AnalysisResult, ResultTimeRange } from '../../results/result.ts';
import type { Shape } from '../../results/shapes.ts';
import { type FormatContext, printAlone, printTime } from './format-value.ts';
import { healthLines } from './health-block.ts';
import { heatmapLines } from './heatmap.ts';
import { histogramLines } from './histogram.ts';
import { seriesLines } from './series.ts';
import { tableLines } from './table.ts';
import { bold, dim, glyphs, type Terminal } from './terminal.ts';
import { clip, safeText, wrapText } from './text-width.ts';

const widthMin = 60;
const widthDefault = 80;
const dayNs = 86_400_000_000_000n;

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
  for (const line of lines(result, terminalFor(result.timeRange, options))) yield `${line}\n`;
}

/** Nothing but lines that another program reads: what people want to know beside would be in its way. */
function isForPrograms({ answers }: AnalysisResult): boolean {
  return answers.length > 0 && answers.every(({ shape }) => shape === 'lines');
}

/** As they are, but for what a terminal would obey. */
function plainLines(shape: Shape): readonly string[] {
  return shape.shape === 'lines' ? shape.lines.map((line) => safeText(line, true)) : [];
}

function terminalFor({ beginNs, endNs, isWallClock }: ResultTimeRange, options: RenderOptions): Terminal {
  const width = options.width ?? widthDefault;
  const limit = options.limit ?? 0;
  return {
    width: Number.isFinite(width) ? Math.max(widthMin, Math.floor(width)) : widthDefault,
    color: options.color ?? 'plain',
    unicode: options.unicode ?? false,
    rowCountMax: limit > 0 ? Math.floor(limit) : Number.POSITIVE_INFINITY,
    times: isWallClock || options.times === 'ns' ? (options.times ?? 'local') : 'seconds',
    hasDates: beginNs !== undefined && endNs !== undefined && endNs - beginNs >= dayNs,
  };
}

function* lines(result: AnalysisResult, terminal: Terminal): Generator<string> {
  const { title, question } = result.analysis;
  const fit = (text: string) => clip(text, terminal.width, terminal.unicode);
  const cut = (text: string) => fit(safeText(text, terminal.unicode));
  yield bold(terminal, cut(title));
  if (question !== '') {
    for (const line of wrapText(safeText(question, terminal.unicode), terminal.width))
      yield dim(terminal, line);
  }
  const about = aboutText(result, terminal);
  if (about !== '') yield dim(terminal, fit(about));
  yield* healthLines(result, terminal);
  for (const answer of result.answers) {
    yield '';
    yield bold(terminal, cut(answer.description.title));
    yield* shapeLines(answer, terminal);
  }
}

/** The traces and the span: `trace, 2026-01-02 13:05:00.000 - 13:05:04.200 (4.2 s)`. */
function aboutText(result: AnalysisResult, terminal: Terminal): string {
  const { beginNs, endNs } = result.timeRange;
  const host = result.host === undefined ? '' : `host ${result.host}: `;
  const names = safeText(host + result.traces.join(', '), terminal.unicode);
  if (beginNs === undefined || endNs === undefined)
    return clip(names, terminal.width, terminal.unicode, 'begin');
  const context: FormatContext = { ...terminal, hasDates: true };
  const begin = printTime(beginNs, context, 3);
  const end = printTime(endNs, terminal, 3);
  const zone = terminal.times === 'utc' ? ' UTC' : terminal.times === 'seconds' ? ' s' : '';
  const span = printAlone('duration', Number(endNs - beginNs), terminal);
  const range = `${begin} ${glyphs(terminal).to} ${end}${zone} (${span})`;
  // Of a long path the end says most, and the span stays.
  const room = terminal.width - range.length - 2;
  return names === '' || room < 8 ? range : `${clip(names, room, terminal.unicode, 'begin')}, ${range}`;
}

function shapeLines(shape: Shape, terminal: Terminal): Iterable<string> {
  switch (shape.shape) {
    case 'table':
      return tableLines(shape, terminal);
    case 'grid':
      return shape.y === undefined ? histogramLines(shape, terminal) : heatmapLines(shape, terminal);
    case 'series':
      return seriesLines(shape, terminal);
    case 'lines':
      return plainLines(shape);
  }
}
