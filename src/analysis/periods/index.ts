/** Periods: spans of time that begin and end with events that match expressions. */
export { namesThreads, PeriodCompiler } from './compile.ts';
export { type Capture, type PeriodDefinition, readPeriods } from './definition.ts';
export { PeriodEngine } from './engine.ts';
export { type Captured, PeriodLog } from './log.ts';
export { unknownNameIn } from './unknown-names.ts';
