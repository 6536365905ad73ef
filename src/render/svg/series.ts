/** Values over time: a band for each line, all on one scale. */
import { printAlone } from '../../print/format-value.ts';
import { heatColor } from '../../print/palette.ts';
import { lineLabels, type Scale, scaleOf, type Values } from '../../print/series-lines.ts';
import { safeText, textWidth } from '../../print/text-width.ts';
import { binCount, type Series } from '../../results/shapes.ts';
import { drawAxis } from './axis.ts';
import {
  colors,
  type Drawing,
  innerWidth,
  letterWidth,
  line,
  lineHeight,
  rgb,
  round,
  type SvgPage,
  text,
} from './svg.ts';

const chartHeight = 160;
const bandHeight = 30;
const gap = 8;

export function drawSeries(series: Series, page: SvgPage): Drawing {
  const { x, value } = series.description;
  const shown = series.lines.slice(0, page.rowCountMax);
  const height = shown.length === 1 ? chartHeight : bandHeight;
  const scale = scaleOf(shown.map(({ values }) => values));
  const labels = lineLabels(series, page).slice(0, shown.length);
  const peaks = shown.map(({ values }) => peakLabel(values, value.kind, page));
  const widest = (texts: readonly string[]) =>
    texts.reduce((most, content) => Math.max(most, textWidth(content)), 0) * letterWidth;
  const left = widest(labels) + gap;
  const width = innerWidth - left - gap - widest(['max', ...peaks]);
  const columns = { size: 1, count: binCount(series.x), cellWidth: width / Math.max(1, binCount(series.x)) };
  const elements = [text(innerWidth, lineHeight, 'max', { anchor: 'end', color: colors.dim })];
  let bottom = lineHeight;
  for (const [index, { values }] of shown.entries()) {
    bottom += height;
    elements.push(
      text(left - gap, bottom, labels[index] ?? '', { anchor: 'end' }),
      drawArea(values, { left, bottom, height: height - 4, cellWidth: columns.cellWidth }, scale),
      text(innerWidth, bottom, peaks[index] ?? '', { anchor: 'end' }),
      line(left, bottom, left + width, bottom),
    );
  }
  const axis = drawAxis(x, series.x, columns, { left, top: bottom }, page, value.unit ?? value.title);
  const hidden = series.lines.length - shown.length;
  const end = bottom + axis.height;
  const remark =
    hidden > 0
      ? [text(left, end + lineHeight, `… and ${hidden} more (--limit 0 for all)`, { color: colors.dim })]
      : [];
  return { height: end + remark.length * lineHeight, elements: [...elements, ...axis.elements, ...remark] };
}

function peakLabel(values: Values, kind: Series['description']['value']['kind'], page: SvgPage): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return '';
  return safeText(
    printAlone(
      kind,
      known.reduce((a, b) => Math.max(a, b)),
      page,
    ),
    true,
  );
}

interface Band {
  readonly left: number;
  readonly bottom: number;
  readonly height: number;
  readonly cellWidth: number;
}

/** Steps, with gaps where nothing is known; what is more than nothing is seen. */
function drawArea(values: Values, { left, bottom, height, cellWidth }: Band, { low, high }: Scale): string {
  const range = high - low;
  const steps = values.flatMap((value, index) => {
    if (value === undefined || !(range > 0) || !(value > low)) return [];
    const top = bottom - Math.max(1, ((value - low) / range) * height);
    const x = left + index * cellWidth;
    return [`M${round(x)} ${round(bottom)}V${round(top)}H${round(x + cellWidth)}V${round(bottom)}Z`];
  });
  return `<path d="${steps.join('')}" fill="${rgb(heatColor(0.35))}"/>`;
}
