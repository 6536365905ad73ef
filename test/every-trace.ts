// All traces that tests have: those of the repository, and those of the corpus where it is there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { memoryFile, type TraceInput } from '../src/bytes/source.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, listCases } from './corpus.ts';
import { root } from './run-cli.ts';

export interface NamedTrace {
  readonly name: string;
  readonly open: () => readonly TraceInput[];
}

const ofRepository = [
  'examples/first-trace',
  'examples/pages/trace',
  'src/text/babeltrace/goldens/trace',
  'test/recordings/perf-ctf',
  'test/recordings/ftrace/trace.dat',
  'test/recordings/perf-folder/perf.data',
  'test/recordings/power',
];
const corpusFolders = ['ctf1', 'ctf2', 'sync', 'perf', 'ftrace'];
const fileNames = ['trace', 'perf.data', 'trace.dat', 'trace.dat.gz'];

/** @param recordings folders in test/recordings that have a perf.data each */
export function everyTrace(recordings: readonly string[]): readonly NamedTrace[] {
  const own = [...ofRepository, ...recordings.map((name) => `test/recordings/${name}/perf.data`)];
  const cases = corpusFolders.flatMap((folder) =>
    listCases(folder).map((name) => {
      const path = fileNames.map((file) => corpusPath(folder, name, file)).find((file) => existsSync(file));
      if (path === undefined) throw new Error(`${folder}/${name} has no trace`);
      return { name: `${folder}/${name}`, open: () => [inputOf(path)] };
    }),
  );
  const hosts = listCases('sync').map((name) => corpusPath('sync', name, 'trace'));
  return [
    ...own.map((path) => ({ name: path, open: () => [openNodeInput(join(root, path))] })),
    ...cases,
    ...(hosts.length < 2
      ? []
      : [{ name: 'sync, both hosts', open: () => hosts.map((path) => inputOf(path)) }]),
  ];
}

function inputOf(path: string): TraceInput {
  if (!path.endsWith('.gz')) return openNodeInput(path);
  return memoryFile('trace.dat', gunzipSync(readFileSync(path)));
}
