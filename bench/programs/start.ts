/** Starts a program of the bench as the command line is started: with what V8 compiled of it before, which is kept beside it. */
import { runProgram } from '../../src/cli/built-program.ts';

void start(process.argv.slice(2));

async function start(words: readonly string[]): Promise<void> {
  // Code is kept by a run's first word: what decodes in another way needs other code.
  const options = words.filter((word) => /^-*[a-z]+$/.test(word)).map((word) => word.replace(/^-*/, ''));
  const run = ['run', ...options].join('-');
  process.exit(await runProgram([run, ...words], { XDG_CACHE_HOME: __dirname }));
}
