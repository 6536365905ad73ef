/** The columns that statistics of durations have in every analysis, and their cells. */
import { column } from '../results/columns.ts';
import type { Distribution } from '../results/distribution.ts';

/**
 * Statistics of durations, the most telling ones first: a narrow terminal leaves out what is at the end.
 * @param things what has the durations, in the plural: `waits`
 * @param thing in the singular: `wait`
 */
export function durationColumns(things: string, thing: string) {
  return [
    column('total', 'Total', 'duration', `The sum of all ${things}.`),
    column('avg', 'Average', 'duration', `The mean ${thing}.`),
    column('p50', 'Median', 'duration', `Half of the ${things} took at most this long.`),
    column('p99', 'p99', 'duration', `99 % of the ${things} took at most this long.`),
    column('max', 'Max', 'duration', `The longest ${thing}.`),
    column('min', 'Min', 'duration', `The shortest ${thing}.`),
    column('p90', 'p90', 'duration', `90 % of the ${things} took at most this long.`),
    column(
      'stdev',
      'Stdev',
      'duration',
      `The standard deviation (of the sample); empty for a single ${thing}.`,
    ),
  ] as const;
}

/** Their cells. */
export function durationCells(durations: Distribution) {
  return {
    total: durations.sum,
    avg: durations.average,
    p50: durations.percentile(0.5),
    p99: durations.percentile(0.99),
    max: durations.max,
    min: durations.min,
    p90: durations.percentile(0.9),
    stdev: durations.stdev,
  };
}

/** The columns of a view `freq` after those that say whose the bins are. */
export function frequencyColumns(things: string) {
  return [
    column('lower', 'From', 'duration', 'The lower edge of the bin, included.'),
    column('upper', 'To', 'duration', 'The upper edge, included in the last bin only.'),
    column('count', 'Count', 'count', `How many ${things} were that long.`, things),
  ] as const;
}
