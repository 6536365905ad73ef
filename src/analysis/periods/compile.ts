/**
 * From the definitions of periods to what is done with the records of one class: which definitions they may begin or end, which of
 * their fields are read, and which values are kept with a period for those that come later.
 *
 * What is certain of a class (its name, that it lacks a field) is decided here, so that most classes are not read at all.
 */

import { type Constant, compareScalars } from '../../events/filter/column-test.ts';
import { compileFilter, type Scalar, type ScalarReader, scalarReader } from '../../events/filter/compile.ts';
import type { Comparator, EventField, FilterExpression, Operand } from '../../events/filter/expression.ts';
import { fieldsOf, locateOperand, readsPackets } from '../../events/filter/locate.ts';
import { visitOperands } from '../../events/filter/visit.ts';
import type { EventClass } from '../../events/reader.ts';
import type { RecordNeeds, RecordView } from '../define.ts';
import type { Capture, PeriodDefinition } from './definition.ts';

/** Values of one event, kept for later. */
export type Values = readonly (Scalar | undefined)[];

/** @param begin kept of the event that began the period, `parent` of the one that began its parent */
export type Match = (event: RecordView, row: number, begin: Values, parent: Values) => boolean;
/** The thread and process of a record, recorded with it or followed by the model. */
type ThreadBase = 'tid' | 'pid';

export type Reader = (event: RecordView, row: number, begin: Values, parent: Values) => Scalar | undefined;

/** A comparison that must hold, of a field of the record with a kept value: it finds the periods that may match. */
export interface Key {
  readonly read: Reader;
  /** Index of the kept value. */
  readonly kept: number;
  /** It need not be made for periods that were found by it. */
  readonly comparison: FilterExpression;
}

/** What a class's records mean to one definition. */
export interface Rule {
  readonly definition: PeriodDefinition;
  /** Undefined when none of them does. */
  readonly begin: Match | undefined;
  readonly end: Match | undefined;
  /** Of the parent's kept values. */
  readonly beginKey: Key | undefined;
  readonly endKey: Key | undefined;
  /** Values to keep when one begins. */
  readonly kept: readonly Reader[];
  readonly beginCaptures: readonly Reader[];
  readonly endCaptures: readonly Reader[];
}

/** Definitions with what must be kept of each for expressions that name it. */
export class PeriodCompiler {
  readonly definitions: readonly PeriodDefinition[];
  readonly #originNs: bigint;
  /** By definition the fields that are kept, of the event itself. */
  readonly #kept: readonly (readonly EventField[])[];

  constructor(definitions: readonly PeriodDefinition[], originNs: bigint) {
    this.definitions = definitions;
    this.#originNs = originNs;
    this.#kept = definitions.map((definition) => keptFields(definition, definitions));
  }

  /** The kept values of a definition under which open periods are found. */
  keysOf({ index, end }: PeriodDefinition): ReadonlySet<number> {
    const kept = this.#kept[index] as readonly EventField[];
    const keys = new Set<number>();
    const add = (expression: FilterExpression, of: 'begin' | 'parent'): void => {
      const found = keyOf(expression, of);
      if (found !== undefined) keys.add(indexIn(kept, found.kept));
    };
    add(end, 'begin');
    for (const child of this.definitions) if (child.parent?.index === index) add(beginOf(child), 'parent');
    return keys;
  }

