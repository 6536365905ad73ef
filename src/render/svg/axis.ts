/** The axis below a plot: ticks at round values, and what a bin stands for. */
import { axisCaption, edgeLabel, type Groups, groupBins, tickStep } from '../../print/axis.ts';
import { safeText, textWidth } from '../../print/text-width.ts';
import type { AxisDescription, Bins } from '../../results/shapes.ts';
import { binCount } from '../../results/shapes.ts';
import { colors, type Drawing, letterWidth, line, lineHeight, type SvgPage, text } from './svg.ts';

/** More columns than this would be narrower than two pixels. */
const columnCountMax = 400;

/** A plot's columns: groups of bins, each `cellWidth` wide. */
export function plotColumns(bins: Bins, width: number): Groups {
  const { size, count } = groupBins(binCount(bins), columnCountMax);
  return { size, count, cellWidth: width / Math.max(1, count) };
}

/** @param remark what else is to be said below, such as a unit */
export function drawAxis(
  axis: AxisDescription,
  bins: Bins,
  columns: Groups,
  at: { readonly left: number; readonly top: number },
  page: SvgPage,
  remark = '',
): Drawing {
  const width = columns.count * columns.cellWidth;
  const elements = [line(at.left, at.top, at.left + width, at.top)];
  const step = tickStep(bins, columns, 80);
  let free = 0;
  for (let column = 0; column < columns.count; column += step) {
    const x = column * columns.cellWidth;
    const label = edgeLabel(axis, bins, column * columns.size, page);
    const labelWidth = textWidth(label) * letterWidth;
    if (x < free || x + labelWidth > width + 30) continue;
    free = x + labelWidth + letterWidth;
    elements.push(line(at.left + x, at.top, at.left + x, at.top + 4));
    elements.push(text(at.left + x, at.top + lineHeight + 2, label, { color: colors.dim }));
  }
  const caption = axisCaption(axis, bins, columns, page);
  const said = [
    caption === '' ? '' : `: ${caption}`,
    remark === '' ? '' : `; ${safeText(remark, true)}`,
  ].join('');
  elements.push(
    text(at.left, at.top + 2 * lineHeight + 2, `${safeText(axis.title, true)}${said}`, { color: colors.dim }),
  );
  return { height: 2 * lineHeight + 6, elements };
}
