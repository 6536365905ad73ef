/** perf.data: what `perf record` writes, as a file, a pipe's bytes in a file, or a folder. */
import type { TraceInput } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import type { Format, Sniffed } from '../../events/reader.ts';
import { findRecordings } from './find-recordings.ts';
import { inspection } from './inspect.ts';
import { openPerfData } from './reader.ts';

/** The format of perf record. */
export const format: Format = {
  id: 'perf-data',
  title: 'perf.data',
  sniff,
  open: (input, options) => {
    const found = findRecordings(input);
    if (found.length === 0) {
      throw new TraceError({
        code: 'perf-magic',
        file: input.name,
        message: 'A perf.data file begins with PERFILE2; there is none here.',
      });
    }
    return openPerfData(input, found, options);
  },
  inspection,
};

function sniff(input: TraceInput): Sniffed {
  const [first] = findRecordings(input);
  if (first === undefined) {
    const reason =
      input.kind === 'file'
        ? 'a perf.data file begins with PERFILE2'
        : 'no perf.data, nor a file data that begins as one, in the folder or below it';
    return { confidence: 'no', reason };
  }
  return { confidence: 'magic', reason: `${first.header.path} begins with perf's magic` };
}
