// What must hold for every trace, however damaged: it is refused with a TraceError that says where, or it is read, each time and in
// each way with the same result.

import { IncompatibleError } from '../../src/analysis/incompatible-error.ts';
import { TraceError } from '../../src/bytes/trace-error.ts';
import { catalogue } from '../../src/catalogue/index.generated.ts';
import { readFields, readNames } from '../../src/events/text/options.ts';
import { defaultTextOptions, type TextOptions, type TextStyle } from '../../src/events/text/style.ts';
import type { TraceSet } from '../../src/events/trace-set.ts';
import { writeEvents } from '../../src/pipeline/cat.ts';
import { readInfo } from '../../src/pipeline/info.ts';
import { type OpenTracesOptions, openTraces } from '../../src/pipeline/open.ts';
import { runAnalyses } from '../../src/pipeline/run.ts';
import { renderers } from '../../src/render/index.generated.ts';
import type { Renderer } from '../../src/results/renderer.ts';
import { styles } from '../../src/text/index.generated.ts';
import { type Digest, Hash, readDigest, selectionOfAll } from './digest.ts';
import type { FuzzCase } from './make-case.ts';
import { inputOf, packetEnds, type TraceFiles } from './traces.ts';

/** What came of a case that went well. */
export interface CaseOutcome {
  readonly kind: 'refused' | 'read';
  readonly code: string | undefined;
  readonly events: number;
}

/** The reference. */
const interpreted: OpenTracesOptions = { engine: 'interpreter' };

interface Way {
  readonly name: string;
  readonly options: OpenTracesOptions;
}

/** Ways of reading that must not make a difference. */
const interpretedWays: readonly Way[] = [
  { name: 'read again', options: interpreted },
  { name: 'interpreted in windows of 4096 bytes', options: { ...interpreted, windowSizeBytes: 4096 } },
];
const generatedWays: readonly Way[] = [
  { name: 'by generated code', options: { engine: 'wasm' } },
  { name: 'by generated code in windows of 4096 bytes', options: { engine: 'wasm', windowSizeBytes: 4096 } },
];

/** @throws Error that says which property does not hold; anything else that is thrown is a failure too */
export async function checkCase(fuzzCase: FuzzCase): Promise<CaseOutcome> {
  const { files, damage } = fuzzCase;
  const whole = digestOf(files, interpreted);
  for (const { name, options } of interpretedWays) requireSame(name, whole, digestOf(files, options));
  if (whole instanceof TraceError) return { kind: 'refused', code: whole.code, events: 0 };
  if (damage !== undefined) checkBeforeDamage(whole, damage);
  await checkAnswers(files, whole, fuzzCase);
  for (const { name, options } of generatedWays) requireSame(name, whole, digestOf(files, options));
  await checkTexts(files, whole, fuzzCase);
  return { kind: 'read', code: undefined, events: whole.count };
}

/** All that can be read; the error where the trace is refused. */
function digestOf(files: TraceFiles, options: OpenTracesOptions): Digest | TraceError {
  return withTraces(files, options, (set) => readDigest(set));
}

function withTraces<T>(
  files: TraceFiles,
  options: OpenTracesOptions,
  use: (set: TraceSet) => T,
): T | TraceError {
  let set: TraceSet;
  try {
    set = openTraces([inputOf(files)], options);
  } catch (error) {
    return requireTraceError(error);
  }
  try {
    return use(set);
  } catch (error) {
    // Metadata is read as needed: what is wrong in it may be met when its first record is.
    return requireTraceError(error);
  } finally {
    set.close();
  }
}

function requireTraceError(error: unknown): TraceError {
  if (!(error instanceof TraceError)) throw error;
  if (error.code === '' || error.file === '' || error.reason === '') throw error;
  const { place } = error;
  const numbers =
    place.unit === 'line' ? [place.line, place.column] : place.unit === 'file' ? [] : [place.offset];
  if (!numbers.every((value) => Number.isSafeInteger(value) && value >= 0)) throw error;
  if (error.message.length > 2000)
    throw new Error(`a message of ${error.message.length} characters: ${error.message.slice(0, 200)}`);
  return error;
}

