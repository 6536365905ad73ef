// The engine in a browser's worker: files in, the same JSON out as from the command line.
import type { Analysis } from '../../src/analysis/define.ts';
import { catalogue, openBrowserInput, openTraces, runAnalyses } from '../../src/index.ts';
import { renderer } from '../../src/render/json/renderer.ts';

interface Request {
  readonly files: readonly File[];
  readonly analysis: string;
}

/** What a worker's global scope has that a window's has not. */
declare function postMessage(message: { readonly json?: string; readonly error?: string }): void;

addEventListener('message', (event: MessageEvent<Request>) => {
  answer(event.data).then(
    (json) => postMessage({ json }),
    (error: unknown) =>
      postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

async function answer({ files, analysis: id }: Request): Promise<string> {
  const entries: readonly { readonly id: string; readonly load: () => Promise<Analysis> }[] = catalogue;
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`there is no analysis ${id}`);
  const set = openTraces([openBrowserInput(files)]);
  try {
    const [result] = runAnalyses(set, [{ analysis: await entry.load() }]);
    if (result === undefined) throw new Error('a request has a result');
    return [...renderer.render(result)].join('');
  } finally {
    set.close();
  }
}
