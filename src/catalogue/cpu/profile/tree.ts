/** The call tree as a table whose rows have parents. */
import { type Shape, TableBuilder } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';
import type { EventSamples } from './samples.ts';
import { treeDescription } from './shapes.ts';

type Builder = TableBuilder<(typeof treeDescription.columns)[number]['id']>;

export function treeTable(state: State, context: Context): Shape {
  const builder = new TableBuilder(treeDescription);
  const hasSeveral = state.events.length > 1;
  for (const event of state.events) {
    const top = hasSeveral ? builder.add(eventRow(event)) : undefined;
    addEvent(builder, event, top, context);
  }
  return builder.build();
}

function eventRow({ name, period, count }: EventSamples) {
  return {
    frame: name,
    total: period === 0 ? undefined : 1,
    self: period === 0 ? undefined : 0,
    samples: count,
  };
}

function addEvent(
  builder: Builder,
  event: EventSamples,
  top: number | undefined,
  { names, options }: Context,
): void {
  const { tree, places } = event;
  if (tree === undefined) throw new Error('a tree was asked for');
  const { periods, counts } = tree.totals();
  const least = (event.period * options['percent-limit']) / 100;
  const shareOf = (period: number) => (event.period === 0 ? undefined : period / event.period);
  const rows = new Map<number, number>();
  for (const node of tree.walk(periods)) {
    const [key, parent] = [tree.keys[node] as number, tree.parents[node] as number];
    const period = periods[node] as number;
    const above = parent < 0 ? top : rows.get(parent);
    // What is left out has less than its parent: all below it is left out too.
    if (period < least || (parent >= 0 && above === undefined)) continue;
    const cells = {
      frame: names.text(parent < 0 ? key : places.symbol(key)),
      total: shareOf(period),
      self: shareOf(tree.selfPeriods[node] as number),
      samples: counts[node],
    };
    rows.set(node, builder.add(cells, above));
  }
}
