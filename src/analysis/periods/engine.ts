/**
 * Follows periods through the records of a trace.
 *
 *   request   ├──────────────────────────────────┤
 *   io(request)    ├────────┤   ├────────┤    ├──┤ ended with its parent: not complete, not counted
 *                  begin    end
 *
 * With each record, first periods end, children before their parents, then periods begin, parents before their children: a record may
 * end one period and begin the next, and a child may begin with its parent. Any number of periods of one definition may be open.
 */
import { openPeriodCountMax } from '../../bytes/limits.ts';
import type { EventClass } from '../../events/reader.ts';
import type { RecordView } from '../define.ts';
import { type Key, PeriodCompiler, type Rule, type Values } from './compile.ts';
import type { PeriodDefinition } from './definition.ts';
import { type Captured, type OpenPeriod, OpenPeriods } from './open-periods.ts';

/** Who keeps what of periods: the engine itself knows the open ones alone. */
export interface PeriodListener {
  /** It is complete; its children have ended or were dropped before. @param captured at both ends */
  ended(period: OpenPeriod, endNs: number, captured: Captured): void;
  /** Nothing is known of its length: it ended with its parent, or was given up. */
  dropped(period: OpenPeriod): void;
}

const noValues: Values = [];

export class PeriodEngine {
  readonly #listener: PeriodListener;
  readonly #compiler: PeriodCompiler;
  /** By definition. */
  readonly #open: readonly OpenPeriods[];
  /** By class index. */
  readonly #rules: (ClassRules | undefined)[] = [];
  readonly #hasChildren: readonly boolean[];
  readonly #openCountMax: number;
  #beginCount = 0;
  /** Periods that were given up, since too many others had begun after them. */
  givenUpCount = 0;

  /** @param openCountMax of one definition: beyond it the one that began first is given up */
  constructor(
    definitions: readonly PeriodDefinition[],
    originNs: bigint,
    listener: PeriodListener,
    openCountMax = openPeriodCountMax,
  ) {
    this.#listener = listener;
    this.#compiler = new PeriodCompiler(definitions, originNs);
    this.#open = definitions.map((definition) => new OpenPeriods(this.#compiler.keysOf(definition)));
    this.#hasChildren = definitions.map((definition) =>
      definitions.some(({ parent }) => parent === definition),
    );
    this.#openCountMax = openCountMax;
  }

  /** Periods that have begun and not ended. */
  get openCount(): number {
    return this.#open.reduce((sum, { count }) => sum + count, 0);
  }

  /** Records without a time are in no period. */
  record(event: RecordView, row: number): void {
    const timeNs = event.timeNs[row] as number;
    if (Number.isNaN(timeNs)) return;
    const { ends, begins } = this.#rulesOf(event.eventClass);
    for (let index = 0; index < ends.length; index++) this.#end(ends[index] as Rule, event, row, timeNs);
    for (let index = 0; index < begins.length; index++)
      this.#begin(begins[index] as Rule, event, row, timeNs);
  }

  #rulesOf(eventClass: EventClass): ClassRules {
    let rules = this.#rules[eventClass.index];
    if (rules === undefined) {
      const all = this.#compiler.rulesOf(eventClass);
      rules = {
        ends: all
          .filter(({ end }) => end !== undefined)
          .sort((a, b) => b.definition.depth - a.definition.depth),
        begins: all.filter(({ begin }) => begin !== undefined),
      };
      this.#rules[eventClass.index] = rules;
    }
    return rules;
  }

  #end(rule: Rule, event: RecordView, row: number, timeNs: number): void {
    const candidates = candidatesIn(this.#openOf(rule.definition), rule.endKey, event, row);
    for (let index = 0; index < candidates.length; index++)
      this.#endOne(rule, candidates[index] as OpenPeriod, event, row, timeNs);
  }

  #endOne(
    { end, endCaptures }: Rule,
    period: OpenPeriod,
    event: RecordView,
    row: number,
    timeNs: number,
  ): void {
    const ofParent = period.parent?.values ?? noValues;
    if (end?.(event, row, period.values, ofParent) !== true) return;
    const { captured } = period;
    const atEnd =
      endCaptures.length === 0
        ? noValues
        : endCaptures.map((read) => read(event, row, period.values, ofParent));
    if (period.children !== undefined) this.#drop(period.children);
    this.#close(period);
    this.#listener.ended(period, timeNs, atEnd.length === 0 ? captured : [...captured, ...atEnd]);
  }

  /** Children that are still open when their parent ends. Recursion ends with the depth of the definitions. */
  #drop(children: ReadonlySet<OpenPeriod>): void {
    for (const child of [...children]) this.#dropOne(child);
  }

  #dropOne(period: OpenPeriod): void {
    if (period.children !== undefined) this.#drop(period.children);
    this.#close(period);
    this.#listener.dropped(period);
  }

  #close(period: OpenPeriod): void {
    period.parent?.children?.delete(period);
    this.#openOf(period.definition).remove(period);
  }

  #begin(rule: Rule, event: RecordView, row: number, timeNs: number): void {
    const { definition, begin, beginKey } = rule;
    if (definition.parent === undefined) {
      if (begin?.(event, row, noValues, noValues) === true)
        this.#openOne(rule, undefined, event, row, timeNs);
      return;
    }
    for (const parent of candidatesIn(this.#openOf(definition.parent), beginKey, event, row)) {
      if (begin?.(event, row, noValues, parent.values) === true)
        this.#openOne(rule, parent, event, row, timeNs);
    }
  }

  #openOne(
    { definition, kept, beginCaptures }: Rule,
    parent: OpenPeriod | undefined,
    event: RecordView,
    row: number,
    beginNs: number,
  ): void {
    const ofParent = parent?.values ?? noValues;
    const open = this.#openOf(definition);
    if (open.count >= this.#openCountMax) this.#giveUp(open.oldest as OpenPeriod);
    const period: OpenPeriod = {
      number: this.#beginCount++,
      definition,
      parent,
      beginNs,
      values: kept.length === 0 ? noValues : kept.map((read) => read(event, row, noValues, ofParent)),
      captured:
        beginCaptures.length === 0
          ? noValues
          : beginCaptures.map((read) => read(event, row, noValues, ofParent)),
      children: this.#hasChildren[definition.index] ? new Set() : undefined,
      earlier: undefined,
      later: undefined,
    };
    parent?.children?.add(period);
    open.add(period);
  }

  #giveUp(period: OpenPeriod): void {
    this.givenUpCount++;
    this.#dropOne(period);
  }

  #openOf({ index }: PeriodDefinition): OpenPeriods {
    return this.#open[index] as OpenPeriods;
  }
}

interface ClassRules {
  /** Children before their parents. */
  readonly ends: readonly Rule[];
  /** Parents before their children. */
  readonly begins: readonly Rule[];
}

/** Those that a record may end, or be the parents of what it begins; those that began first come first. */
function candidatesIn(
  open: OpenPeriods,
  key: Key | undefined,
  event: RecordView,
  row: number,
): readonly OpenPeriod[] {
  return key === undefined ? open.all() : open.withKey(key.kept, key.read(event, row, noValues, noValues));
}
