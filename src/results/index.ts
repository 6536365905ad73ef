/** What an answer is: for those who read results, and for those who make them. */
export {
  binIndex,
  decadeEdges,
  linearBins,
  niceTimeEdges,
  niceWidth,
  powerOfTwoEdges,
  steps125,
  stepsOneToNine,
} from './bins.ts';
export { describeTable, grid, type Row, series, TableBuilder, table } from './build.ts';
export * from './columns.ts';
export { Distribution } from './distribution.ts';
export { type FrameLayout, type FramePlace, flameGraph, frameTotals, layOutFrames } from './flame-graph.ts';
export { fromJson } from './from-json.ts';
export { Health, type HealthKind, type HealthNote, type HealthSeverity } from './health.ts';
export { LatencyHeatmap, LogHistogram } from './histogram.ts';
export { JsonError } from './json-text.ts';
export type { ColorDepth, Renderer, RenderOptions } from './renderer.ts';
export * from './result.ts';
export { literal, selectCells, selectRow } from './select.ts';
export * from './shapes.ts';
export { TimeCounts, type TimeRange } from './time-counts.ts';
export { jsonLines, toJson } from './to-json.ts';
