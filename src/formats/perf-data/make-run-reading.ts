/** Chooses whether a file is read by generated code. */
import type { FrameList } from '../../events/frames.ts';
import type { RoundReadingParts } from './round-reading.ts';
import { RunReading, regionLeastBytes } from './run-reading.ts';
import { RunTable } from './run-table.ts';
import { makeSampleTable } from './sample-table.ts';

/** Undefined for what generated code does not read: JavaScript reads all. */
export function makeRunReading(
  { file, filler, decoding, windowSizeBytes }: RoundReadingParts,
  frames: FrameList,
): RunReading | undefined {
  const { memory } = decoding;
  const { classes, events, originCycles, selection } = file.parts;
  if (memory === undefined || !file.isForGenerated || windowSizeBytes < regionLeastBytes) return undefined;
  const table = makeSampleTable(memory, classes, events, (id) => filler.readingOf(id));
  if (table === undefined) return undefined;
  const { beginNs = Number.NEGATIVE_INFINITY, endNs = Number.POSITIVE_INFINITY, cycles } = selection;
  const window = decoding.allocateWindow(windowSizeBytes);
  const at = window.bytes().byteOffset;
  const runs = new RunTable({
    ...{ memory, table, frames, originCycles, beginNs, hasCycles: cycles, window: at },
  });
  return new RunReading({ file, filler, runs, window, endNs });
}
