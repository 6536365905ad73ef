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
import type { Scalar } from '../../events/filter/compile.ts';
import type { EventClass } from '../../events/reader.ts';
import type { RecordView } from '../define.ts';
import { type Key, PeriodCompiler, type Rule, type Values } from './compile.ts';
import type { PeriodDefinition } from './definition.ts';
import { PeriodLog } from './log.ts';

/** An open period. */
interface Open {
  /** Its row in the log. */
  readonly row: number;
  readonly definition: PeriodDefinition;
  readonly parent: Open | undefined;
  readonly values: Values;
  readonly children: Set<Open>;
}

const noValues: Values = [];

/** The open periods of one definition, and those by a value that later records compare with. */
class OpenPeriods {
  readonly all = new Set<Open>();
  readonly #byKey: ReadonlyMap<number, Map<Scalar, Set<Open>>>;

  constructor(keys: ReadonlySet<number>) {
    this.#byKey = new Map([...keys].map((key) => [key, new Map<Scalar, Set<Open>>()]));
  }

  add(period: Open): void {
    this.all.add(period);
    for (const [key, byValue] of this.#byKey) {
      const value = keyValue(period.values[key]);
      if (value === undefined) continue;
      const known = byValue.get(value);
      if (known === undefined) byValue.set(value, new Set([period]));
      else known.add(period);
    }
  }

  remove(period: Open): void {
    this.all.delete(period);
    for (const [key, byValue] of this.#byKey) {
      const value = keyValue(period.values[key]);
      if (value === undefined) continue;
      const known = byValue.get(value);
      known?.delete(period);
      if (known?.size === 0) byValue.delete(value);
    }
  }

  /** All whose kept value equals; none where the record has none. */
  withKey(key: number, value: Scalar | undefined): ReadonlySet<Open> | undefined {
    const wanted = keyValue(value);
    return wanted === undefined ? undefined : this.#byKey.get(key)?.get(wanted);
  }
}

/** Equal values have equal keys, whether they were recorded with 32 bits or 64. */
function keyValue(value: Scalar | undefined): Scalar | undefined {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export class PeriodEngine {
  readonly log: PeriodLog;
  readonly #compiler: PeriodCompiler;
  /** By definition. */
  readonly #open: readonly OpenPeriods[];
  /** By class index. */
  readonly #rules: (ClassRules | undefined)[] = [];

  constructor(definitions: readonly PeriodDefinition[], originNs: bigint) {
    this.#compiler = new PeriodCompiler(definitions, originNs);
    this.#open = definitions.map((definition) => new OpenPeriods(this.#compiler.keysOf(definition)));
    this.log = new PeriodLog(definitions);
  }

  /** Periods that have begun and not ended. */
  get openCount(): number {
    return this.#open.reduce((count, { all }) => count + all.size, 0);
  }

  /** Records without a time are in no period. */
  record(event: RecordView, row: number): void {
    const timeNs = event.timeNs[row] as number;
    if (Number.isNaN(timeNs)) return;
    const { ends, begins } = this.#rulesOf(event.eventClass);
    for (const rule of ends) this.#end(rule, event, row, timeNs);
    for (const rule of begins) this.#begin(rule, event, row, timeNs);
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
    const { end, endKey, endCaptures, definition } = rule;
    const candidates = candidatesIn(this.#open[definition.index] as OpenPeriods, endKey, event, row);
    if (candidates === undefined || candidates.size === 0) return;
    for (const period of [...candidates]) {
      const ofParent = period.parent?.values ?? noValues;
      if (end?.(event, row, period.values, ofParent) !== true) continue;
      const values = endCaptures.map((read) => read(event, row, period.values, ofParent));
      this.#drop(period.children);
      this.#close(period);
      this.log.end(period.row, timeNs, values);
    }
  }

  /** Children that are still open when their parent ends. Recursion ends with the depth of the definitions. */
  #drop(children: ReadonlySet<Open>): void {
    for (const child of [...children]) {
      this.#drop(child.children);
      this.#close(child);
      this.log.drop(child.row);
    }
  }

  #close(period: Open): void {
    period.parent?.children.delete(period);
    (this.#open[period.definition.index] as OpenPeriods).remove(period);
  }

  #begin(rule: Rule, event: RecordView, row: number, timeNs: number): void {
    const { definition, begin, beginKey } = rule;
    if (definition.parent === undefined) {
      if (begin?.(event, row, noValues, noValues) === true)
        this.#openOne(rule, undefined, event, row, timeNs);
      return;
    }
    const parents = candidatesIn(this.#open[definition.parent.index] as OpenPeriods, beginKey, event, row);
    if (parents === undefined) return;
    for (const parent of parents) {
      if (begin?.(event, row, noValues, parent.values) === true)
        this.#openOne(rule, parent, event, row, timeNs);
    }
  }

  #openOne(
    { definition, kept, beginCaptures }: Rule,
    parent: Open | undefined,
    event: RecordView,
    row: number,
    timeNs: number,
  ): void {
    const ofParent = parent?.values ?? noValues;
    const values = kept.map((read) => read(event, row, noValues, ofParent));
    const captured = beginCaptures.map((read) => read(event, row, noValues, ofParent));
    const logRow = this.log.begin(definition, parent?.row ?? -1, timeNs, captured);
    const period: Open = { row: logRow, definition, parent, values, children: new Set() };
    parent?.children.add(period);
    (this.#open[definition.index] as OpenPeriods).add(period);
  }
}

interface ClassRules {
  /** Children before their parents. */
  readonly ends: readonly Rule[];
  /** Parents before their children. */
  readonly begins: readonly Rule[];
}

function candidatesIn(
  open: OpenPeriods,
  key: Key | undefined,
  event: RecordView,
  row: number,
): ReadonlySet<Open> | undefined {
  if (key === undefined) return open.all;
  return open.withKey(key.kept, key.read(event, row, noValues, noValues));
}
