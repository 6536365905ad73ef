/** trace.dat, the file that trace-cmd records with ftrace: versions 6 and 7. */
import type { TraceInput } from '../../bytes/source.ts';
import type { Format, Sniffed } from '../../events/reader.ts';
import { hasMagic } from './file-head.ts';
import { inspection } from './inspect.ts';
import { openTraceDat } from './reader.ts';

export const format: Format = {
  id: 'trace-dat',
  title: 'trace.dat (trace-cmd)',
  sniff,
  open: openTraceDat,
  inspection,
};

function sniff(input: TraceInput): Sniffed {
  const [file] = input.files;
  if (input.kind !== 'file' || file === undefined)
    return { confidence: 'no', reason: 'a trace.dat is a file, not a folder' };
  const source = file.open();
  try {
    if (hasMagic(source)) return { confidence: 'magic', reason: 'it begins with 17 08 44 "tracing"' };
    return { confidence: 'no', reason: 'it does not begin with 17 08 44 "tracing"' };
  } finally {
    source.close();
  }
}
