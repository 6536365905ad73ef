/** Runs `diatrace inspect`. */

import type { TraceInput } from '../bytes/source.ts';
import { TraceError } from '../bytes/trace-error.ts';
import { compileGlob, textMatchesGlob } from '../events/filter/glob.ts';
import type { FormatInspection, PacketSummary } from '../events/reader.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { recogniseFormat } from '../pipeline/open.ts';
import { openNodeInput } from '../platform/node/input.ts';
import { safeText } from '../print/text-width.ts';
import { tableLines } from '../render/terminal/table.ts';
import type { Terminal } from '../render/terminal/terminal.ts';
import { describeTable, table } from '../results/build.ts';
import { column } from '../results/columns.ts';
import type { InspectOptions } from './commands/inspect.ts';
import type { Console } from './console.ts';
import { type CliContext, exitCodeFor, openCommandConsole, openTraceSet } from './context.ts';
import { exitCodes } from './failure.ts';
import { classLines } from './layout-text.ts';

export async function runInspect(
  context: CliContext,
  path: string,
  options: InspectOptions,
): Promise<number> {
  if (options.layouts === true) return inspectLayouts(context, path, options);
  const input = openNodeInput(path);
  const inspection = inspectionOf(input, options);
  const console = openCommandConsole(context, options);
  const lines =
    options.metadata === true
      ? metadataLines(inspection, input)
      : options.elements === true
        ? elementLines(inspection, input)
        : packetLines(inspection, input, console);
  for (const line of lines) console.out.write(`${line}\n`);
  console.out.close();
  return exitCodes.ok;
}

function inspectionOf(input: TraceInput, options: InspectOptions): FormatInspection {
  const { inspection, title } = recogniseFormat(input, options.inputFormat);
  if (inspection !== undefined) return inspection;
  throw new TraceError({
    code: 'not-inspectable',
    file: input.name,
    message: `${title} has nothing to inspect but --layouts`,
  });
}

function* metadataLines(inspection: FormatInspection, input: TraceInput): Generator<string> {
  for (const { file, text } of inspection.metadata(input)) {
    if (input.files.filter(({ path }) => /(^|\/)metadata$/.test(path)).length > 1) yield `/* ${file} */`;
    yield text.trimEnd();
  }
}

/** One file's lines stand alone; of several each is named. */
function* elementLines(inspection: FormatInspection, input: TraceInput): Generator<string> {
  let before: { readonly file: string } | undefined;
  const all = input.files.filter(({ path }) => !/(^|\/)(metadata|\.[^/]*|[^/]*\.idx)$/.test(path));
  for (const part of inspection.elements(input)) {
    if (all.length > 1) yield `${before === undefined ? '' : '\n'}# ${part.file}`;
    before = part;
    yield* part.lines;
  }
}

const packetTable = describeTable({
  id: 'packets',
  title: 'Packets',
  meaning: 'One row is one packet, as its header and context describe it.',
  columns: [
    column('file', 'File', 'path', 'Its data stream file.'),
    column('packet', 'Packet', 'integer', 'Its number in the file, from 0.'),
    column('offset', 'Offset', 'integer', 'Where it begins.', 'bytes'),
    column('size', 'Size', 'integer', 'Its size.', 'bits'),
    column('content', 'Content', 'integer', 'The part of it that holds events.', 'bits'),
    column('cpu', 'CPU', 'cpu', 'The CPU that it was recorded on.'),
    column('begin', 'Begin', 'integer', 'The clock at its beginning.', 'cycles'),
    column('end', 'End', 'integer', 'The clock at its end.', 'cycles'),
    column('discarded', 'Discarded', 'integer', 'The counter of discarded events at its end.'),
    column('sequence', 'Sequence', 'integer', 'Its number among the packets that the tracer made.'),
    column('cut', 'Cut', 'flag', 'Whether the file ends before it does.'),
  ],
});

function packetLines(inspection: FormatInspection, input: TraceInput, console: Console): Iterable<string> {
  const rows = Array.from(inspection.packets(input), packetRow);
  const terminal: Terminal = {
    width: console.isTerminal ? Math.max(console.width, 120) : 200,
    color: console.color,
    unicode: console.unicode,
    rowCountMax: Number.POSITIVE_INFINITY,
    times: 'ns',
    hasDates: false,
  };
  return tableLines(table(packetTable, rows), terminal);
}

function packetRow(packet: PacketSummary) {
  return {
    file: packet.file,
    packet: packet.index,
    offset: packet.offsetBytes,
    size: packet.packetBits,
    content: packet.contentBits,
    cpu: packet.cpu,
    begin: packet.beginCycles,
    end: packet.endCycles,
    discarded: packet.discardedEvents,
    sequence: packet.sequenceNumber,
    cut: packet.isTruncated ? true : undefined,
  };
}

async function inspectLayouts(context: CliContext, path: string, options: InspectOptions): Promise<number> {
  const set = await openTraceSet([path], options, false);
  try {
    const console = openCommandConsole(context, options);
    for (const eventClass of wantedClasses(set, options.event)) {
      for (const line of classLines(eventClass, set.traces))
        console.out.write(`${safeText(line, console.unicode)}\n`);
    }
    console.out.close();
    return exitCodeFor(set, options);
  } finally {
    set.close();
  }
}

function wantedClasses(set: TraceSet, globs: readonly string[] | undefined) {
  const compiled = globs?.map(compileGlob);
  return set.classes.filter(
    ({ name }) => compiled === undefined || compiled.some((glob) => textMatchesGlob(glob, name)),
  );
}
