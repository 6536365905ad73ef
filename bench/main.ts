/**
 * `npm run bench [-- JOB… --small --runs N --engine E --global --json --write --no-checks]`: makes its traces, runs each job
 * and its peer in turn, checks what must hold at extremes, and prints one table. `npm run bench -- profile JOB` is in
 * `bench/profile.ts`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './cache.ts';
import { runCheck } from './checks/check.ts';
import { engines } from './checks/engines.ts';
import { largeMetadata, manyStreams, onePacket } from './checks/shapes.ts';
import { slowReader } from './checks/slow-reader.ts';
import { twins } from './checks/twins.ts';
import { jobIds, makeJobs, slowJobIds, tracesOfJob } from './jobs.ts';
import { machineFacts } from './machine.ts';
import { runRounds } from './rounds.ts';
import { checkTable, headText, jobTable } from './table.ts';
import { commonTraces, makeTraces } from './traces/named.ts';

const checks = [engines, twins, onePacket, manyStreams, largeMetadata, slowReader];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    small: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
    engine: { type: 'string' },
    global: { type: 'boolean', default: false },
    /** All fields are decoded anyway: the word is there to be said. */
    'all-fields': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const known = [...jobIds, ...checks.map(({ id }) => id)];
const unknown = positionals.filter((id) => !known.includes(id));
const runs = Number(options.runs);
if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
  const reason =
    unknown.length > 0 ? `There is no job ${unknown.join(', ')}` : '--runs is a whole number above 0';
  process.stderr.write(`${reason}. Jobs and checks: ${known.join(', ')}.\n`);
  process.exitCode = 2;
} else {
  await bench();
}

/** Jobs that run only when they are asked for have a page of their own. */
function resultsFile(): string {
  const isSlow = positionals.length > 0 && positionals.every((id) => slowJobIds.includes(id));
  return isSlow ? `RESULTS-${positionals.join('-')}.md` : 'RESULTS.md';
}

async function bench(): Promise<void> {
  const wanted = (id: string) =>
    positionals.length === 0 ? !slowJobIds.includes(id) : positionals.includes(id);
  const isWanted = (id: string) =>
    options.global && id.startsWith('decode')
      ? id === 'decode-global' && (wanted('decode') || wanted(id))
      : wanted(id);
  const skipped: string[] = [];
  const names = new Set(jobIds.filter(isWanted).flatMap((id) => tracesOfJob[id] ?? commonTraces));
  const traces = await makeTraces(names, options.small, skipped);
  const jobs = (await makeJobs({ traces, engine: options.engine })).filter(({ id }) => isWanted(id));
  const results = await runRounds(jobs, traces, runs);
  const checked = [];
  for (const check of checks) if (wanted(check.id)) checked.push(await runCheck(check, options.small));
  const machine = machineFacts();
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ machine, skipped, jobs: results, checks: checked }, undefined, 2)}\n`,
    );
  } else {
    const parts = [headText(machine, traces, skipped)];
    if (results.length > 0) parts.push(jobTable(results, jobs));
    if (checked.length > 0) parts.push(checkTable(checked));
    const text = `${parts.join('\n\n')}\n`;
    process.stdout.write(text);
    if (options.write) {
      const head =
        '# Results of the bench\n\nWritten by `npm run bench -- --write`; what limits each job is in `bench/profiles/`.\n\n';
      writeFileSync(join(root, 'bench', resultsFile()), head + text);
    }
  }
  if (checked.some(({ problem }) => problem !== undefined)) process.exitCode = 1;
}
