/**
 * The command line's entry: everything of the process, nothing of the commands.
 *
 * Signals keep their default action. The engine is synchronous, so that a handler would run only after the work that the user
 * wants to end; ended by SIGINT, a shell sees 130, and Node itself restores the terminal.
 */
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
