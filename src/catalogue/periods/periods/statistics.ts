/** How long periods are, and how much of their parents they fill: of all together, and of each group. */
import type { Measure, ParentMeasures, PeriodDefinition } from '../../../analysis/periods/index.ts';
import { groupDurations, groupParents } from './groups.ts';
import type { ByDefinition, Summary } from './kept.ts';
import { type Answered, isAggregated, isSelected } from './selection.ts';

/** The durations of the periods of one definition; `group` is undefined for all of them together. */
export interface PeriodStatistics<Durations> {
  readonly group: string | undefined;
  readonly definition: PeriodDefinition;
  readonly durations: Durations;
}

/** What the periods of one definition are within those of another that they lie in, directly or not. */
export interface ParentStatistics<M extends Measure<M>> extends ParentMeasures<M> {
  readonly group: string | undefined;
}

/** By definition in the order of the tree, first of all periods, then of each group. */
export function periodStatistics<Durations extends { add(durationNs: number): void }>(
  all: ByDefinition<Durations>,
  { definitions, selection, grouped }: Answered,
): readonly PeriodStatistics<Durations>[] {
  const ofAll = definitions.flatMap((definition): readonly PeriodStatistics<Durations>[] => {
    const durations = isSelected(selection, definition) ? all.at(definition) : undefined;
    return durations === undefined ? [] : [{ group: undefined, definition, durations }];
  });
  const ofGroups = grouped === undefined ? [] : groupDurations(grouped, all.make);
  return inOrder([...ofAll, ...ofGroups], ({ definition }) => definition.path);
}

/** By parent and child, first of all periods, then of each group. */
export function parentStatistics<M extends Measure<M>>(
  { durations, parents }: Summary<M>,
  { selection, grouped }: Answered,
): readonly ParentStatistics<M>[] {
  const ofAll = parents
    .measures()
    .filter(({ parent, child }) => isAggregated(selection, parent) && isSelected(selection, child))
    .map((measures) => ({ group: undefined, ...measures }));
  const ofGroups = grouped === undefined ? [] : groupParents(grouped, durations.make);
  return inOrder([...ofAll, ...ofGroups], ({ parent, child }) => `${parent.path} ${child.path}`);
}

/** Those of all periods before those of groups, and these by group. */
function inOrder<S extends { readonly group: string | undefined }>(
  statistics: readonly S[],
  path: (one: S) => string,
): readonly S[] {
  const key = (one: S) => [one.group === undefined ? '' : `1${one.group}`, path(one)];
  return [...statistics].sort((a, b) => {
    const [groupA = '', pathA = ''] = key(a);
    const [groupB = '', pathB = ''] = key(b);
    return compare(groupA, groupB) || compare(pathA, pathB);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
