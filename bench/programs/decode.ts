/**
 * Decodes a trace and folds every value into a checksum: `decode TRACE [--global] [--engine interpreter|wasm] [--no-sum]`.
 * Every value is read, column by column, when its batch comes; with --global batches are merged in time order, and the order of all
 * records counts too.
 */
import { writeSync } from 'node:fs';
import type { EventBatch } from '../../src/events/batch.ts';
import type { Engine } from '../../src/events/engine.ts';
import { mergeStreams, readInStreamOrder } from '../../src/events/merge.ts';
import type { Format } from '../../src/events/reader.ts';
import type { Selection } from '../../src/events/selection.ts';
import type { WasmMemory } from '../../src/events/wasm/memory.ts';
import { formats } from '../../src/formats/index.generated.ts';
import { openTraces } from '../../src/pipeline/open.ts';
import { openNodeInput } from '../../src/platform/node/input.ts';
import { ClassFold } from './column-fold.ts';
import { placed, placeIn, type SumPlace } from './value-sums.ts';

interface Options {
  readonly path: string;
  readonly engine: Engine;
  readonly isGlobal: boolean;
  readonly hasSum: boolean;
}

/** Decodes the trace that the words behind the first name, and prints what came of it. */
export async function runProgram([, ...words]: readonly string[]): Promise<number> {
  const { path, engine, isGlobal, hasSum } = optionsOf(words);
  const fold = !hasSum ? undefined : isGlobal ? foldInOrder() : foldColumns();
  const set = openTraces([openNodeInput(path)], {
    formats: formats.map((format) => withEngine(format, engine)),
  });
  const selection: Selection = {
    classes: new Map(set.classes.map((eventClass) => [eventClass.index, 'all'])),
    cycles: false,
    packets: false,
  };
  let events = 0;
  const consume = (batch: EventBatch, from: number, to: number): undefined => {
    events += to - from;
    fold?.take(batch, from, to);
  };
  if (isGlobal) mergeStreams(set.read(selection), consume);
  else readInStreamOrder(set.read(selection), consume);
  const checksum = fold === undefined ? undefined : (fold.sum() >>> 0).toString(16).padStart(8, '0');
  const notes = set.health().notes.map(({ kind, count }) => `${kind.code} ${count}`);
  set.close();
  writeSync(1, `${JSON.stringify({ events, checksum, notes })}\n`);
  return 0;
}

function optionsOf(words: readonly string[]): Options {
  const path = words.find((word, index) => !word.startsWith('--') && words[index - 1] !== '--engine');
  if (path === undefined)
    throw new Error('usage: decode TRACE [--global] [--engine interpreter|wasm] [--no-sum]');
  const engine = words.includes('--engine') ? words[words.indexOf('--engine') + 1] : 'auto';
  if (engine !== 'auto' && engine !== 'interpreter' && engine !== 'wasm')
    throw new Error(`no engine ${engine}`);
  return { path, engine, isGlobal: words.includes('--global'), hasSum: !words.includes('--no-sum') };
}

/** A format whose readers decode with the engine that was asked for. */
function withEngine(format: Format, engine: Engine): Format {
  return { ...format, open: (input, options) => format.open(input, { ...options, engine }) };
}

interface Fold {
  take(batch: EventBatch, from: number, to: number): void;
  sum(): number;
}

/** A sum for each class of each stream. */
function foldColumns(): Fold {
  const streams: ClassFold[][] = [];
  const places = new Map<WasmMemory, SumPlace>();
  return {
    take: (batch, from) => {
      if (from > 0) return;
      const classes = slot(streams, batch.stream.index, () => []);
      const place = placeOf(places, batch.memory);
      // Without a pair for each class of each batch.
      batch.classes.forEach((classBatch, index) => {
        if (classBatch.count > 0) slot(classes, index, makeFold).fold(place, classBatch);
      });
    },
    sum: () => streams.flat().reduce((sum, fold, index) => placed(sum, fold.total, index), 0),
  };
}

const makeFold = () => new ClassFold();

function placeOf(places: Map<WasmMemory, SumPlace>, memory: WasmMemory | undefined): SumPlace | undefined {
  if (memory === undefined) return undefined;
  let place = places.get(memory);
  if (place === undefined) {
    place = placeIn(memory.memory);
    places.set(memory, place);
  }
  return place;
}

/** The same, and the order of all records: which stream and which class comes at which place. */
function foldInOrder(): Fold {
  const columns = foldColumns();
  let sum = 0;
  let count = 0;
  return {
    take: (batch, from, to) => {
      if (from === 0) columns.take(batch, from, to);
      const { classIndex } = batch;
      const stream = Math.imul(batch.stream.index, 0x01000193);
      for (let position = from; position < to; position++)
        sum = placed(sum, (classIndex[position] as number) + stream, count++);
    },
    sum: () => placed(sum, columns.sum(), count),
  };
}

function slot<T>(list: T[], index: number, make: () => T): T {
  const there = list[index];
  if (there !== undefined) return there;
  const made = make();
  list[index] = made;
  return made;
}
