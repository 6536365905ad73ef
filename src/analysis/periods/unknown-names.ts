/** Names of events that an expression asks for and that no event has, with the one that was probably meant. */
import { nearestWord } from '../../bytes/edit-distance.ts';
import type { FilterExpression } from '../../events/filter/expression.ts';

export interface UnknownName {
  readonly name: string;
  /** Undefined where no event has a name like it. */
  readonly meant: string | undefined;
}

/** The first name that `$name == "…"` compares with, whatever else the expression asks for, and that is not one of `known`. */
export function unknownNameIn(
  expression: FilterExpression,
  known: ReadonlySet<string>,
): UnknownName | undefined {
  const rest: FilterExpression[] = [expression];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.kind === 'all' || node.kind === 'any') rest.push(...node.terms.toReversed());
    if (node.kind !== 'compare' || node.comparator !== '==') continue;
    const { left, right } = node;
    if (![left, right].some((side) => side.kind === 'base' && side.base === 'name')) continue;
    const text = [left, right].find((side) => side.kind === 'text');
    if (text?.kind !== 'text' || known.has(text.value)) continue;
    return { name: text.value, meant: nearestName(text.value, known) };
  }
  return undefined;
}

/** Some tracers name the system of an event too (`sched:sched_wakeup`): with and without it is the same event. */
function nearestName(wanted: string, known: ReadonlySet<string>): string | undefined {
  const own = withoutSystem(wanted);
  for (const name of known) if (withoutSystem(name) === own) return name;
  const nearest = nearestWord(wanted, known);
  if (nearest !== undefined) return nearest;
  const byOwn = new Map([...known].map((name) => [withoutSystem(name), name]));
  return byOwn.get(nearestWord(own, byOwn.keys()) ?? '');
}

function withoutSystem(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}
