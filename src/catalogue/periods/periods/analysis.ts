/** Spans of time that the question itself defines: from one event to another, by any of their fields. */
import {
  type BeginContext,
  choice,
  count,
  defineAnalysis,
  duration,
  type EndContext,
  OptionError,
  type OptionValues,
  text,
  texts,
} from '../../../analysis/index.ts';
import {
  namesThreads,
  PeriodCompiler,
  type PeriodDefinition,
  PeriodEngine,
  readPeriods,
  unknownNameIn,
} from '../../../analysis/periods/index.ts';
import type { HealthKind, Shape, ShapeDescription } from '../../../results/index.ts';
import { distributions, histograms } from './distributions.ts';
import { Kept } from './kept.ts';
import { type Answered, ChosenPeriods, type GroupField, type SelectionOptions } from './selection.ts';
import {
  describeAggregates,
  describeDurations,
  describeParents,
  describePerParent,
  describeStatistics,
  heatmapDescription,
  logDescription,
  topDescription,
} from './shapes.ts';
import { aggregateTable, logTable, parentsTable, statisticsTable, topTable } from './tables.ts';

const options = {
  period: {
    ...texts(
      'NAME[(PARENT)] : BEGIN : END',
      'What a period is: expressions for the events that begin and end it.',
    ),
    isNeeded: true,
  },
  'period-captures': texts(
    'NAME : FIELDS : FIELDS',
    'Fields of the events that begin and end it whose values are kept.',
  ),
  'min-duration': duration('Only periods that took at least this long, such as 10ms.'),
  'max-duration': duration('Only periods that took at most this long.'),
  'aggregate-by': text('NAME', 'Only parents of this name, where periods are summed up for each parent.'),
  select: text('NAMES', 'Only periods of these names: a,b.'),
  'group-by': text('NAME.FIELD,…', 'A row for each set of captured values as well.'),
  'order-by': choice(
    ['time', 'hierarchy'],
    'time',
    'The order of `log`: as they began, or each below its parent.',
  ),
  'freq-resolution': count(20, 'How many bins `freq` has.'),
  limit: count(10, 'How many periods `top` lists, 0 for all.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

interface State {
  readonly kept: Kept;
  readonly engine: PeriodEngine;
}

export const analysis = defineAnalysis({
  id: 'periods',
  family: 'periods',
  title: 'Periods',
  question: 'How long does it take from one event to another, however you define them, and what lies within?',
  needs: {},
  options,
  views: {
    table: { meaning: 'Count and durations of each period, and what each parent has of its children.' },
    top: { meaning: 'The longest periods.' },
    log: { meaning: 'Every period.' },
    dist: { meaning: 'How many took how long: a histogram of each.' },
    freq: {
      meaning:
        'The same in equal bins from the shortest to the longest, and how much of them each parent has.',
    },
    aggregate: { meaning: 'Each parent with the periods that lie in it.' },
    heatmap: { meaning: 'How long periods took, over time.' },
  },
  describe: (given: Options, view) => describe(given, view),
  begin({ options: given, originNs, views }: BeginContext<Options>): State {
    const definitions = definitionsOf(given);
    const kept = new Kept(definitions, selectionOf(given, definitions), views, given.limit);
    return { kept, engine: new PeriodEngine(definitions, originNs, kept) };
  },
  on: {},
  records: {
    // The origin is that of times in the expressions: which fields are read does not depend on it.
    of: (given: Options, eventClass) => new PeriodCompiler(definitionsOf(given), 0n).needsOf(eventClass),
    usesThreads: (given: Options) => namesThreads(definitionsOf(given)),
    on: (state, event, row) => state.engine.record(event, row),
  },
  end(state, context) {
    noteUnanswered(state, context);
    const { definitions, selection, log } = state.kept;
    const chosen = log && new ChosenPeriods(log, selection);
    const grouped = selection.groupBy.length > 0 ? chosen : undefined;
    const answered: Answered = { definitions, selection, grouped };
    return [...context.views].flatMap((view) => answers(state.kept, chosen, answered, context, view));
  },
});

/** Read once for each set of options, however often it is asked for. */
const read = new WeakMap<Options, readonly PeriodDefinition[]>();

function definitionsOf(given: Options): readonly PeriodDefinition[] {
  const known = read.get(given);
  if (known !== undefined) return known;
  const definitions = readPeriods(given.period, given['period-captures']);
  read.set(given, definitions);
  return definitions;
}

function hasParents(definitions: readonly PeriodDefinition[]): boolean {
  return definitions.some(({ parent }) => parent !== undefined);
}

function describe(given: Options, view: string): readonly ShapeDescription[] {
  const definitions = definitionsOf(given);
  const { groupBy, select, aggregateBy } = selectionOf(given, definitions);
  const isGrouped = groupBy.length > 0;
  switch (view) {
    case 'top':
      return [topDescription];
    case 'log':
      return [logDescription];
    case 'aggregate':
      return [describeAggregates(isGrouped)];
    case 'heatmap':
      return [heatmapDescription];
    case 'dist':
    case 'freq': {
      const chosen = definitions.filter(({ name }) => select === undefined || select.has(name));
      const parents = chosen.flatMap((child) =>
        ancestorsOf(child)
          .filter(({ name }) => aggregateBy === undefined || aggregateBy === name)
          .flatMap((parent) =>
            (['duration', 'count', 'share'] as const).map((of) => describePerParent(of, parent, child)),
          ),
      );
      const own = chosen.map((definition) => describeDurations(definition, view));
      return view === 'dist' ? own : [...own, ...parents];
    }
    default:
      return hasParents(definitions)
        ? [describeStatistics(isGrouped), describeParents(isGrouped)]
        : [describeStatistics(isGrouped)];
  }
}

function ancestorsOf({ parent }: PeriodDefinition): readonly PeriodDefinition[] {
  const ancestors: PeriodDefinition[] = [];
  for (let above = parent; above !== undefined; above = above.parent) ancestors.push(above);
  return ancestors;
}

/** @throws OptionError for names that are not defined */
function selectionOf(given: Options, definitions: readonly PeriodDefinition[]): SelectionOptions {
  const select = given.select === undefined ? undefined : namesIn('select', given.select, definitions);
  const aggregateBy =
    given['aggregate-by'] === undefined
      ? undefined
      : named('aggregate-by', given['aggregate-by'], definitions).name;
  return {
    minDurationNs: given['min-duration'] ?? 0,
    maxDurationNs: given['max-duration'] ?? Number.POSITIVE_INFINITY,
    select,
    aggregateBy,
    groupBy: given['group-by'] === undefined ? [] : groupFields(given['group-by'], definitions),
  };
}

function namesIn(
  option: string,
  list: string,
  definitions: readonly PeriodDefinition[],
): ReadonlySet<string> {
  return new Set(wordsIn(list).map((word) => named(option, word, definitions).name));
}

function wordsIn(list: string): readonly string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** A name, or its path. */
function named(option: string, word: string, definitions: readonly PeriodDefinition[]): PeriodDefinition {
  const name = word.trim().split('/').at(-1) as string;
  const found = definitions.find((definition) => definition.name === name);
  if (found !== undefined) return found;
  const known = definitions.map((definition) => definition.name).join(', ');
  throw new OptionError(
    option,
    `--${option}: no period is named "${name}"${known === '' ? '' : `; there is ${known}`}`,
  );
}

function groupFields(list: string, definitions: readonly PeriodDefinition[]): readonly GroupField[] {
  return wordsIn(list).map((word) => {
    const dot = word.lastIndexOf('.');
    const definition = named('group-by', dot < 0 ? word : word.slice(0, dot), definitions);
    const capture = word.slice(dot + 1);
    const captures = [...definition.beginCaptures, ...definition.endCaptures].map(({ name }) => name);
    if (dot >= 0 && captures.includes(capture)) return { definition, capture };
    throw new OptionError(
      'group-by',
      `--group-by: "${word}" is no captured field, such as ${definition.name}.${captures[0] ?? 'FIELD'}; --period-captures keeps them`,
    );
  });
}

function answers(
  kept: Kept,
  chosen: ChosenPeriods | undefined,
  answered: Answered,
  context: Context,
  view: string,
): readonly Shape[] {
  const { options: given, originNs, range } = context;
  switch (view) {
    case 'top':
      return kept.longest === undefined ? [] : [topTable(kept.longest, originNs)];
    case 'log':
      return chosen === undefined ? [] : [logTable(chosen, originNs, given['order-by'] === 'hierarchy')];
    case 'aggregate':
      return chosen === undefined ? [] : [aggregateTable(chosen, originNs)];
    case 'dist':
      return kept.histograms === undefined ? [] : histograms(kept.histograms, answered);
    case 'freq':
      return kept.lists === undefined
        ? []
        : distributions(kept.lists, answered, Math.max(1, given['freq-resolution']));
    case 'heatmap':
      return kept.heatmap === undefined ? [] : [kept.heatmap.build(heatmapDescription, originNs, range)];
    default: {
      if (kept.statistics === undefined) return [];
      const { durations } = kept.statistics;
      return hasParents(kept.definitions)
        ? [statisticsTable(durations, answered), parentsTable(kept.statistics, answered)]
        : [statisticsTable(durations, answered)];
    }
  }
}

const undefinedPeriods: HealthKind = {
  code: 'no-period-defined',
  severity: 'note',
  sentence: 'No period is defined',
  effect: 'there is nothing to answer',
  advice: `say what one is: --period 'NAME : $evt.$name == "a" : $evt.$name == "b" && $evt.f == $begin.$evt.f'`,
};

const neverBegun: HealthKind = {
  code: 'period-never-begun',
  severity: 'note',
  sentence: '{count} {period|periods} that no event of the trace can begin',
  effect: 'they are not in the answer',
  advice: 'compare the expression with what diatrace info and diatrace inspect --layouts list',
};

const stillOpen: HealthKind = {
  code: 'periods-open',
  severity: 'note',
  sentence: '{count} {period|periods} had begun and not ended when the trace ended',
  effect: 'they are not in the answer',
  advice: 'none is needed if they really were open',
};

const givenUp: HealthKind = {
  code: 'periods-given-up',
  severity: 'loss',
  sentence: '{count} {period|periods} that had not ended when very many others of the same name had begun',
  effect: 'they are not in the answer, nor is what lies in them',
  advice: 'let the end match the same period: compare a field with one of $begin',
};

function noteUnanswered({ kept: { definitions }, engine }: State, context: Context): void {
  const { classes, originNs, note } = context;
  if (definitions.length === 0) note(undefinedPeriods, '--period', 'no --period was given');
  const compiler = new PeriodCompiler(definitions, originNs);
  const begun = new Set(
    classes.flatMap((eventClass) =>
      compiler
        .rulesOf(eventClass)
        .flatMap(({ definition, begin }) => (begin === undefined ? [] : [definition])),
    ),
  );
  const never = definitions.filter((definition) => !begun.has(definition));
  const [first] = never;
  if (first !== undefined) {
    const names = never.map(({ name }) => name).join(', ');
    note(
      neverBegun,
      whyNeverBegun(first, new Set(classes.map(({ name }) => name))),
      `no event that the trace describes matches the beginning of ${names}`,
      never.length,
    );
  }
  if (engine.givenUpCount > 0)
    note(givenUp, 'while reading', 'the oldest ones were given up', engine.givenUpCount);
  if (context.isWhole && engine.openCount > 0)
    note(stillOpen, 'at the end', 'the events that end them are not in the trace', engine.openCount);
}

/** The note's advice is not shown above an answer: what to look at is said here. */
function whyNeverBegun({ name, begin }: PeriodDefinition, known: ReadonlySet<string>): string {
  const unknown = unknownNameIn(begin, known);
  if (unknown === undefined) return `${name}: diatrace inspect --layouts lists the fields of events`;
  const hint =
    unknown.meant === undefined ? 'diatrace info lists the names' : `did you mean ${unknown.meant}?`;
  return `${name}: no event is named "${unknown.name}", ${hint}`;
}
