/** The table of names, objects and symbols. */
import { type Shape, TableBuilder } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';
import type { EventSamples, Spot } from './samples.ts';
import { describeTableBy, keysOf } from './shapes.ts';

interface Row {
  readonly cells: Readonly<Record<string, string>>;
  count: number;
  period: number;
}

export function spotsTable(state: State, context: Context): Shape {
  const builder = new TableBuilder<string>(describeTableBy(context.options.by));
  for (const event of state.events) {
    for (const { cells, count, period } of rowsOf(event, context)) {
      const share = event.period === 0 ? undefined : period / event.period;
      builder.add({ ...cells, share, samples: count, period, event: event.name });
    }
  }
  const [event, ...others] = state.events;
  // Cycles and page faults have no sum.
  if (event === undefined || others.length > 0) return builder.build();
  const share = event.period === 0 ? undefined : 1;
  return builder.setTotals({ share, samples: event.count, period: event.period }).build();
}

function rowsOf(event: EventSamples, context: Context): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const spot of event.spots) {
    const cells = cellsOf(event, spot, context);
    const key = JSON.stringify(Object.values(cells));
    let row = rows.get(key);
    if (row === undefined) {
      row = { cells, count: 0, period: 0 };
      rows.set(key, row);
    }
    row.count += spot.count;
    row.period += spot.period;
  }
  return [...rows.values()].sort((a, b) => b.period - a.period || b.count - a.count);
}

function cellsOf({ places }: EventSamples, { comm, place }: Spot, { names, options }: Context) {
  const keys = keysOf(options.by);
  const [dso, symbol] = [names.text(places.object(place)), names.text(places.symbol(place))];
  const cells = {
    comm: names.text(comm),
    dso,
    symbol: keys.includes('dso') ? withoutObject(symbol, dso) : symbol,
  };
  return Object.fromEntries(keys.map((key) => [key, cells[key]]));
}

/** Beside the object, `libc.so.6+0x1234` is `0x1234`. */
function withoutObject(symbol: string, object: string): string {
  const prefix = `${object.slice(object.lastIndexOf('/') + 1)}+0x`;
  return symbol.startsWith(prefix) ? symbol.slice(prefix.length - 2) : symbol;
}