function requireSame(way: string, one: Digest | TraceError, other: Digest | TraceError): void {
  if (one instanceof TraceError || other instanceof TraceError) {
    const [a, b] = [String(one), String(other)];
    if (a !== b) throw new Error(`${way}: ${a} becomes ${b}`);
    return;
  }
  const names = one.streams.map(({ name }) => name);
  if (names.join() !== other.streams.map(({ name }) => name).join()) throw new Error(`${way}: other streams`);
  one.streams.forEach(({ name, hashes }, index) => {
    const at = firstDifference(hashes, other.streams[index]!.hashes);
    if (at >= 0)
      throw new Error(
        `${way}: record ${at} of ${name} differs (${hashes.length} and ${other.streams[index]!.hashes.length})`,
      );
  });
  if (one.order !== other.order) throw new Error(`${way}: another order`);
  if (one.health !== other.health) throw new Error(`${way}: health\n${one.health}\nbecomes\n${other.health}`);
}

function firstDifference(one: readonly number[], other: readonly number[]): number {
  const count = Math.min(one.length, other.length);
  for (let index = 0; index < count; index++) if (one[index] !== other[index]) return index;
  return one.length === other.length ? -1 : count;
}

/** Packets before the damage have the same records; so have all other streams. */
function checkBeforeDamage(damaged: Digest, damage: NonNullable<FuzzCase['damage']>): void {
  const { original, file, fromBytes } = damage;
  const whole = digestOf(original.files, {});
  if (whole instanceof TraceError) return;
  const ends = packetEnds(original.files).get(file) ?? [];
  const lastEnd = ends.findLast((end) => end <= fromBytes);
  // The first packet says what the stream is, and when the trace begins.
  if (lastEnd === undefined || ends[0] !== Math.min(...ends)) return;
  const fileCount = Object.keys(original.files).filter((path) => !/(^|\/)metadata$|\.idx$/.test(path)).length;
  if (whole.streams.length !== fileCount || damaged.streams.length !== fileCount) return;
  const before = digestOf({ ...original.files, [file]: original.files[file]!.slice(0, lastEnd) }, {});
  if (before instanceof TraceError) return;
  for (const { name, trace, hashes } of damaged.streams) {
    const isDamaged = name === file;
    const source = isDamaged ? before : whole;
    const expected = source.streams.find((stream) => stream.name === name && stream.trace === trace);
    if (expected === undefined) throw new Error(`no stream ${name} before the damage`);
    const found = isDamaged ? hashes.slice(0, expected.hashes.length) : hashes;
    const at = firstDifference(expected.hashes, found);
    if (at >= 0)
      throw new Error(
        `record ${at} of ${name} differs, though the damage begins at byte ${fromBytes} of ${file} (${expected.hashes.length} and ${found.length} records)`,
      );
  }
}

/** Every command's way through the trace ends, and those that count agree. */
async function checkAnswers(files: TraceFiles, whole: Digest, { random }: FuzzCase): Promise<void> {
  const analyses = await Promise.all(catalogue.map(({ load }) => load()));
  const analysis = random.pick(analyses);
  const view = random.pick(Object.keys(analysis.views));
  const renderer: Renderer = await random.pick(renderers).load();
  const begin = random.below(1000) / 1000;
  const end = random.below(1000) / 1000;
  withTraces(files, {}, (set) => {
    const { eventCount = Number.NaN } = readInfo(set, false);
    const mostCount = whole.count + faultCount(whole);
    if (!(eventCount >= whole.count && eventCount <= mostCount))
      throw new Error(`info counts ${eventCount}, not ${whole.count} to ${mostCount}`);
    readInfo(set, true);
    try {
      for (const result of runAnalyses(set, [{ analysis, views: [view] }]))
        for (const piece of renderer.render(result, { limit: 20 }))
          if (piece === '') throw new Error('an empty piece');
    } catch (error) {
      if (!(error instanceof IncompatibleError)) throw error;
    }
    seek(set, whole, begin, end);
  });
}

