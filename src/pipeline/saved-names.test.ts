import { expect, test } from 'vitest';
import type { TraceAbout } from '../events/reader.ts';
import { makeKernelModel } from '../kernel/model.ts';
import { nameSavedThreads } from './saved-names.ts';

function trace(
  hostName: string | undefined,
  names: readonly (readonly [number, string])[] | undefined,
): TraceAbout {
  return {
    ...{
      index: 0,
      name: 'trace.dat',
      format: 'trace-dat',
      formatTitle: '',
      uuid: undefined,
      environment: new Map(),
    },
    ...{
      tracer: undefined,
      domain: undefined,
      kernelRelease: undefined,
      architecture: undefined,
      byteOrder: 'le',
    },
    ...{ clocks: [], files: [], sizeBytes: 0, hostName },
    ...(names === undefined ? {} : { commandLines: new Map(names) }),
  };
}

test('threads have the names that traces of their host saved', () => {
  const model = makeKernelModel('vm');
  nameSavedThreads(model, [
    trace('vm', undefined),
    trace('vm', [
      [1, 'systemd'],
      [4711, 'cat'],
    ]),
    trace('other', [[2, 'kthreadd']]),
  ]);
  const nameOf = (tid: number) => model.names.text(model.tasks.commOf(tid));
  expect([1, 2, 4711].map(nameOf)).toEqual(['systemd', '', 'cat']);
});

test('a trace that does not name its host is one of its own', () => {
  const model = makeKernelModel('trace.dat');
  nameSavedThreads(model, [trace(undefined, [[7, 'dd']])]);
  expect(model.names.text(model.tasks.commOf(7))).toBe('dd');
});
