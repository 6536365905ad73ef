// `report run-queue --from wakeup` against schedlog, schedtop, schedstats and schedfreq of lttng-analyses 0.6.1, on LTTng 2.5 and
// LTTng 2.8 traces: every wait with its times, CPU, priority, thread and waker; the statistics and the bins of every thread.
//
// What that tool does, and is followed here: it reads the range in which all streams overlap, and a wait begins with the first
// wake-up. What it does differently: priorities are the kernel's less 100; a thread has its last name (or, in statistics, the
// one it had when it was first seen) everywhere, here the one at the time; bins are computed in microseconds with a rounded width, so
// that a wait at an edge may fall to the other side: their counts are those of our waits put into bins their way, ours are exact.
import { expect, test } from 'vitest';
import { IncompatibleError } from '../src/analysis/index.ts';
import { analysis } from '../src/catalogue/scheduling/run-queue/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, describeCorpus } from './corpus.ts';
import { exactBins, type LamiCell, lamiTables, rowsOf, theirBins } from './lttng-analyses.ts';

interface Wait {
  readonly begin: bigint;
  readonly end: bigint;
  readonly duration: number;
  readonly prio: number;
  readonly cpu: number;
  readonly tid: number;
  readonly waker: number | undefined;
}

function expectedWait([begin, switched, latency, prio, cpu, wakee, waker]: readonly LamiCell[]): Wait {
  return {
    begin: BigInt(begin!.value!),
    end: BigInt(switched!.value!),
    duration: Number(latency!.value),
    prio: Number(prio!.value) + 100,
    cpu: cpu!.id!,
    tid: wakee!.tid!,
    waker: waker?.tid,
  };
}

function ourWait(row: Record<string, unknown>): Wait {
  const { begin, end: switched, duration, prio, cpu, tid } = row as unknown as Wait;
  return { begin, end: switched, duration, prio, cpu, tid, waker: row['waker-tid'] as number | undefined };
}

function answers(name: string) {
  const set = openTraces([openNodeInput(corpusPath('ctf1', name, 'trace'))]);
  try {
    const views = ['log', 'top', 'table', 'freq'];
    const [result] = runAnalyses(set, [{ analysis, options: { from: 'wakeup' }, views }], {
      streamIntersection: true,
    });
    const [log, top, table, freq] = result!.answers.map(rowsOf);
    return { log: log!, top: top!, table: table!, freq: freq! };
  } finally {
    set.close();
  }
}

/** What is compared does not depend on the order of waits that end at the same time. */
function sorted(waits: readonly Wait[]): readonly Wait[] {
  return [...waits].sort((a, b) => Number(a.end - b.end) || a.tid - b.tid);
}

/** `[20]`, `[20 (17:46:22.8), 0 (17:46:22.9)]`. */
function prioritiesOf(text: string): readonly number[] {
  return [...text.matchAll(/[[ ](-?\d+)(?= \(|[\],])/g)].map((match) => Number(match[1]) + 100);
}

describeCorpus('waits for a CPU against lttng-analyses', () => {
  for (const name of ['many-threads', 'bug446190']) {
    test(name, { timeout: 120_000 }, () => {
      const { log, top, table, freq } = answers(name);
      const lastNames = new Map(table.map((row) => [row['tid'], row['comm']]));

      const [expectedLog] = lamiTables(name, 'schedlog');
      expect(sorted(log.map(ourWait))).toEqual(sorted(expectedLog!.data.map(expectedWait)));
      const names = new Map(log.map((row) => [`${row['tid']} ${row['end']}`, row['comm']]));
      const pids = new Map(log.map((row) => [row['tid'], row['pid']]));
      for (const [, switched, , , , wakee] of expectedLog!.data) {
        const known = [names.get(`${wakee!.tid} ${switched!.value}`), lastNames.get(wakee!.tid)];
        expect(known).toContain(wakee!.name);
        expect(pids.get(wakee!.tid)).toBe(wakee!.pid);
      }

      const [expectedTop] = lamiTables(name, 'schedtop');
      expect(top.map(ourWait)).toEqual(expectedTop!.data.map(expectedWait));

      const [expectedStats] = lamiTables(name, 'schedstats');
      const byTid = new Map(table.map((row) => [row['tid'], row]));
      expect(expectedStats!.data.map(([process]) => process!.tid!).sort()).toEqual([...byTid.keys()].sort());
      for (const [process, count, min, avg, max, stdev, prios] of expectedStats!.data) {
        const row = byTid.get(process!.tid)!;
        const { count: ours, min: least, max: greatest } = row;
        expect([ours, least, greatest]).toEqual([count, min, max].map((cell) => Number(cell!.value)));
        expect((row['avg'] as number) / Number(avg!.value)).toBeCloseTo(1, 12);
        if (stdev!.class === 'unknown') expect(row['stdev']).toBeUndefined();
        else expect((row['stdev'] as number) - Number(stdev!.value)).toBeCloseTo(0, 6);
        const expectedPrios = prioritiesOf(String(prios!.value));
        const ourPrios = String(row['prios']).split(', ').map(Number);
        // They begin where the thread first has a part in a wait.
        expect(ourPrios.slice(-expectedPrios.length)).toEqual(expectedPrios);
      }

      const tables = lamiTables(name, 'schedfreq');
      expect(new Set(freq.map((row) => row['tid'])).size).toBe(tables.length);
      for (const { title, data } of tables) {
        const tid = Number(/TID: (\d+)/.exec(title)![1]);
        const bins = freq.filter((row) => row['tid'] === tid);
        const waits = log.filter((row) => row['tid'] === tid).map((row) => row['duration'] as number);
        expect(theirBins(waits)).toEqual(data.map(([, , count]) => Number(count!.value)));
        expect(bins.map((row) => row['count'])).toEqual(exactBins(waits));
        bins.forEach((row, at) => {
          const [lower, upper] = data[at]!;
          expect(row['lower']).toBeCloseTo(Number(lower!.value), 6);
          expect(row['upper']).toBeCloseTo(Number(upper!.value), 6);
        });
      }
    });
  }

  test('flipping-endianness has no wake-ups: both have no answer', () => {
    expect(lamiTables('flipping-endianness', 'schedlog').flatMap(({ data }) => data)).toEqual([]);
    expect(() => answers('flipping-endianness')).toThrow(IncompatibleError);
  });
});
