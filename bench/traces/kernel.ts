/** The kernel traces: one as it was recorded, and one repeated to more than a gigabyte. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchTrace, cached, root } from '../cache.ts';
import { repeatTrace } from './repeat.ts';

const eightCpus = join(root, '..', 'shared', 'corpus', 'ctf1', 'many-threads', 'trace', 'kernel');
const bundled = join(root, 'examples', 'first-trace');

/** A real LTTng kernel trace of 8 CPUs where the corpus is there, else the example that comes with diatrace. */
const source = existsSync(eightCpus)
  ? { folder: eightCpus, name: 'LTTng kernel trace of 8 CPUs (corpus ctf1/many-threads)' }
  : { folder: bundled, name: 'kernel trace of the examples' };

const sizeMinBytes = 1_000_000_000;

/** Repetitions; the corpus's trace makes 38.5 million events of 1.3 GB with 160. */
function repetitions(sizeBytes: number): number {
  return Math.max(160, Math.ceil(sizeMinBytes / sizeBytes));
}

/** The trace as it was recorded. */
export function smallTrace(): Promise<BenchTrace> {
  return cached('small', `${source.name}, once, recipe 1`, (folder) => {
    const { events, sizeBytes } = repeatTrace(source.folder, folder, 1);
    return { folder, events, sizeBytes, description: source.name };
  });
}

/** The trace repeated to at least 1 GB, each time later. */
export async function kernelTrace(): Promise<BenchTrace> {
  const small = await smallTrace();
  const count = repetitions(small.sizeBytes);
  return cached('kernel', `${source.name}, ${count} times, recipe 1`, (folder) => {
    const { events, sizeBytes } = repeatTrace(source.folder, folder, count);
    return {
      folder,
      events,
      sizeBytes,
      description: `${source.name}, repeated ${count} times with shifted times`,
    };
  });
}
