import { expect, test } from 'vitest';
import { defineAnalysis } from '../analysis/define.ts';
import { textTrace } from '../analysis/testing.ts';
import { describeTable } from '../results/index.ts';
import { runAnalyses } from './run.ts';

const seen: (readonly [name: string, len: number, rc: number])[] = [];

const analysis = defineAnalysis({
  id: 'packets',
  family: 'io',
  title: 'Packets',
  question: 'Which packets were there?',
  needs: {
    oneOf: [{ net_dev_xmit: ['name', 'len'] }, { netif_rx: ['name'] }],
    optional: [{ events: { net_dev_xmit: ['rc'] }, without: 'Results are unknown.' }],
  },
  options: {},
  views: { table: { meaning: 'None.' } },
  describe: () => [describeTable({ id: 'table', title: 'None', meaning: 'None.', columns: [] })],
  begin: () => undefined,
  on: {
    net_dev_xmit(_state, event, row) {
      seen.push([event.name.at(row), event.len[row] as number, event.rc[row] as number]);
    },
  },
  end: () => [],
});

test('a handler may read the fields of every alternative: what a class lacks is empty', () => {
  const trace = textTrace('1us cpu0 net_dev_xmit rc=3\n2us cpu0 netif_rx name=lo');
  runAnalyses(trace, [{ analysis }]);
  expect(seen).toEqual([['', Number.NaN, 3]]);
});
