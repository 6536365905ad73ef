/**
 * Stacks as flame graphs, one for each event that was sampled: one can't be added to the other. Functions of one name below one caller
 * are one frame; those beside each other are in the order of their names, so that two graphs can be compared.
 */
import { type FlameGraph, type Frame, flameGraph } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';
import { CallTree } from './call-tree.ts';
import type { EventSamples } from './samples.ts';
import { flameGraphDescription } from './shapes.ts';

export function flameGraphs(state: State, context: Context): readonly FlameGraph[] {
  const graphs = state.events.map((event) =>
    flameGraph(
      { ...flameGraphDescription, title: `${flameGraphDescription.title}: ${event.name}` },
      framesOf(event, context),
    ),
  );
  return graphs.length === 0 ? [flameGraph(flameGraphDescription, [])] : graphs;
}

function framesOf(event: EventSamples, context: Context): readonly Frame[] {
  const tree = mergedByName(event);
  const texts = tree.keys.map((name) => context.names.text(name));
  const ranks = new Map([...new Set(texts)].sort().map((text, rank) => [text, rank]));
  const frames: Frame[] = [];
  const indexes = new Int32Array(tree.count);
  for (const node of tree.walk(texts.map((text) => -(ranks.get(text) as number)))) {
    const parent = tree.parents[node] as number;
    indexes[node] = frames.length;
    frames.push({
      name: texts[node] as string,
      parent: parent < 0 ? undefined : indexes[parent],
      self: tree.selfPeriods[node] as number,
    });
  }
  return frames;
}

/** The tree with names in the place of places. */
function mergedByName({ tree, places }: EventSamples): CallTree {
  if (tree === undefined) throw new Error('a tree was asked for');
  const merged = new CallTree();
  const nodes = new Int32Array(tree.count);
  for (let node = 0; node < tree.count; node++) {
    const [key, parent] = [tree.keys[node] as number, tree.parents[node] as number];
    nodes[node] =
      parent < 0 ? merged.node(parent, key) : merged.node(nodes[parent] as number, places.symbol(key));
    merged.add(nodes[node] as number, tree.selfPeriods[node] as number);
  }
  return merged;
}
