// Counts of work, so that speed can be asserted without a clock: bytes asked of files, records decoded, memory taken by objects,
// modules compiled.
import { GCProfiler, getHeapStatistics } from 'node:v8';
import type { TraceInput } from '../src/bytes/source.ts';
import type { Selection } from '../src/events/selection.ts';
import type { TraceSet } from '../src/events/trace-set.ts';

export interface ReadCount {
  reads: number;
  bytes: number;
}

/** An input that counts what is read of each file, by path. Files for which `leaves` is true are not in it. */
export function countingInput(input: TraceInput, leaves: (path: string) => boolean = () => false) {
  const counts = new Map<string, ReadCount>();
  const files = input.files
    .filter(({ path }) => !leaves(path))
    .map((file) => {
      const count: ReadCount = { reads: 0, bytes: 0 };
      counts.set(file.path, count);
      return {
        ...file,
        open: () => {
          const source = file.open();
          return {
            ...source,
            read: (offsetBytes: number, target: Uint8Array) => {
              const done = source.read(offsetBytes, target);
              count.reads += 1;
              count.bytes += done;
              return done;
            },
          };
        },
      };
    });
  return {
    input: { ...input, files },
    countOf: (path: string): ReadCount => counts.get(path) ?? { reads: 0, bytes: 0 },
    reset: () => {
      for (const count of counts.values()) Object.assign(count, { reads: 0, bytes: 0 });
    },
  };
}

/** A set whose streams count the records that they deliver, and the fields' values among them. */
export function countingSet(set: TraceSet) {
  const delivered = { records: 0, columns: 0 };
  const read = (selection: Selection) =>
    set.read(selection).map((stream) => {
      const next = () => {
        const batch = stream.next();
        delivered.records += batch?.count ?? 0;
        for (const { count, scopes } of batch?.classes.values() ?? []) {
          if (count === 0) continue;
          for (const scope of scopes.values()) delivered.columns += scope.members.length;
        }
        return batch;
      };
      // The batch names the stream that it is of, and streams may have getters.
      return Object.defineProperty(Object.create(stream) as typeof stream, 'next', { value: next });
    });
  return { set: { ...set, read } satisfies TraceSet, delivered };
}

/** Bytes of JavaScript objects made while `run` runs. */
export function allocatedBytes(run: () => void): number {
  const profiler = new GCProfiler();
  profiler.start();
  const usedBefore = getHeapStatistics().used_heap_size;
  run();
  const usedAfter = getHeapStatistics().used_heap_size;
  const collections = profiler.stop()?.statistics ?? [];
  const freed = collections.reduce(
    (sum, { beforeGC, afterGC }) =>
      sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
    0,
  );
  return usedAfter - usedBefore + freed;
}

/** How many WebAssembly modules are compiled while `run` runs. */
export function compiledModules(run: () => void): number {
  const { Module } = WebAssembly;
  let count = 0;
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, args: [BufferSource]) => {
      count += 1;
      return new target(...args);
    },
  });
  try {
    run();
  } finally {
    WebAssembly.Module = Module;
  }
  return count;
}
