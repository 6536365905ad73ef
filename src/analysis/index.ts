/** All that an analysis may use: `diatrace/analysis`. */

export { type BlockCompleted, type BlockOperation, deviceNumber } from '../kernel/block.ts';
export type { BlockWoken } from '../kernel/block-wakes.ts';
export type { FileKind, IoCompleted } from '../kernel/files.ts';
export { kernelAddress } from '../kernel/function-names.ts';
export { type FutexResult, type FutexWaited, futexResults, futexWaits } from '../kernel/futexes.ts';
export { type IrqCompleted, type SoftirqCompleted, softirqNames } from '../kernel/interrupts.ts';
export { type LockContended, type LockKind, lockKinds } from '../kernel/locks.ts';
export type { KernelModel } from '../kernel/model.ts';
export { Names } from '../kernel/names.ts';
export type { TimeByThread } from '../kernel/occupancy.ts';
export type { FrequencyChanged, IdleLeft } from '../kernel/power.ts';
export type { Places, SampleTaken } from '../kernel/samples.ts';
export type { PriorityChange } from '../kernel/scheduled-thread.ts';
export type {
  QueueReason,
  RunQueueLeft,
  ThreadMigrated,
  ThreadRan,
} from '../kernel/scheduling-transitions.ts';
export type { CallsOfOneName, SyscallCompleted } from '../kernel/syscalls.ts';
export type { TimerExpired, TimerKind } from '../kernel/timers.ts';
export type { TransitionName, Transitions } from '../kernel/transitions.ts';
export type { VectorCompleted } from '../kernel/vectors.ts';
export type { WorkCompleted } from '../kernel/workqueues.ts';
export type { CanonicalField, CanonicalName, FieldKind } from '../vocabulary/events.ts';
export type { FileCategory } from '../vocabulary/syscall-arguments.ts';
export { errorName, isError } from '../vocabulary/syscall-names.ts';
export type { BaseColumns, NumberView, TextView, ThreadColumns } from '../vocabulary/view.ts';
export { cpuSeries, inCpuOrder } from './cpu-lines.ts';
export { CpuTime } from './cpu-time.ts';
export type {
  Analysis,
  AnalysisDefinition,
  BeginContext,
  CallsAlone,
  EndContext,
  EventView,
  Handlers,
  RecordNeeds,
  Records,
  RecordView,
  View,
} from './define.ts';
export { defaultView, defineAnalysis } from './define.ts';
export { describeNeeds } from './describe-needs.ts';
export { durationCells, durationColumns, frequencyColumns } from './duration-columns.ts';
export {
  descriptorOf,
  FileKeys,
  type FileUse,
  lastProcessKey,
  leaderOf,
  orAbsent,
  processKeyOf,
  processOf,
} from './file-keys.ts';
export { type Group, Groups } from './groups.ts';
export { IncompatibleError, type Lack } from './incompatible-error.ts';
export { Latencies, type Latency, type LatencyAnswers, type LatencyItem } from './latencies.ts';
export {
  describeLatency,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
  latencyOptions,
  latencyViews,
} from './latency-shapes.ts';
export { type FrequencyBin, LinearFrequencies } from './linear-frequencies.ts';
export { Longest } from './longest.ts';
export type { EventNeeds, Needs, OptionalNeed } from './needs.ts';
export { absentOptions, missing } from './needs.ts';
export type { GivenOptions, OptionSpec, OptionSpecs, OptionValues } from './options.ts';
export { choice, count, duration, flag, OptionError, readOptions, text, texts } from './options.ts';
export { RateSeries } from './rate-series.ts';
export { RowLog } from './row-log.ts';
export { threadLabel, threadName } from './thread-names.ts';
