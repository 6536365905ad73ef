/** The command line's entry: everything of the process, nothing of the commands. */
import { say } from './console.ts';
import { describeFailure } from './failure.ts';
import { runCli } from './program.ts';

try {
  process.exitCode = await runCli(process.argv.slice(2), process.env);
} catch (error) {
  const failure = describeFailure(error, (process.env['DIATRACE_DEBUG'] ?? '') !== '');
  if (failure.text !== undefined) say(failure.text);
  process.exitCode = failure.exitCode;
}
