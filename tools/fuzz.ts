// `npm run fuzz -- --seconds N [--seed S] [--from K] [--only metadata|stream|index|recording]` damages traces and holds what comes of them
// against the promises of test/fuzz/check-case.ts; `--seed S --case K` repeats one case and makes it smaller if it fails.
import { parseArgs } from 'node:util';
import { targets } from '../test/fuzz/make-case.ts';
import { minimise } from '../test/fuzz/minimise.ts';
import { type FuzzFailure, runFuzz } from '../test/fuzz/run-fuzz.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
    from: { type: 'string', default: '0' },
    case: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const only = targets.find((target) => target === values.only);
if (values.only !== undefined && only === undefined)
  throw new Error(`--only takes ${targets.join(', ')}, not ${values.only}`);

function replayOf(number: number): string {
  return `npm run fuzz -- --seed ${seed} --case ${number}${only === undefined ? '' : ` --only ${only}`}`;
}

function say({ number, what, reason }: FuzzFailure): void {
  process.stdout.write(`FAILED case ${number}: ${what}\n${reason}\nreplay: ${replayOf(number)}\n\n`);
}

process.stdout.write(`seed ${seed}\n`);
const summary = await runFuzz({
  seed,
  ...(only === undefined ? {} : { only }),
  ...(values.case === undefined
    ? { first: Number(values.from), millisecondsMax: Number(values.seconds) * 1000 }
    : { first: Number(values.case), caseCountMax: 1 }),
  onFailure: say,
  onEnd: ({ number, what, outcome, milliseconds, memoryMaxBytes }) => {
    if (!values.verbose && values.case === undefined) return;
    const came = outcome === undefined ? 'failed' : `${outcome.kind} ${outcome.code ?? outcome.events}`;
    const megabytes = Math.round(memoryMaxBytes / 2 ** 20);
    process.stdout.write(
      `${number} ${came}, ${milliseconds.toFixed(0)} ms, ${megabytes} MB: ${what.slice(0, 300)}\n`,
    );
  },
});
if (values.case !== undefined && summary.failures.length > 0) await minimise(seed, Number(values.case), only);

const refusals = [...summary.refusals]
  .sort(([, a], [, b]) => b - a)
  .map(([code, count]) => `${code} ${count}`);
const { slowest } = summary;
process.stdout.write(
  `${summary.cases} cases: ${summary.read} read (${summary.events} events), ${summary.refused} refused, ` +
    `${summary.failures.length} failed\nslowest: case ${slowest.number} with ${slowest.milliseconds.toFixed(0)} ms; ` +
    `memory: at most ${Math.round(summary.memoryMaxBytes / 2 ** 20)} MB\nrefused: ${refusals.join(', ')}\n`,
);
process.exitCode = summary.failures.length === 0 ? 0 : 1;
