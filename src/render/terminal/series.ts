/**
 * Values over time: one line is a column chart, several are a row of bars each, all on one scale.
 *
 * Where bins must be merged, counts and sizes are added up, durations keep their maximum (a peak must not vanish), and
 * all else is averaged over the bins that are known.
 */

import { axisCaption, type Groups, groupBins } from '../../print/axis.ts';
import { printAlone } from '../../print/format-value.ts';
import { glyphs } from '../../print/page.ts';
import { lineLabels, type Scale, scaleOf, type Values } from '../../print/series-lines.ts';
import { clip, padText, safeText, textWidth, wrapText } from '../../print/text-width.ts';
import type { ColumnKind } from '../../results/columns.ts';
import type { Series } from '../../results/shapes.ts';
import { axisLines } from './axis-lines.ts';
import { columnRow } from './bars.ts';
import { bold, dim, heatText, type Terminal } from './terminal.ts';

const chartRowCount = 8;

export function* seriesLines(series: Series, terminal: Terminal): Generator<string> {
  const binCount = series.x.edges.length - 1;
  if (series.lines.length === 0 || binCount < 1) {
    yield dim(terminal, '(nothing found)');
    return;
  }
  const isChart = series.lines.length === 1;
  const labels = isChart ? [] : lineLabels(series, terminal);
  const kind = series.description.value.kind;
  // Merging may raise the scale, whose label takes room, of which depends how many are merged: room for any label.
  const scaleWidth = 12;
  const labelWidth = isChart ? scaleWidth : Math.max(...labels.map(textWidth), 4);
  const room = terminal.width - labelWidth - 2 - (isChart ? 0 : scaleWidth + 1);
  const groups = groupBins(binCount, room);
  const lines = series.lines.map((line) => mergeValues(line.values, groups, kind));
  const scale = scaleOf(lines);
  if (isChart) yield* chartLines(series, lines[0]!, groups, scale, labelWidth, terminal);
  else yield* sparkLines(series, labels, lines, groups, scale, labelWidth, terminal);
  const indent = ' '.repeat(labelWidth + 2);
  const [ticks, tickLabels] = axisLines(series.description.x, series.x, groups, indent.length, terminal);
  yield dim(terminal, indent + ticks);
  yield (indent + tickLabels).trimEnd();
  const { x, value } = series.description;
  const title = safeText(x.title, terminal.unicode);
  const unit = safeText(value.unit ?? value.title, terminal.unicode);
  const caption = `${title}: ${axisCaption(x, series.x, groups, terminal)}; ${unit}${mergeRemark(groups, kind)}`;
  for (const line of wrapText(caption, terminal.width - indent.length)) yield indent + dim(terminal, line);
}

function mergeRemark(groups: Groups, kind: ColumnKind): string {
  if (groups.size === 1) return '';
  const how = isAdded(kind) ? 'sum' : kind === 'duration' ? 'maximum' : 'average';
  return ` (${how} of ${groups.size} bins a column)`;
}

function isAdded(kind: ColumnKind): boolean {
  return kind === 'count' || kind === 'size';
}

function mergeValues(values: Values, groups: Groups, kind: ColumnKind): Values {
  if (groups.size === 1) return values;
  return Array.from({ length: groups.count }, (_, group) => {
    const known = values
      .slice(group * groups.size, (group + 1) * groups.size)
      .filter((value) => value !== undefined);
    if (known.length === 0) return undefined;
    if (kind === 'duration') return known.reduce((largest, value) => Math.max(largest, value));
    const sum = known.reduce((total, value) => total + value, 0);
    return isAdded(kind) ? sum : sum / known.length;
  });
}

function parts(values: Values, groups: Groups, { low, high }: Scale): Values {
  const height = high - low;
  return values.flatMap((value) => {
    const part = value === undefined || !(height > 0) ? undefined : (value - low) / height;
    return new Array<number | undefined>(groups.cellWidth).fill(part);
  });
}

function* chartLines(
  series: Series,
  values: Values,
  groups: Groups,
  scale: Scale,
  labelWidth: number,
  terminal: Terminal,
): Generator<string> {
  const { kind } = series.description.value;
  const drawn = parts(values, groups, scale);
  for (let row = chartRowCount - 1; row >= 0; row -= 1) {
    const value = row === chartRowCount - 1 ? scale.high : row === 0 ? scale.low : undefined;
    const label =
      value === undefined ? '' : clip(printAlone(kind, value, terminal), labelWidth, terminal.unicode);
    const start = `${padText(label, labelWidth, 'right')} ${dim(terminal, glyphs(terminal).vertical)}`;
    const bars = columnRow(terminal, drawn, row, chartRowCount).trimEnd();
    yield start + heatText(terminal, 0.35, bars);
  }
}

function* sparkLines(
  series: Series,
  labels: readonly string[],
  lines: readonly Values[],
  groups: Groups,
  scale: Scale,
  labelWidth: number,
  terminal: Terminal,
): Generator<string> {
  const { kind } = series.description.value;
  const plotWidth = groups.count * groups.cellWidth;
  yield `${' '.repeat(labelWidth + 2 + plotWidth)} ${bold(terminal, 'max')}`;
  const shown = Math.min(lines.length, terminal.rowCountMax);
  for (let index = 0; index < shown; index += 1) {
    const values = lines[index]!;
    const bars = columnRow(terminal, parts(values, groups, scale), 0, 1);
    const known = values.filter((value) => value !== undefined);
    const largest =
      known.length === 0
        ? ''
        : printAlone(
            kind,
            known.reduce((a, b) => Math.max(a, b)),
            terminal,
          );
    const start = `${padText(labels[index]!, labelWidth, 'right')} ${dim(terminal, glyphs(terminal).vertical)}`;
    yield `${start}${heatText(terminal, 0.35, bars)} ${clip(largest, 12, terminal.unicode)}`.trimEnd();
  }
  if (shown < lines.length) {
    yield dim(terminal, `${glyphs(terminal).ellipsis} and ${lines.length - shown} more (--limit 0 for all)`);
  }
}
