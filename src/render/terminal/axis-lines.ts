/** An axis below a plot, and its labels. */
import { edgeLabel, type Groups, tickStep } from '../../print/axis.ts';
import { glyphs } from '../../print/page.ts';
import { padText, textWidth } from '../../print/text-width.ts';
import type { AxisDescription, Bins } from '../../results/shapes.ts';
import type { Terminal } from './terminal.ts';

/** The line of ticks below a plot, and the line of their labels: every so many columns, at round values if there are any; both are drawn behind an indent. */
export function axisLines(
  axis: AxisDescription,
  bins: Bins,
  groups: Groups,
  indentWidth: number,
  terminal: Terminal,
): readonly string[] {
  const width = groups.count * groups.cellWidth;
  const room = Math.min(width + 6, terminal.width - indentWidth);
  const { rule, tick } = glyphs(terminal);
  const ticks = rule.repeat(width).split('');
  let labels = '';
  const step = tickStep(bins, groups, 10);
  for (let group = 0; group < groups.count; group += step) {
    const at = group * groups.cellWidth;
    const label = edgeLabel(axis, bins, group * groups.size, terminal);
    if (at < textWidth(labels) + (labels === '' ? 0 : 1) || at + textWidth(label) > room) continue;
    ticks[at] = tick;
    labels = padText(labels, at, 'left') + label;
  }
  return [ticks.join(''), labels];
}
