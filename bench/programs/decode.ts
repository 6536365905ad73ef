/**
 * Decodes a trace and folds every value into a checksum: `decode TRACE [--global] [--engine interpreter|wasm] [--no-sum]`.
 * Per stream, columns are read one after the other; with --global records are read in time order across streams.
 */
import type { EventBatch } from '../../src/events/batch.ts';
import type { Engine } from '../../src/events/engine.ts';
import { mergeStreams, readInStreamOrder } from '../../src/events/merge.ts';
import type { Format } from '../../src/events/reader.ts';
import type { Selection } from '../../src/events/selection.ts';
import { formats } from '../../src/formats/index.generated.ts';
import { openTraces } from '../../src/pipeline/open.ts';
import { openNodeInput } from '../../src/platform/node/input.ts';
import { ColumnFold } from './column-fold.ts';
import { RowFold } from './row-fold.ts';
import { placed } from './value-fold.ts';

const words = process.argv.slice(2);
const path = words.find((word, index) => !word.startsWith('--') && words[index - 1] !== '--engine');
if (path === undefined)
  throw new Error('usage: decode TRACE [--global] [--engine interpreter|wasm] [--no-sum]');
const engine = words.includes('--engine') ? words[words.indexOf('--engine') + 1] : 'auto';
if (engine !== 'auto' && engine !== 'interpreter' && engine !== 'wasm')
  throw new Error(`no engine ${engine}`);

/** A format whose readers decode with the engine that was asked for. */
function withEngine(format: Format): Format {
  return {
    ...format,
    open: (input, options) => format.open(input, { ...options, engine: engine as Engine }),
  };
}

interface Fold {
  take(batch: EventBatch, from: number, to: number): void;
  sum(): number;
}

/** A sum for each class of each stream. */
function foldPerStream(): Fold {
  const streams: ColumnFold[][] = [];
  return {
    take: (batch) => {
      const classes = slot(streams, batch.stream.index, () => []);
      for (const [index, classBatch] of batch.classes) {
        if (classBatch.count > 0) slot(classes, index, () => new ColumnFold()).fold(classBatch);
      }
    },
    sum: () => streams.flat().reduce((sum, fold, index) => placed(sum, fold.total, index), 0),
  };
}

/** One sum over all records in their order. */
function foldInOrder(): Fold {
  const streams: { times: Float64Array | undefined; readonly classes: RowFold[] }[] = [];
  let sum = 0;
  let count = 0;
  return {
    take: (batch, from, to) => {
      const kept = slot(streams, batch.stream.index, () => ({ times: undefined, classes: [] }));
      // Arrays may also be replaced while another stream is read: whoever keeps them compares.
      if (from === 0 || batch.timeNs !== kept.times) {
        kept.times = batch.timeNs;
        for (const [index, classBatch] of batch.classes) {
          if (classBatch.count > 0) slot(kept.classes, index, () => new RowFold()).refresh(classBatch);
        }
      }
      const { classes } = kept;
      const { classIndex, row } = batch;
      for (let position = from; position < to; position++) {
        const index = classIndex[position] as number;
        const hash = (classes[index] as RowFold).hash(row[position] as number);
        sum = placed(sum, hash ^ index, count++);
      }
    },
    sum: () => sum,
  };
}

function slot<T>(list: T[], index: number, make: () => T): T {
  const there = list[index];
  if (there !== undefined) return there;
  const made = make();
  list[index] = made;
  return made;
}

const isGlobal = words.includes('--global');
const fold = words.includes('--no-sum') ? undefined : isGlobal ? foldInOrder() : foldPerStream();
const set = openTraces([openNodeInput(path)], { formats: formats.map(withEngine) });
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
process.stdout.write(`${JSON.stringify({ events, checksum, notes })}\n`);
