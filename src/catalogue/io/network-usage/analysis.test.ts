import { expect, test } from 'vitest';
import { answersOf } from '../../../../test/answers.ts';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { runAnalyses } from '../../../pipeline/run.ts';
import type { Grid, Series } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

/** 23 packets of 100 bytes come in a second, 7 of 1000 bytes go out, one of which is refused; one goes around lo. */
const traffic = [
  '0us cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=ping',
  ...Array.from({ length: 23 }, (_, n) => `${n + 1}ms cpu0 netif_receive_skb name=eth0 len=100`),
  ...Array.from(
    { length: 7 },
    (_, n) => `${n + 100}ms cpu0 net_dev_xmit name=eth0 len=1000 rc=${n === 3 ? 16 : 0}`,
  ),
  '200ms cpu0 net_dev_xmit name=lo len=50 rc=0',
  '201ms cpu0 netif_receive_skb name=lo len=36',
  '1s cpu0 sched_switch prev_tid=7 prev_comm=ping prev_state=1 next_tid=0 next_comm=swapper/0',
].join('\n');

const { answer, rowsOf } = answersOf(analysis);

test('23 packets in, 7 out', () => {
  expect(rowsOf(traffic)).toEqual([
    {
      interface: 'eth0',
      received: 2300,
      'received-packets': 23,
      sent: 7000,
      'sent-packets': 7,
      'received-rate': 2300,
      'sent-rate': 7000,
      refused: 1,
      'max-received': 100,
      'max-sent': 1000,
    },
    {
      interface: 'lo',
      received: 36,
      'received-packets': 1,
      sent: 50,
      'sent-packets': 1,
      'received-rate': 36,
      'sent-rate': 50,
      refused: 0,
      'max-received': 36,
      'max-sent': 50,
    },
  ]);
});

test('what is not recorded, or not asked for, is not 0', () => {
  const received = traffic.replaceAll(/^.*net_dev_xmit.*$/gm, '');
  expect(rowsOf(received)[0]).toMatchObject({ received: 2300, sent: undefined, refused: undefined });
  const sent = traffic.replaceAll(/^.*netif_receive_skb.*$/gm, '');
  expect(rowsOf(sent)[0]).toMatchObject({ received: undefined, sent: 7000, refused: 1 });
  expect(rowsOf(traffic, { direction: 'sent' })[0]).toMatchObject({ received: undefined, sent: 7000 });
  expect(rowsOf(traffic, { direction: 'received' }).map((row) => row['received'])).toEqual([2300, 36]);
  const withoutResult = traffic.replaceAll(/ rc=\d+/g, '');
  expect(rowsOf(withoutResult)[0]).toMatchObject({ sent: 7000, refused: undefined });
});

test('log, histogram and series have every packet', () => {
  const log = rowsOf(traffic, {}, 'log');
  expect(log.length).toBe(32);
  expect(log[26]).toEqual({
    time: 1_103_000_000n,
    interface: 'eth0',
    direction: 'sent',
    size: 1000,
    cpu: 0,
    comm: 'ping',
    tid: 7,
    result: 16,
  });
  const { counts, x } = answer(traffic, {}, 'dist').answers[0] as Grid;
  expect(counts.reduce((a, b) => a + b, 0)).toBe(32);
  expect(counts[x.edges.indexOf(100)]).toBe(23);
  const { lines, x: time } = answer(traffic, {}, 'series').answers[0] as Series;
  const widthSeconds = (time.edges[1]! - time.edges[0]!) / 1e9;
  const bytes = lines.map(({ name, values }) => [
    name,
    Math.round(values.reduce<number>((sum, value) => sum + (value ?? 0) * widthSeconds, 0)),
  ]);
  expect(bytes).toEqual([
    ['eth0 sent', 7000],
    ['eth0 received', 2300],
    ['lo sent', 50],
    ['lo received', 36],
  ]);
});

test('a part of the time', () => {
  const scope = { beginNs: 1_010_500_000n, endNs: 1_101_500_000n };
  expect(rowsOf(traffic, {}, 'table', scope)[0]).toMatchObject({ 'received-packets': 13, 'sent-packets': 2 });
});

test('a trace without packets is refused with what to record', () => {
  expect(() => answer('0us cpu0 other')).toThrow(IncompatibleError);
  expect(() => answer('0us cpu0 other')).toThrow('no net_dev_xmit and no netif_receive_skb events');
});

test('batches of any size give the same answer', () => {
  const views = Object.keys(analysis.views);
  const [whole] = runAnalyses(textTrace(traffic), [{ analysis, views }]);
  const [pieces] = runAnalyses(textTrace(traffic, { batchSize: 1 }), [{ analysis, views }]);
  expect(pieces).toEqual(whole);
});
