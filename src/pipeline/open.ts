/** From inputs to one set of traces: each is recognised, opened by its format, and put on the common timeline. */

import { nearestWord } from '../bytes/edit-distance.ts';
import type { TraceInput } from '../bytes/source.ts';
import { TraceError } from '../bytes/trace-error.ts';
import type { Engine } from '../events/engine.ts';
import type { Confidence, Format, Sniffed, TraceReader } from '../events/reader.ts';
import { makeTraceSet, type TraceSet } from '../events/trace-set.ts';
import { formats as knownFormats } from '../formats/index.generated.ts';
import type { HealthKind } from '../results/health.ts';
import { unpackCommand } from './packed-input.ts';
import { checkOneTimeline } from './timeline.ts';

/** How traces are opened. */
export interface OpenTracesOptions {
  /** The id of a format that reads all inputs, whatever they look like. */
  readonly inputFormat?: string;
  /** Nanoseconds added to the times of every clock, or of the inputs and clocks that are named. */
  readonly clockOffsets?: readonly ClockOffset[];
  /** Whether events of all traces are to be put in one order; then clocks must have a common origin. True by default. */
  readonly needsOneTimeline?: boolean;
  /** All that diatrace knows, by default. */
  readonly formats?: readonly Format[];
  /** What decodes records: the result is the same. Tests and the bench set it. */
  readonly engine?: Engine;
  /** Bytes read at a time, of each stream, in whole pages of 4096: the result is the same for every size. Tests set it. */
  readonly windowSizeBytes?: number;
}

/** A correction of clocks that the user knows better. */
export interface ClockOffset {
  /** An input as it was named, or the name of a clock; every clock when left out. */
  readonly of?: string;
  readonly offsetNs: bigint;
}

const unlistedFolder: HealthKind = {
  code: 'unlisted-folder',
  severity: 'damage',
  sentence: '{count} {folder|folders} could not be listed',
  effect: 'streams in them are missing from every answer',
  advice: 'run with sudo, or change the owner of the trace',
};

/**
 * Opens all inputs as one set. Close it when done.
 * @throws TraceError `not-a-trace`, `ambiguous-format`, `unknown-format`, `clocks-differ`, and what the formats throw
 */
export function openTraces(inputs: readonly TraceInput[], options: OpenTracesOptions = {}): TraceSet {
  const formats = options.formats ?? knownFormats;
  const readers: TraceReader[] = [];
  const correlated = new Set<number>();
  const inputNames = new Map<number, string>();
  try {
    for (const input of inputs) {
      const format = chooseFormat(input, formats, options.inputFormat);
      const first = {
        trace: countOf(readers, (reader) => reader.traces.length),
        eventClass: countOf(readers, (reader) => reader.classes.length),
        stream: countOf(readers, (reader) => reader.streamCount),
      };
      const offsets = (options.clockOffsets ?? []).filter(({ of }) => of === undefined || of === input.name);
      const named = (options.clockOffsets ?? []).filter(({ of }) => of !== undefined && of !== input.name);
      const reader = format.open(input, {
        first,
        engine: options.engine,
        windowSizeBytes: options.windowSizeBytes,
        clockCorrection: (clock) =>
          [...offsets, ...named.filter(({ of }) => of === clock.name)].reduce(
            (sum, { offsetNs }) => sum + offsetNs,
            0n,
          ),
      });
      readers.push(reader);
      for (const folder of input.unlisted ?? [])
        reader.health.add(unlistedFolder, input.name, folder.path, folder.reason);
      for (const trace of reader.traces) {
        inputNames.set(trace.index, input.name);
        if (offsets.some(({ of }) => of !== undefined)) correlated.add(trace.index);
      }
    }
    const set = makeTraceSet(readers);
    checkOffsetNames(inputs, set, options.clockOffsets ?? []);
    if (options.needsOneTimeline ?? true)
      checkOneTimeline(set, inputNames, correlated, options.clockOffsets ?? []);
    return set;
  } catch (error) {
    for (const reader of readers) reader.close();
    throw error;
  }
}

function countOf(readers: readonly TraceReader[], count: (reader: TraceReader) => number): number {
  return readers.reduce((sum, reader) => sum + count(reader), 0);
}

