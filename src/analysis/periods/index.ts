/** Periods: spans of time that begin and end with events that match expressions. */
export { namesThreads, PeriodCompiler } from './compile.ts';
export { type Capture, type PeriodDefinition, readPeriods } from './definition.ts';
export { PeriodEngine, type PeriodListener } from './engine.ts';
export { PeriodLog } from './log.ts';
export type { Captured, OpenPeriod } from './open-periods.ts';
export { unknownNameIn } from './unknown-names.ts';
export { type Measure, type ParentMeasures, ParentSums } from './within.ts';
