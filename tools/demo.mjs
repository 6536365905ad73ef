// The guided first run: diatrace's own commands on the bundled trace, each printed so that it can be copied.
import { join } from 'node:path';
import { devNode, root, run } from './bootstrap.mjs';

const trace = 'examples/first-trace';

const steps = [
  {
    heading: 'What is this trace?',
    reading:
      'Who recorded it, for how long, and what is in it: here mostly system calls, each an entry and an exit.',
    args: ['info', '--limit', '5', trace],
  },
  {
    heading: 'Which system calls take the most time?',
    reading:
      'One row a call, the most time first. wait4 and clock_nanosleep wait on purpose; look for a p99 far above the median.',
    args: ['report', 'syscalls', '--limit', '8', trace],
  },
  {
    heading: 'Which single calls were the slowest?',
    reading: 'Each with when it began, how long it took, who made it and what it returned.',
    args: ['report', 'syscalls', '--as', 'top', '--limit', '8', trace],
  },
  {
    heading: 'When were they slow?',
    reading:
      'Time goes to the right, duration upwards. The crowd at the bottom is normal; lone cells high up are the calls listed above.',
    args: ['report', 'syscalls', '--as', 'heatmap', trace],
  },
];

const next = [
  ['info FOLDER', 'A trace of yours: what LTTng, perf, trace-cmd, barectf or babeltrace2 wrote.'],
  ['explain', 'What to run when something is slow, by what one sees.'],
  ['explain syscalls', 'What an answer needs, how to read it, what it cannot tell, how to check it.'],
  [`report syscalls --slower 10ms --as log ${trace}`, 'Every call of at least 10 ms, in order.'],
  [`cat --limit 20 ${trace}`, 'The events themselves.'],
  [`report syscalls --json ${trace}`, 'The same answer for a program.'],
  ['list', 'Everything there is to ask.'],
];

/** Runs every step; the exit code is that of the first that failed, and the later ones are still shown. */
export async function demo() {
  let failed = 0;
  say('diatrace answers why it was slow. Four questions to the small trace that comes with it,');
  say('of a shell script at work (examples/README.md):');
  for (const [index, step] of steps.entries()) {
    say(`\n${bold(`── ${index + 1}. ${step.heading} `.padEnd(72, '─'))}`);
    for (const line of wrap(step.reading)) say(line);
    say(`\n${bold(`$ bin/diatrace ${step.args.join(' ')}`)}\n`);
    const code = await run(devNode, [join('bin', 'diatrace'), ...step.args]);
    if (code === 130) return code;
    if (code !== 0 && failed === 0) failed = code;
  }
  say(`\n${bold('── What to try next '.padEnd(72, '─'))}`);
  for (const [command, meaning] of next) {
    say(`bin/diatrace ${command}`);
    for (const line of wrap(meaning)) say(`    ${line}`);
  }
  return failed;
}

/** Lines of at most 72 columns. */
function wrap(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= 72) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
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
