/**
 * Results as pictures: one SVG that stands for itself, to be put into a page or a wiki. What a pointer rests on says its numbers; colours
 * are the same every time.
 */
import { headingLines } from '../../print/heading.ts';
import { formatContextOf } from '../../print/page.ts';
import { wrapText } from '../../print/text-width.ts';
import type { Renderer, RenderOptions } from '../../results/renderer.ts';
import type { AnalysisResult } from '../../results/result.ts';
import { isEmpty, type Shape } from '../../results/shapes.ts';
import { drawFlameGraph } from './flame-graph.ts';
import { drawHeatmap } from './heatmap.ts';
import { drawHistogram } from './histogram.ts';
import { drawSeries } from './series.ts';
import {
  colors,
  type Drawing,
  escapeXml,
  fontSize,
  innerWidth,
  letterWidth,
  lineHeight,
  margin,
  nothingFound,
  pageWidth,
  round,
  type SvgPage,
  text,
} from './svg.ts';
import { drawTable } from './table.ts';

/** Pictures. */
export const renderer: Renderer = { id: 'svg', title: 'Picture (SVG)', render };

function* render(result: AnalysisResult, options: RenderOptions = {}): Generator<string> {
  const limit = options.limit ?? 0;
  const page: SvgPage = {
    ...formatContextOf(result.timeRange, options.times, true),
    width: Math.floor(innerWidth / letterWidth),
    rowCountMax: limit > 0 ? Math.floor(limit) : Number.POSITIVE_INFINITY,
  };
  const drawings = [drawHeading(result, page), ...result.answers.flatMap((shape) => drawAnswer(shape, page))];
  const height = round(drawings.reduce((sum, drawing) => sum + drawing.height, 2 * margin));
  const fonts = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";
  yield `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${pageWidth} ${height}" width="${pageWidth}" height="${height}" role="img" aria-label="${escapeXml(result.analysis.title)}" font-family="${fonts}" font-size="${fontSize}" fill="${colors.text}" style="white-space: pre">\n`;
  yield `<rect width="${pageWidth}" height="${height}" rx="6" fill="${colors.page}"/>\n`;
  let top = margin;
  for (const drawing of drawings) {
    yield `<g transform="translate(${margin} ${round(top)})">\n`;
    for (const element of drawing.elements) yield `${element}\n`;
    yield '</g>\n';
    top += drawing.height;
  }
  yield '</svg>\n';
}

function drawHeading(result: AnalysisResult, page: SvgPage): Drawing {
  const lines = [...headingLines(result, page)];
  const elements = lines.map(({ look, text: content }, index) =>
    text(0, (index + 1) * lineHeight, content, look === 'title' ? { isBold: true } : { color: colors[look] }),
  );
  return { height: lines.length * lineHeight, elements };
}

/** The title, and the answer below it. */
function drawAnswer(shape: Shape, page: SvgPage): readonly Drawing[] {
  const title = text(0, 2 * lineHeight, shape.description.title, { isBold: true });
  return [
    { height: 2 * lineHeight + 6, elements: [title] },
    isEmpty(shape) ? nothingFound() : drawShape(shape, page),
  ];
}

function drawShape(shape: Shape, page: SvgPage): Drawing {
  switch (shape.shape) {
    case 'table':
      return drawTable(shape, page);
    case 'grid':
      return shape.y === undefined ? drawHistogram(shape, page) : drawHeatmap(shape, page);
    case 'series':
      return drawSeries(shape, page);
    case 'flame-graph':
      return drawFlameGraph(shape, page);
    case 'lines':
      return drawLines(shape.lines, page);
  }
}

/** Lines for another program, as they are; long ones go on below. */
function drawLines(lines: readonly string[], page: SvgPage): Drawing {
  const shown = lines.slice(0, page.rowCountMax);
  const remark =
    shown.length < lines.length ? [`… and ${lines.length - shown.length} more (--limit 0 for all)`] : [];
  const wrapped = [...shown, ...remark].flatMap((content) => wrapText(content, page.width));
  return {
    height: wrapped.length * lineHeight,
    elements: wrapped.map((content, index) => text(0, (index + 1) * lineHeight, content)),
  };
}