/** A name that fits nothing would silently correct nothing. */
function checkOffsetNames(
  inputs: readonly TraceInput[],
  set: TraceSet,
  offsets: readonly ClockOffset[],
): void {
  const names = new Set(inputs.map((input) => input.name));
  for (const trace of set.traces) for (const clock of trace.clocks) names.add(clock.name);
  for (const { of } of offsets) {
    if (of === undefined || names.has(of)) continue;
    throw new TraceError({
      code: 'unknown-clock',
      file: inputs[0]?.name ?? '',
      message: `No trace and no clock is called "${of}"`,
      hint: `these are there: ${[...names].join(', ')}`,
    });
  }
}

const strength: Readonly<Record<Confidence, number>> = { magic: 3, structure: 2, plausible: 1, no: 0 };

/** The format that an input is read as. @throws TraceError `not-a-trace`, `packed`, `ambiguous-format`, `unknown-format` */
export function recogniseFormat(
  input: TraceInput,
  wanted?: string,
  formats: readonly Format[] = knownFormats,
): Format {
  return chooseFormat(input, formats, wanted);
}

function chooseFormat(input: TraceInput, formats: readonly Format[], wanted: string | undefined): Format {
  if (wanted !== undefined) return formatOf(input, formats, wanted);
  const answers = formats.map((format) => ({ format, sniffed: format.sniff(input) }));
  const best = Math.max(0, ...answers.map(({ sniffed }) => strength[sniffed.confidence]));
  if (best === 0) throw notATrace(input, answers);
  const [winner, rival] = answers.filter(({ sniffed }) => strength[sniffed.confidence] === best);
  if (winner === undefined) throw new Error('the best answer is one of the answers');
  if (rival !== undefined) {
    throw new TraceError({
      code: 'ambiguous-format',
      file: input.name,
      message:
        `It may be ${winner.format.title} (${winner.sniffed.reason}) ` +
        `or ${rival.format.title} (${rival.sniffed.reason})`,
      hint:
        (input.files.length < 2 ? '' : 'name one of the traces in it instead of the folder, or ') +
        `say which: --input-format ${winner.format.id} or --input-format ${rival.format.id}`,
    });
  }
  return winner.format;
}

function formatOf(input: TraceInput, formats: readonly Format[], id: string): Format {
  const format = formats.find((candidate) => candidate.id === id);
  if (format !== undefined) return format;
  const ids = formats.map((candidate) => candidate.id);
  const nearest = nearestWord(id, ids);
  throw new TraceError({
    code: 'unknown-format',
    file: input.name,
    message: `There is no input format "${id}"`,
    hint: nearest === undefined ? `these are known: ${ids.join(', ')}` : `did you mean ${nearest}?`,
  });
}

function notATrace(
  input: TraceInput,
  answers: readonly { readonly format: Format; readonly sniffed: Sniffed }[],
): TraceError {
  const titles = answers.map(({ format }) => format.title).join(', ');
  if (input.files.length === 0) {
    return new TraceError({
      code: 'empty-folder',
      file: input.name,
      message: 'There is no file in this folder, nor in the folders below it',
      hint: 'was the tracing session started, and stopped or destroyed before the folder was copied?',
    });
  }
  if (input.files.every((file) => file.sizeBytes === 0)) {
    return new TraceError({
      code: 'empty-trace',
      file: input.name,
      message: input.kind === 'file' ? 'The file is empty' : 'Every file in it is empty',
      hint: 'the tracer writes when it is stopped or its buffers are full: stop the session, then copy the trace',
    });
  }
  const command = unpackCommand(input);
  if (command !== undefined) {
    return new TraceError({
      code: 'packed',
      file: input.name,
      message: 'The file is packed, and diatrace reads what is in it when it is unpacked',
      hint: `unpack it first, with ${command}`,
    });
  }
  const reasons = answers.map(({ format, sniffed }) => `${format.title}: ${withoutStop(sniffed.reason)}`);
  return new TraceError({
    code: 'not-a-trace',
    file: input.name,
    message: `This is not a trace that diatrace reads; ${reasons.join('; ')}`,
    hint: `diatrace reads ${titles}; --input-format ID skips the recognition`,
  });
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
