/**
 * The command line's entry: the version, and all else loaded when it is wanted.
 *
 * Signals keep their default action. The engine is synchronous, so that a handler would run only after the work that the user
 * wants to end; ended by SIGINT, a shell sees 130, and Node itself restores the terminal.
 */
import { writeSync } from 'node:fs';
import { lamiVersionText, version } from './version.ts';

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const [only, ...more] = args;
  if (more.length === 0 && (only === '--version' || only === '-V') && print(version)) return;
  // Asked of the program alone, whatever its other words are: Trace Compass runs the first word of a command with this.
  if (more.length === 0 && only === '--mi-version' && print(lamiVersionText)) return;
  if (only === 'lttngtool' && more.includes('--mi-version') && print(lamiVersionText)) return;
  const { runProgram } = await import('./program.ts');
  // All was written synchronously. To end by itself, Node would wait for optimisations that nobody needs any more (10 ms), and take
  // its heap apart.
  process.exit(await runProgram(args, process.env));
}

/** False where it could not be written, which the program knows how to say. */
function print(line: string): boolean {
  const text = `${line}\n`;
  try {
    return writeSync(1, text) === text.length;
  } catch {
    return false;
  }
}
