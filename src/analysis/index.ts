/** All that an analysis may use: `diatrace/analysis`. */

export type { KernelModel, TransitionName, Transitions } from '../kernel/model.ts';
export { Names } from '../kernel/names.ts';
export type { SyscallCompleted } from '../kernel/syscalls.ts';
export type { CanonicalField, CanonicalName, FieldKind } from '../vocabulary/events.ts';
export { errorName, isError } from '../vocabulary/syscall-names.ts';
export type { BaseColumns, NumberView, TextView, ThreadColumns } from '../vocabulary/view.ts';
export type {
  Analysis,
  AnalysisDefinition,
  BeginContext,
  EndContext,
  EventView,
  Handlers,
  View,
} from './define.ts';
export { defaultView, defineAnalysis } from './define.ts';
export { describeNeeds } from './describe-needs.ts';
export type { EventNeeds, Lack, Needs, OptionalNeed } from './needs.ts';
export { absentOptions, IncompatibleError, missing } from './needs.ts';
export type { GivenOptions, OptionSpec, OptionSpecs, OptionValues } from './options.ts';
export { choice, count, duration, flag, OptionError, readOptions, text, texts } from './options.ts';
export { RateSeries } from './rate-series.ts';