/** Records in frames whose fields cannot be read: they are there for whoever does not ask for these fields. */
function faultCount({ health }: Digest): number {
  const counts = [...health.matchAll(/^damaged-(?:record|event) (\d+) /gm)].map((match) => Number(match[1]));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Names may be long, and each record may have them. */
const textCountMax = 2000;

const textOptions: readonly TextOptions[] = [
  defaultTextOptions,
  {
    names: readNames('all'),
    fields: readFields('all'),
    clock: 'cycles',
    gmt: true,
    date: true,
    delta: false,
  },
  { ...defaultTextOptions, names: readNames('none'), clock: 'seconds' },
];

/** Every record is written, and to the same bytes whatever decodes it. */
async function checkTexts(files: TraceFiles, whole: Digest, { random }: FuzzCase): Promise<void> {
  const style = await random.pick(styles).load();
  const options = random.pick(textOptions);
  const interpretedText = textOf(files, interpreted, style, options);
  const wantedCount = Math.min(whole.count, textCountMax);
  // A style may only observe some records (perf's own), and may not be asked for a field that cannot be read.
  const leastCount = style.observes === undefined ? wantedCount : 0;
  const mostCount = Math.min(whole.count + faultCount(whole), textCountMax);
  if (
    !(interpretedText instanceof TraceError) &&
    interpretedText.count !== undefined &&
    !(interpretedText.count >= leastCount && interpretedText.count <= mostCount)
  )
    throw new Error(`${style.id} wrote ${interpretedText.count} of ${wantedCount} records`);
  for (const { name, options: way } of generatedWays) {
    const text = textOf(files, way, style, options);
    const [one, other] = [describeText(interpretedText), describeText(text)];
    if (one !== other)
      throw new Error(`${name}: the style ${style.id} with ${options.clock}: ${one} becomes ${other}`);
  }
}

type Text = ReturnType<typeof textOf>;

function describeText(text: Text): string {
  if (text instanceof TraceError) return String(text);
  return `text of ${text.count ?? 'more'} records, ${text.sizeBytes} bytes, hash ${text.hash}`;
}

/** Its beginning: five hundred records of a hundred thousand fields each have gigabytes. `count` is undefined where there is more. */
function textOf(files: TraceFiles, way: OpenTracesOptions, style: TextStyle, options: TextOptions) {
  return withTraces(files, way, (set) => {
    const hash = new Hash();
    let sizeBytes = 0;
    const write = (bytes: Uint8Array) => {
      const length = Math.min(bytes.length, textBytesMax - sizeBytes);
      for (let at = 0; at < length; at++) hash.word(bytes[at]!);
      sizeBytes += length;
      if (length < bytes.length) throw enoughText;
    };
    let count: number | undefined;
    try {
      count = writeEvents(set, { style, options, scope: {}, countMax: textCountMax }, { write });
    } catch (error) {
      if (error !== enoughText) throw error;
    }
    return { count, hash: hash.value, sizeBytes };
  });
}

const textBytesMax = 32 * 1024 * 1024;
const enoughText = new Error('the text has more bytes than are compared');

/** From somewhere to somewhere: never more than there is. */
function seek(set: TraceSet, whole: Digest, begin: number, end: number): void {
  const spanNs = whole.beginNs <= whole.endNs ? whole.endNs - whole.beginNs : 0;
  const firstNs = whole.beginNs <= whole.endNs ? whole.beginNs : 0;
  const beginNs = Math.floor(firstNs + spanNs * Math.min(begin, end));
  const endNs = Math.ceil(firstNs + spanNs * Math.max(begin, end));
  const part = readDigest(set, { ...selectionOfAll(set), beginNs, endNs });
  if (part.count > whole.count) throw new Error(`${part.count} records of ${whole.count} between two times`);
}
