/** The public interface of diatrace: open traces from anywhere, ask analyses, get results. */

export { IncompatibleError } from './analysis/incompatible-error.ts';
export { OptionError } from './analysis/options.ts';
export {
  type ByteSource,
  type InputFile,
  memoryInput,
  memorySource,
  type TraceInput,
} from './bytes/source.ts';
export { type Place, TraceError } from './bytes/trace-error.ts';
export { catalogue } from './catalogue/index.generated.ts';
export type { EventBatch } from './events/batch.ts';
export { ExpressionError } from './events/filter/expression.ts';
export { parseFilter } from './events/filter/parse.ts';
export type { EventClass, EventStream, StreamExtent, TraceAbout } from './events/reader.ts';
export type { Selection } from './events/selection.ts';
export type { TraceSet } from './events/trace-set.ts';
export { type CatCallbacks, type CatRequest, writeEvents } from './pipeline/cat.ts';
export { type EventNameInfo, readInfo, type StreamInfo, type TraceSetInfo } from './pipeline/info.ts';
export { type ClockOffset, type OpenTracesOptions, openTraces } from './pipeline/open.ts';
export type { AnalysisRequest, AnalysisScope, RunProgress } from './pipeline/run.ts';
export { runAnalyses } from './pipeline/run.ts';
export { inputOf, type NamedFile, openBrowserInput } from './platform/browser/file-source.ts';
