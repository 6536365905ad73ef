/** What the answers of `network-usage` look like. */
import {
  column,
  describeTable,
  type GridDescription,
  type SeriesDescription,
} from '../../../results/index.ts';

const netif = column(
  'interface',
  'Interface',
  'text',
  'The network interface, such as `eth0`; `lo` is the machine itself.',
);

export const tableDescription = describeTable({
  id: 'table',
  title: 'Traffic by network interface',
  meaning: 'One row is an interface; the one with the most bytes first.',
  columns: [
    netif,
    column(
      'received',
      'Received',
      'size',
      'Bytes of all packets that the kernel got from it; empty where they are not recorded.',
    ),
    column('received-packets', 'Packets in', 'count', 'How many packets these are.', 'packets'),
    column(
      'sent',
      'Sent',
      'size',
      'Bytes of all packets that were given to it; empty where they are not recorded.',
    ),
    column('sent-packets', 'Packets out', 'count', 'How many packets these are.', 'packets'),
    column(
      'received-rate',
      'In/s',
      'throughput',
      'Bytes received a second, from the first event of the trace to its last.',
    ),
    column(
      'sent-rate',
      'Out/s',
      'throughput',
      'Bytes sent a second, from the first event of the trace to its last.',
    ),
    column(
      'refused',
      'Refused',
      'count',
      'Packets that the interface did not take: it was busy, or failed.',
      'packets',
    ),
    column(
      'max-received',
      'Max in',
      'size',
      'The largest packet received. Above the MTU, several were put together.',
    ),
    column('max-sent', 'Max out', 'size', 'The largest packet sent. Above the MTU, the interface cuts it.'),
  ],
  select: 'network-usage{interface == @interface}',
});

export const logDescription = describeTable({
  id: 'log',
  title: 'All packets',
  meaning: 'One row is a packet, in the order of time.',
  columns: [
    column('time', 'Time', 'timestamp', 'When it was received from, or given to, the interface.'),
    netif,
    column('direction', 'Direction', 'text', '`received` or `sent`.'),
    column(
      'size',
      'Size',
      'size',
      'Its bytes, as far as the kernel counts them there: without the link header when received.',
    ),
    column('cpu', 'CPU', 'cpu', 'The CPU that handled it.'),
    column(
      'comm',
      'Name',
      'process',
      'What ran there: who sends, but any thread when it happens in an interrupt.',
    ),
    column('tid', 'TID', 'tid', 'The thread that ran there.'),
    column(
      'result',
      'Result',
      'integer',
      'What the interface answered: 0 is success; empty for packets received.',
    ),
  ],
  select: 'network-usage{interface == @interface && time == @time}',
});

export const distributionDescription: GridDescription = {
  shape: 'grid',
  id: 'dist',
  title: 'Packets by size',
  meaning: 'One bin is a range of sizes; its value is how many packets were that large.',
  x: { ...column('size', 'Size', 'size', 'Bytes of a packet.'), scale: 'log' },
  value: column('count', 'Count', 'count', 'How many packets.', 'packets'),
  select: 'network-usage{size >= @x.begin && size < @x.end}',
};

export const seriesDescription: SeriesDescription = {
  shape: 'series',
  id: 'series',
  title: 'Bytes per second by interface and direction',
  meaning:
    'One value is what went through in that part of the time, a second; the first and the last part may be cut.',
  x: { ...column('time', 'Time', 'timestamp', 'When packets were received or sent.'), scale: 'linear' },
  value: column('rate', 'Rate', 'throughput', 'Bytes a second.'),
  name: column('name', 'Line', 'text', 'The busiest ones; all others are one line.'),
};
