// The guided first run: diatrace's own commands on the bundled trace, each printed so that it can be copied.
import { join } from 'node:path';
import { devNode, root, run } from './bootstrap.mjs';

const trace = 'examples/first-trace';

const steps = [
  { heading: 'What is this trace?', args: ['info', trace] },
  {
    heading: 'Which system calls cost the most time?',
    args: ['report', 'syscalls', trace, '--as', 'top', '--limit', '8'],
  },
  { heading: 'Which single calls were the slowest?', args: ['report', 'slowest', trace, '--limit', '8'] },
  {
    heading: 'How are their latencies spread over time?',
    args: ['report', 'syscalls', trace, '--as', 'heatmap'],
  },
];

const next = [
  ['the catalogue, by class of problem', 'list'],
  ['what an analysis answers and how to read it', 'explain syscalls'],
  ['the same answer for a program', `report syscalls --json ${trace}`],
  ['the events themselves', `cat --limit 20 ${trace}`],
  ['a trace of yours: CTF of LTTng, perf or barectf', 'info FOLDER'],
];

/** Runs every step; the exit code is that of the first that failed, and the later ones are still shown. */
export async function demo() {
  let failed = 0;
  say(
    'diatrace answers why it was slow. Four questions to the trace that comes with it (examples/README.md says what was recorded):',
  );
  for (const [index, step] of steps.entries()) {
    say(`\n${bold(`${index + 1}. ${step.heading}`)}\n$ bin/diatrace ${step.args.join(' ')}\n`);
    const code = await run(devNode, [join('bin', 'diatrace'), ...step.args]);
    if (code === 130) return code;
    if (code !== 0 && failed === 0) failed = code;
  }
  say(`\n${bold('What to try next')}`);
  const width = Math.max(...next.map(([, command]) => command.length));
  for (const [meaning, command] of next) say(`  bin/diatrace ${command.padEnd(width)}   ${meaning}`);
  return failed;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function bold(text) {
  const plain = !process.stdout.isTTY || (process.env.NO_COLOR ?? '') !== '';
  return plain ? text : `\u001b[1m${text}\u001b[22m`;
}

process.stdout.on('error', (error) => {
  // A pager that was closed early is no failure.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

if (process.argv[1] === join(root, 'tools', 'demo.mjs')) process.exitCode = await demo();
