/**
 * Stacks as `flamegraph.pl` and speedscope read them: `name;caller;callee 1234`. Where several events were sampled, the event stands
 * before the name: one can't be added to the other.
 */
import type { Lines } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';
import type { EventSamples } from './samples.ts';
import { foldedDescription } from './shapes.ts';

export function foldedLines(state: State, context: Context): Lines {
  const hasSeveral = state.events.length > 1;
  const lines = state.events.flatMap((event) => [
    ...linesOf(event, hasSeveral ? `${frame(event.name)};` : '', context),
  ]);
  return { shape: 'lines', description: foldedDescription, lines };
}

function* linesOf({ tree, places }: EventSamples, prefix: string, { names }: Context): Generator<string> {
  if (tree === undefined) throw new Error('a tree was asked for');
  // Parents come first: a node's stack is its parent's with one more.
  const stacks: string[] = [];
  for (let node = 0; node < tree.count; node++) {
    const [key, parent] = [tree.keys[node] as number, tree.parents[node] as number];
    const own = frame(names.text(parent < 0 ? key : places.symbol(key)));
    stacks.push(parent < 0 ? prefix + own : `${stacks[parent]};${own}`);
    const period = tree.selfPeriods[node] as number;
    if ((tree.selfCounts[node] as number) > 0) yield `${stacks[node]} ${period}`;
  }
}

/** Semicolons separate; line feeds would end the line. */
function frame(text: string): string {
  return text.replaceAll(';', ':').replace(/[\r\n]/g, ' ');
}
