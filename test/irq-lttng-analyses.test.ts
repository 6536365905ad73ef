// `report irq` against irqlog, irqstats and irqfreq of lttng-analyses 0.6.1, on three traces: every interrupt with its times, CPU,
// number and name; the statistics and the bins of each.
//
// What that tool does, and is followed here: it reads the range in which all streams overlap, and a soft interrupt that is
// raised twice before it begins was raised once. Documented errors of it, and differences:
// - it does not know `irq_softirq_entry` and its like, which LTTng has since 2.6: in many-threads it finds no soft interrupt;
// - soft interrupts are `TIMER_SOFTIRQ` there, `TIMER` here (as in /proc/softirqs), number 5 `BLOCK_IOPOLL` there, `IRQ_POLL` here;
// - bins are computed with rounding (see run-queue-lttng-analyses.test.ts).
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/interrupts/irq/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, describeCorpus } from './corpus.ts';
import { exactBins, type LamiCell, lamiTables, rowsOf, theirBins } from './lttng-analyses.ts';

/** Kind, number, name, CPU, begin, end, raised at. */
type Run = readonly unknown[];

function expectedRun([range, raised, cpu, irq]: readonly LamiCell[]): Run {
  const { begin, end } = range!;
  const at = raised === null ? undefined : BigInt(raised!.value!);
  return [...expectedKey(irq!), cpu!.id, BigInt(begin!.value!), BigInt(end!.value!), at];
}

function expectedKey({ hard, nr, name }: LamiCell): readonly unknown[] {
  const ours = name?.replace('BLOCK_IOPOLL', 'IRQ_POLL').replace(/_SOFTIRQ$/, '');
  return [hard === true ? 'irq' : 'softirq', nr, ours];
}

function ourKey(row: Record<string, unknown>): readonly unknown[] {
  return [row['kind'], row['irq'], row['name']];
}

function answers(name: string) {
  const set = openTraces([openNodeInput(corpusPath('ctf1', name, 'trace'))]);
  try {
    const [result] = runAnalyses(set, [{ analysis, views: ['log', 'table', 'freq'] }], {
      streamIntersection: true,
    });
    const [log, table, freq] = result!.answers.map(rowsOf);
    return { log: log!, table: table!, freq: freq! };
  } finally {
    set.close();
  }
}

/** Of runs that end at the same time the order is not compared. */
function sortedTexts(runs: readonly Run[]): readonly string[] {
  return runs.map((run) => run.map(String).join(' ')).sort();
}

describeCorpus('interrupts against lttng-analyses', () => {
  for (const name of ['many-threads', 'bug446190', 'flipping-endianness']) {
    test(name, { timeout: 120_000 }, () => {
      const found = answers(name);
      const knowsSoft = name !== 'many-threads';
      const isCompared = (row: Record<string, unknown>) => knowsSoft || row['kind'] === 'irq';
      const [log, table, freq] = [found.log, found.table, found.freq].map((rows) => rows.filter(isCompared));
      if (!knowsSoft) expect(found.log.length).toBeGreaterThan(log!.length);

      const expectedLog = lamiTables(name, 'irqlog').flatMap(({ data }) => data);
      const ourLog = log!.map((row) => [
        ...ourKey(row),
        row['cpu'],
        row['begin'],
        row['end'],
        row['raised-at'],
      ]);
      expect(sortedTexts(ourLog)).toEqual(sortedTexts(expectedLog.map(expectedRun)));

      const stats = lamiTables(name, 'irqstats');
      const rows = new Map(table!.map((row) => [ourKey(row).join(' '), row]));
      expect(rows.size).toBe(stats.flatMap(({ data }) => data).length);
      for (const [irq, ...cells] of stats.flatMap(({ data }) => data)) {
        const row = rows.get(expectedKey(irq!).join(' '))!;
        expectStatistics(row, ['count', 'min', 'avg', 'max', 'stdev'], cells.slice(0, 5));
        if (irq!.hard === true) continue;
        expectStatistics(
          row,
          ['raised', 'raise-min', 'raise-avg', 'raise-max', 'raise-stdev'],
          cells.slice(5),
        );
      }

      for (const { title, data } of lamiTables(name, 'irqfreq')) {
        const [, , number] = /\[(.*) \((\d+)\)\]$/.exec(title)!;
        const isOfTable = (row: Record<string, unknown>) =>
          row['irq'] === Number(number) && title.includes(String(row['name']));
        const bins = freq!.filter(isOfTable);
        const durations = log!.filter(isOfTable).map((row) => row['duration'] as number);
        expect(theirBins(durations)).toEqual(data.map(([, , count]) => Number(count!.value)));
        expect(bins.map((row) => row['count'])).toEqual(exactBins(durations));
        bins.forEach((row, at) => {
          expect(row['lower']).toBeCloseTo(Number(data[at]![0]!.value), 6);
          expect(row['upper']).toBeCloseTo(Number(data[at]![1]!.value), 6);
        });
      }
    });
  }
});

/** Counts and extremes are equal; means and deviations to 12 digits. */
function expectStatistics(
  row: Record<string, unknown>,
  columns: readonly string[],
  cells: readonly LamiCell[],
): void {
  columns.forEach((column, at) => {
    const { class: kind, value } = cells[at]!;
    const ours = row[column] as number | undefined;
    if (kind === 'unknown') expect(ours).toBeUndefined();
    else if (/avg|stdev/.test(column)) expect(ours! / Number(value)).toBeCloseTo(1, 12);
    else expect(ours).toBe(Number(value));
  });
}