  /** Undefined when the class's records begin and end nothing. */
  needsOf(eventClass: EventClass): RecordNeeds | undefined {
    const rules = this.rulesOf(eventClass);
    if (rules.length === 0) return undefined;
    const read = allOf(rules.flatMap((rule) => this.#fieldsRead(rule)));
    return { fields: fieldsOf(read, eventClass), packets: readsPackets(read, eventClass) };
  }

  /** In the order of the definitions. */
  rulesOf(eventClass: EventClass): readonly Rule[] {
    return this.definitions.flatMap((definition) => {
      const kept = this.#kept[definition.index] as readonly EventField[];
      const ofParent = definition.parent === undefined ? [] : (this.#kept[definition.parent.index] ?? []);
      const scope: ClassScope = { eventClass, originNs: this.#originNs, begin: kept, parent: ofParent };
      const beginExpression = beginOf(definition);
      const beginKey = keyIn(beginExpression, 'parent', ofParent, scope);
      const endKey = keyIn(definition.end, 'begin', kept, scope);
      const begin = compileMatch(beginExpression, scope, beginKey?.comparison);
      const end = compileMatch(definition.end, scope, endKey?.comparison);
      if (begin === undefined && end === undefined) return [];
      const reader = (field: EventField) => readerOf(field, scope);
      return [
        {
          definition,
          begin,
          end,
          beginKey,
          endKey,
          kept: kept.map(reader),
          beginCaptures: definition.beginCaptures.map((capture) => reader(atBegin(capture.field))),
          endCaptures: definition.endCaptures.map((capture) => reader(capture.field)),
        },
      ];
    });
  }

  #fieldsRead({ definition, begin, end }: Rule): readonly EventField[] {
    const fields: EventField[] = [];
    if (begin !== undefined) {
      fields.push(...fieldsIn(beginOf(definition)), ...(this.#kept[definition.index] ?? []));
      fields.push(...fieldsOfCaptures(definition.beginCaptures).map(atBegin));
    }
    if (end !== undefined)
      fields.push(...fieldsIn(definition.end), ...fieldsOfCaptures(definition.endCaptures));
    return fields.filter((field) => field.of === undefined);
  }
}

interface ClassScope {
  readonly eventClass: EventClass;
  readonly originNs: bigint;
  /** What is kept of the period itself, and of its parent. */
  readonly begin: readonly EventField[];
  readonly parent: readonly EventField[];
}

/** When a period begins, the event that begins it is the one at hand. */
function beginOf({ begin }: PeriodDefinition): FilterExpression {
  return mapFields(begin, atBegin);
}

function atBegin(field: EventField): EventField {
  return field.of === 'begin' ? ofEvent(field) : field;
}

function ofEvent(field: EventField): EventField {
  return field.kind === 'base'
    ? { kind: 'base', base: field.base }
    : { kind: 'field', scope: field.scope, path: field.path };
}

/** Depth is bounded by the parser. */
function mapFields(
  expression: FilterExpression,
  change: (field: EventField) => EventField,
): FilterExpression {
  const operand = (side: Operand): Operand => (isField(side) ? change(side) : side);
  switch (expression.kind) {
    case 'compare':
      return { ...expression, left: operand(expression.left), right: operand(expression.right) };
    case 'not':
      return { kind: 'not', term: mapFields(expression.term, change) };
    default:
      return { kind: expression.kind, terms: expression.terms.map((term) => mapFields(term, change)) };
  }
}

function isField(operand: Operand): operand is EventField {
  return operand.kind === 'field' || operand.kind === 'base';
}

function fieldsIn(expression: FilterExpression): readonly EventField[] {
  const fields: EventField[] = [];
  visitOperands(expression, (operand) => {
    if (isField(operand)) fields.push(operand);
  });
  return fields;
}

function fieldsOfCaptures(captures: readonly Capture[]): readonly EventField[] {
  return captures.map(({ field }) => field);
}

/** What later events compare with: named with `$begin.` where a period ends, and with `$parent.` by its children. */
function keptFields(
  definition: PeriodDefinition,
  definitions: readonly PeriodDefinition[],
): readonly EventField[] {
  const named = [...fieldsIn(definition.end), ...fieldsOfCaptures(definition.endCaptures)].filter(
    ({ of }) => of === 'begin',
  );
  for (const child of definitions) {
    if (child.parent !== definition) continue;
    const fields = [...fieldsIn(child.begin), ...fieldsIn(child.end)];
    fields.push(...fieldsOfCaptures(child.beginCaptures), ...fieldsOfCaptures(child.endCaptures));
    named.push(...fields.filter(({ of }) => of === 'parent'));
  }
  const kept: EventField[] = [];
  for (const field of named.map(ofEvent)) if (indexIn(kept, field) < 0) kept.push(field);
  return kept;
}

function indexIn(kept: readonly EventField[], field: EventField): number {
  const wanted = JSON.stringify(ofEvent(field));
  return kept.findIndex((candidate) => JSON.stringify(candidate) === wanted);
}

/** An expression that names these fields. */
function allOf(fields: readonly EventField[]): FilterExpression {
  const zero: Operand = { kind: 'integer', value: 0n };
  const terms = fields.map(
    (left): FilterExpression => ({ kind: 'compare', comparator: '==', left, right: zero }),
  );
  return { kind: 'all', terms };
}

/** Undefined when no record of the class matches. @param found a comparison that holds for those that are asked about */
function compileMatch(
  expression: FilterExpression,
  scope: ClassScope,
  found: FilterExpression | undefined,
): Match | undefined {
  const whole = compileNode(expression, scope);
  if (whole === false) return undefined;
  const compiled = found === undefined ? whole : compileNode(without(expression, found), scope);
  return typeof compiled === 'boolean' ? () => compiled : compiled;
}

function without(expression: FilterExpression, term: FilterExpression): FilterExpression {
  if (expression === term) return { kind: 'all', terms: [] };
  return expression.kind === 'all'
    ? { kind: 'all', terms: expression.terms.filter((other) => other !== term) }
    : expression;
}

/** Depth is bounded by the parser. */
function compileNode(node: FilterExpression, scope: ClassScope): boolean | Match {
  switch (node.kind) {
    case 'all':
    case 'any':
      return joined(node.terms, node.kind === 'any', scope);
    case 'not': {
      const term = compileNode(node.term, scope);
      if (typeof term === 'boolean') return !term;
      return (event, row, begin, parent) => !term(event, row, begin, parent);
    }
    case 'compare':
      return compileComparison(node, scope);
  }
}

/** Terms of which one that is `deciding` decides. */
function joined(nodes: readonly FilterExpression[], deciding: boolean, scope: ClassScope): boolean | Match {
  const terms: Match[] = [];
  for (const node of nodes) {
    const term = compileNode(node, scope);
    if (term === deciding) return deciding;
    if (typeof term !== 'boolean') terms.push(term);
  }
  if (terms.length === 0) return !deciding;
  if (terms.length === 1) return terms[0] as Match;
  return (event, row, begin, parent) => {
    for (const term of terms) if (term(event, row, begin, parent) === deciding) return deciding;
    return !deciding;
  };
}

type Comparison = Extract<FilterExpression, { kind: 'compare' }>;

function compileComparison(node: Comparison, scope: ClassScope): boolean | Match {
  const { left, right, comparator } = node;
  if (isNameWithText(left, right))
    return compareScalars(scope.eventClass.name, comparator, right as Constant);
  const isOfOther = [left, right].some((side) => isField(side) && side.of !== undefined);
  const isFollowed = [left, right].some((side) => isField(side) && followedBase(side, scope) !== undefined);
  if (!isOfOther && !isFollowed) {
    const test = compileFilter(node, scope.eventClass, { originNs: scope.originNs });
    if (test === 'always false') return false;
    return (event, row) => test(event.batch, row, event.packets, event.packetRow);
  }
  // A field of this event that no record of the class has makes it false, whatever the other side is.
  if ([left, right].some((side) => isField(side) && isMissing(side, scope))) return false;
  return compareValues(valueOf(left, scope), comparator, valueOf(right, scope), right);
}

function isNameWithText(left: Operand, right: Operand): boolean {
  return left.kind === 'base' && left.base === 'name' && left.of === undefined && right.kind === 'text';
}

function isMissing(field: EventField, { eventClass, originNs }: ClassScope): boolean {
  if (field.of !== undefined || followedBase(field, { eventClass, originNs }) !== undefined) return false;
  return locateOperand(field, eventClass, { originNs }).kind === 'missing';
}

/** Which of both a field means that no record of the class has itself. */
function followedBase(
  field: EventField,
  { eventClass, originNs }: Pick<ClassScope, 'eventClass' | 'originNs'>,
): ThreadBase | undefined {
  if (field.of !== undefined || field.kind !== 'base') return undefined;
  if (field.base !== 'tid' && field.base !== 'pid') return undefined;
  return locateOperand(field, eventClass, { originNs }).kind === 'missing' ? field.base : undefined;
}

/** Whether a definition or capture names the thread or process of any event. */
export function namesThreads(definitions: readonly PeriodDefinition[]): boolean {
  return definitions.some(({ begin, end, beginCaptures, endCaptures }) =>
    [...fieldsIn(begin), ...fieldsIn(end), ...fieldsOfCaptures([...beginCaptures, ...endCaptures])].some(
      (field) => field.kind === 'base' && (field.base === 'tid' || field.base === 'pid'),
    ),
  );
}

function valueOf(operand: Operand, scope: ClassScope): Reader {
  if (isField(operand)) return readerOf(operand, scope);
  const { value } = operand;
  return () => value;
}

function compareValues(left: Reader, comparator: Comparator, right: Reader, written: Operand): Match {
  const pattern = written.kind === 'text' ? written.pattern : undefined;
  return (event, row, begin, parent) => {
    const a = left(event, row, begin, parent);
    const b = right(event, row, begin, parent);
    if (a === undefined || b === undefined) return false;
    const constant: Constant =
      typeof b === 'string'
        ? { kind: 'text', value: b, pattern: pattern ?? b }
        : { kind: 'number', value: b };
    return compareScalars(a, comparator, constant);
  };
}

function readerOf(field: EventField, { eventClass, originNs, begin, parent }: ClassScope): Reader {
  if (field.of === 'begin') {
    const index = indexIn(begin, field);
    return (_event, _row, values) => values[index];
  }
  if (field.of === 'parent') {
    const index = indexIn(parent, field);
    return (_event, _row, _values, ofParent) => ofParent[index];
  }
  const followed = followedBase(field, { eventClass, originNs });
  if (followed !== undefined) {
    return (event, row) => {
      const id = event[followed][row] as number;
      return id < 0 ? undefined : id;
    };
  }
  const place = locateOperand(field, eventClass, { originNs });
  if (place.kind === 'missing') return () => undefined;
  const read: ScalarReader = scalarReader(place, { originNs });
  return (event, row) => read(event.batch, row, event.packets, event.packetRow);
}

/** The first comparison for equality, among those that must all hold, of the record with what is kept. */
function keyOf(
  expression: FilterExpression,
  of: 'begin' | 'parent',
): { readonly own: EventField; readonly kept: EventField; readonly comparison: Comparison } | undefined {
  const terms = expression.kind === 'all' ? expression.terms : [expression];
  for (const term of terms) {
    if (term.kind !== 'compare' || term.comparator !== '==') continue;
    for (const [own, kept] of [
      [term.left, term.right],
      [term.right, term.left],
    ] as const) {
      if (isField(own) && isField(kept) && own.of === undefined && kept.of === of)
        return { own, kept, comparison: term };
    }
  }
  return undefined;
}

function keyIn(
  expression: FilterExpression,
  of: 'begin' | 'parent',
  kept: readonly EventField[],
  scope: ClassScope,
): Key | undefined {
  const found = keyOf(expression, of);
  if (found === undefined) return undefined;
  const { own, comparison } = found;
  return { read: readerOf(own, scope), kept: indexIn(kept, found.kept), comparison };
}
