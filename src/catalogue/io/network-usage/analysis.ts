/** How much goes through the network interfaces: bytes and packets, in and out. */
import {
  type BeginContext,
  choice,
  defineAnalysis,
  type EndContext,
  type KernelModel,
  missing,
  type OptionValues,
  orAbsent,
  RateSeries,
  threadName,
} from '../../../analysis/index.ts';
import { LogHistogram, type Shape, TableBuilder, table } from '../../../results/index.ts';
import { distributionDescription, logDescription, seriesDescription, tableDescription } from './shapes.ts';

const directions = ['received', 'sent'] as const;
type Direction = (typeof directions)[number];

const options = {
  direction: choice(['both', ...directions], 'both', 'Only packets of this direction.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

/** The lines of `series`; the rest is summed up in one more. */
const lineCountMax = 8;

interface Traffic {
  packetCount: number;
  sizeBytes: number;
  maxBytes: number;
}

interface Interface {
  /** Dense, in the order in which interfaces were first seen. */
  readonly index: number;
  readonly name: number;
  readonly received: Traffic;
  readonly sent: Traffic;
  refusedCount: number;
}

interface Packet {
  readonly timeNs: number;
  readonly interface: Interface;
  readonly direction: Direction;
  readonly sizeBytes: number;
  readonly cpu: number;
  readonly tid: number;
  readonly comm: string | undefined;
  /** NaN where it is not recorded. */
  readonly result: number;
}

interface State {
  readonly direction: Options['direction'];
  readonly interfaces: Interface[];
  /** Interfaces of two hosts with one name are two. */
  readonly byHost: Map<KernelModel, Map<number, Interface>>;
  readonly log: Packet[] | undefined;
  readonly histogram: LogHistogram | undefined;
  readonly series: RateSeries | undefined;
}

const sentNeeds = { net_dev_xmit: ['name', 'len'] } as const;
const receivedNeeds = { netif_receive_skb: ['name', 'len'] } as const;

export const analysis = defineAnalysis({
  id: 'network-usage',
  family: 'io',
  title: 'Network usage',
  question: 'How many bytes and packets go through each network interface?',
  needs: {
    oneOf: [{ ...sentNeeds, ...receivedNeeds }, receivedNeeds, sentNeeds],
    threads: true,
    optional: [
      { events: { net_dev_xmit: ['rc'] }, without: 'Packets that were not taken are unknown without rc' },
    ],
  },
  options,
  views: {
    table: { meaning: 'Bytes, packets and rates of each interface, in and out.' },
    series: { meaning: 'Bytes per second over time, by interface and direction.' },
    dist: { meaning: 'How many packets were how large: a histogram.' },
    log: { meaning: 'Every packet.' },
  },
  describe: (_, view) => {
    switch (view) {
      case 'table':
        return [tableDescription];
      case 'series':
        return [seriesDescription];
      case 'dist':
        return [distributionDescription];
      case 'log':
        return [logDescription];
    }
  },
  begin({ options: given, views }: BeginContext<Options>): State {
    return {
      direction: given.direction,
      interfaces: [],
      byHost: new Map(),
      log: views.has('log') ? [] : undefined,
      histogram: views.has('dist') ? new LogHistogram() : undefined,
      series: views.has('series') ? new RateSeries() : undefined,
    };
  },
  on: {
    netif_receive_skb(state, event, row, model) {
      if (state.direction === 'sent') return;
      const { timeNs, cpu, tid } = event;
      count(state, model, event.name.idAt(row), 'received', {
        timeNs: timeNs[row] as number,
        sizeBytes: event.len[row] as number,
        cpu: cpu[row] as number,
        tid: tid[row] as number,
        result: Number.NaN,
      });
    },
    net_dev_xmit(state, event, row, model) {
      if (state.direction === 'received') return;
      const { timeNs, cpu, tid } = event;
      count(state, model, event.name.idAt(row), 'sent', {
        timeNs: timeNs[row] as number,
        sizeBytes: event.len[row] as number,
        cpu: cpu[row] as number,
        tid: tid[row] as number,
        result: event.rc[row] as number,
      });
    },
  },
  end(state, context) {
    return [...context.views].map((view) => answer(state, context, view));
  },
});

function count(
  state: State,
  model: KernelModel,
  name: number,
  direction: Direction,
  packet: Pick<Packet, 'timeNs' | 'sizeBytes' | 'cpu' | 'tid' | 'result'>,
): void {
  const { timeNs, sizeBytes, tid, result } = packet;
  const netif = interfaceOf(state, model, name);
  const traffic = netif[direction];
  traffic.packetCount += 1;
  traffic.sizeBytes += sizeBytes;
  traffic.maxBytes = Math.max(traffic.maxBytes, sizeBytes);
  // NaN is neither.
  if (result > 0 || result < 0) netif.refusedCount += 1;
  state.histogram?.add(sizeBytes);
  state.series?.add(netif.index * 2 + directions.indexOf(direction), timeNs, sizeBytes);
  state.log?.push({ ...packet, interface: netif, direction, comm: threadName(tid, model) });
}

function interfaceOf(state: State, model: KernelModel, name: number): Interface {
  let interfaces = state.byHost.get(model);
  if (interfaces === undefined) {
    interfaces = new Map();
    state.byHost.set(model, interfaces);
  }
  let netif = interfaces.get(name);
  if (netif === undefined) {
    const none = (): Traffic => ({ packetCount: 0, sizeBytes: 0, maxBytes: 0 });
    netif = { index: state.interfaces.length, name, received: none(), sent: none(), refusedCount: 0 };
    interfaces.set(name, netif);
    state.interfaces.push(netif);
  }
  return netif;
}

function answer(state: State, context: Context, view: string): Shape {
  const { originNs, range, names } = context;
  switch (view) {
    case 'series':
      return (state.series ?? new RateSeries()).build(
        seriesDescription,
        originNs,
        range,
        (line) =>
          `${names.text(state.interfaces[Math.floor(line / 2)]!.name)} ${directions[line % 2] as string}`,
        lineCountMax,
      );
    case 'dist':
      return (state.histogram ?? new LogHistogram()).build(distributionDescription);
    case 'log':
      return table(
        logDescription,
        (state.log ?? []).map((packet) => packetCells(packet, context)),
      );
    default:
      return trafficTable(state, context);
  }
}

function packetCells(packet: Packet, { originNs, names }: Context) {
  const { timeNs, cpu, tid } = packet;
  return {
    time: Number.isNaN(timeNs) ? undefined : originNs + BigInt(timeNs),
    interface: names.text(packet.interface.name),
    direction: packet.direction,
    size: packet.sizeBytes,
    cpu: orAbsent(cpu),
    comm: packet.comm,
    tid: tid > 0 ? tid : undefined,
    result: packet.result,
  };
}

/** What is not recorded, or not asked for, is not 0. */
function trafficTable(state: State, context: Context): Shape {
  const { range, names, options: given, classes } = context;
  const seconds =
    range === undefined || range.endNs === range.beginNs ? undefined : (range.endNs - range.beginNs) / 1e9;
  const isKnown = {
    received: given.direction !== 'sent' && missing({ events: receivedNeeds }, classes) === undefined,
    sent: given.direction !== 'received' && missing({ events: sentNeeds }, classes) === undefined,
  };
  const isResultKnown = isKnown.sent && missing({ events: { net_dev_xmit: ['rc'] } }, classes) === undefined;
  const cells = (received: Traffic, sent: Traffic, refusedCount: number) => ({
    ...(isKnown.received
      ? {
          received: received.sizeBytes,
          'received-packets': received.packetCount,
          'received-rate': seconds === undefined ? undefined : received.sizeBytes / seconds,
          'max-received': received.packetCount === 0 ? undefined : received.maxBytes,
        }
      : {}),
    ...(isKnown.sent
      ? {
          sent: sent.sizeBytes,
          'sent-packets': sent.packetCount,
          'sent-rate': seconds === undefined ? undefined : sent.sizeBytes / seconds,
          'max-sent': sent.packetCount === 0 ? undefined : sent.maxBytes,
        }
      : {}),
    refused: isResultKnown ? refusedCount : undefined,
  });
  const bytesOf = ({ received, sent }: Interface) => received.sizeBytes + sent.sizeBytes;
  const sorted = [...state.interfaces].sort((a, b) => bytesOf(b) - bytesOf(a) || a.index - b.index);
  const builder = new TableBuilder<string>(tableDescription);
  for (const netif of sorted) {
    const { name, received, sent, refusedCount } = netif;
    builder.add({ interface: names.text(name), ...cells(received, sent, refusedCount) });
  }
  const refusedCount = sorted.reduce((sum, netif) => sum + netif.refusedCount, 0);
  const total = (direction: Direction) => sumOf(sorted.map((netif) => netif[direction]));
  return builder.setTotals(cells(total('received'), total('sent'), refusedCount)).build();
}

function sumOf(traffics: readonly Traffic[]): Traffic {
  return {
    packetCount: traffics.reduce((sum, { packetCount }) => sum + packetCount, 0),
    sizeBytes: traffics.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    maxBytes: traffics.reduce((most, { maxBytes }) => Math.max(most, maxBytes), 0),
  };
}
