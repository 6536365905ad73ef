/** Which of the periods are answered about: their length, their names, and the groups that captured values make. */
import type { Captured, PeriodDefinition, PeriodLog } from '../../../analysis/periods/index.ts';

export interface SelectionOptions {
  readonly minDurationNs: number;
  readonly maxDurationNs: number;
  /** Names of periods; all when undefined. */
  readonly select: ReadonlySet<string> | undefined;
  /** The parents that statistics are about; all when undefined. */
  readonly aggregateBy: string | undefined;
  readonly groupBy: readonly GroupField[];
}

/** A captured value that groups are made by. */
export interface GroupField {
  readonly definition: PeriodDefinition;
  readonly capture: string;
}

/** What is answered about. */
export interface Answered {
  readonly definitions: readonly PeriodDefinition[];
  readonly selection: SelectionOptions;
  /** Where there are groups. */
  readonly grouped: ChosenPeriods | undefined;
}

/** Whether periods of a definition are answered about. */
export function isSelected({ select }: SelectionOptions, { name }: PeriodDefinition): boolean {
  return select === undefined || select.has(name);
}

/** Whether what lies in periods of a definition is summed up. */
export function isAggregated({ aggregateBy }: SelectionOptions, { name }: PeriodDefinition): boolean {
  return aggregateBy === undefined || aggregateBy === name;
}

/** The periods of a log that are answered about. */
export class ChosenPeriods {
  readonly log: PeriodLog;
  readonly options: SelectionOptions;
  /** Complete ones of a wanted length. */
  readonly #isOfLength: Uint8Array;
  /** Those of them whose parents are of a wanted length as well, up to the top. */
  readonly #isInTree: Uint8Array;

  constructor(log: PeriodLog, options: SelectionOptions) {
    this.log = log;
    this.options = options;
    this.#isOfLength = new Uint8Array(log.count);
    this.#isInTree = new Uint8Array(log.count);
    for (let row = 0; row < log.count; row++) {
      const durationNs = log.durationNs(row);
      if (!(durationNs >= options.minDurationNs && durationNs <= options.maxDurationNs)) continue;
      this.#isOfLength[row] = 1;
      const parent = log.parentOf(row);
      this.#isInTree[row] = parent < 0 ? 1 : (this.#isInTree[parent] as number);
    }
  }

  /** Rows of the log, in the order in which they began. */
  *rows(): Generator<number> {
    for (let row = 0; row < this.log.count; row++) if (this.#isOfLength[row] === 1) yield row;
  }

  *rowsInTree(): Generator<number> {
    for (let row = 0; row < this.log.count; row++) if (this.#isInTree[row] === 1) yield row;
  }

  isSelected(definition: PeriodDefinition): boolean {
    return isSelected(this.options, definition);
  }

  isAggregated(definition: PeriodDefinition): boolean {
    return isAggregated(this.options, definition);
  }
}

/** `name = value, …` of what was captured at the beginning and at the end; undefined where nothing was. */
export function captureTexts(
  definition: PeriodDefinition,
  captured: Captured,
): { readonly begin: string | undefined; readonly end: string | undefined } {
  const { beginCaptures, endCaptures } = definition;
  const text = (captures: readonly { readonly name: string }[], from: number) =>
    captures.length === 0
      ? undefined
      : captures.map(({ name }, index) => `${name} = ${valueText(captured[from + index])}`).join(', ');
  return { begin: text(beginCaptures, 0), end: text(endCaptures, beginCaptures.length) };
}

/** A field that the event did not have is a question mark. */
function valueText(value: Captured[number]): string {
  return value === undefined ? '?' : String(value);
}

/** The values of one group, by field; undefined where none is captured yet. */
type Values = readonly (string | undefined)[];

/**
 * The groups that periods belong to: of each way from the top through a period to the bottom, the captured values on it. A way that
 * lacks one of the values makes no group, and ways with the same values make one.
 *
 *   request {id = 7} ─┬─ io {fd = 3}     request is in (7, 3) and (7, 4), each io in its own
 *                     └─ io {fd = 4}
 */
export function groupsByRow(chosen: ChosenPeriods): ReadonlyMap<number, readonly string[]> {
  const { log, options } = chosen;
  const { groupBy } = options;
  const groups = new Map<number, readonly string[]>();
  if (groupBy.length === 0) return groups;
  const below = waysBelow(chosen);
  const above = new Map<number, Values>();
  for (const row of chosen.rowsInTree()) {
    const parent = log.parentOf(row);
    const ofParents = parent < 0 ? empty(groupBy) : (above.get(parent) as Values);
    above.set(row, united(ofParents, ownValues(log, row, groupBy)));
    const names = new Set<string>();
    for (const way of below.get(row)?.values() ?? []) {
      const values = united(ofParents, way);
      if (!values.includes(undefined)) names.add(groupName(groupBy, values));
    }
    groups.set(row, [...names]);
  }
  return groups;
}

function groupName(groupBy: readonly GroupField[], values: Values): string {
  const parts = groupBy.map(
    ({ definition, capture }, index) => `${definition.name}.${capture} = ${values[index]}`,
  );
  return parts.sort().join(', ');
}

/** Of each period the values on the ways from it down, its own included; children stand after their parents. */
function waysBelow(chosen: ChosenPeriods): ReadonlyMap<number, ReadonlyMap<string, Values>> {
  const { log, options } = chosen;
  const ofChildren = new Map<number, Map<string, Values>>();
  const ways = new Map<number, ReadonlyMap<string, Values>>();
  for (const row of [...chosen.rowsInTree()].reverse()) {
    const own = ownValues(log, row, options.groupBy);
    const children = ofChildren.get(row);
    const all = children === undefined ? [own] : [...children.values()].map((way) => united(way, own));
    const distinct = new Map(all.map((way) => [JSON.stringify(way), way]));
    ways.set(row, distinct);
    const parent = log.parentOf(row);
    if (parent < 0) continue;
    const known = ofChildren.get(parent) ?? new Map<string, Values>();
    for (const [key, way] of distinct) known.set(key, way);
    ofChildren.set(parent, known);
  }
  return ways;
}

function ownValues(log: PeriodLog, row: number, groupBy: readonly GroupField[]): Values {
  const own = log.definitionOf(row);
  const captures = [...own.beginCaptures, ...own.endCaptures];
  return groupBy.map(({ definition, capture }) => {
    if (definition !== own) return undefined;
    const index = captures.findIndex(({ name }) => name === capture);
    return index < 0 ? undefined : valueText(log.captured(row)[index]);
  });
}

function united(first: Values, second: Values): Values {
  return first.map((value, index) => value ?? second[index]);
}

function empty(groupBy: readonly GroupField[]): Values {
  return groupBy.map(() => undefined);
}
