// What `perf script --ns` prints of each sample, as numbers.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readExpected } from './corpus.ts';

/** One sample. What a line does not say is not there. */
export interface ScriptSample {
  readonly tid: number;
  readonly cpu?: number;
  readonly timeNs: bigint;
  readonly period?: bigint;
  readonly event: string;
  readonly ip?: bigint;
  readonly callchain?: readonly bigint[];
}

export function readScript(expected: string): string {
  const path = join(expected, 'script.txt');
  return existsSync(path) || existsSync(`${path}.gz`) ? readExpected(path) : '';
}

const head =
  /^\s*(?:\S.*?)\s+(\d+)\s+(?:\[(\d+)\]\s+)?(\d+)\.(\d{9}):\s+(?:(\d+)\s+)?(\S+):\s*(?:([0-9a-f]+)(?: .*)?)?(.*)$/;

/** Lines that perf makes up from hardware traces (`quipper-intel_pt-4.14`): nothing of the kind is recorded as a sample. */
function isSynthesised(line: string): boolean {
  return /^ instruction trace error |:\s+(psb: {2}psb offs|cbr: {2}cbr:|\d+\s+branches: .* => )/.test(line);
}

export function parseScript(text: string): ScriptSample[] {
  const samples: ScriptSample[] = [];
  for (const block of blocksOf(text)) {
    const [first = '', ...stack] = block;
    if (isSynthesised(first)) continue;
    const match = head.exec(first);
    if (match === null) throw new Error(`not a line of perf script: ${first}`);
    const [, tid, cpu, seconds, fraction, period, event = '', ip] = match;
    const chain = stack.map((line) => BigInt(`0x${/^\s*([0-9a-f]+)/.exec(line)?.[1]}`));
    samples.push({
      tid: Number(tid),
      timeNs: BigInt(`${seconds}${fraction}`),
      event,
      ...(cpu === undefined ? {} : { cpu: Number(cpu) }),
      ...(period === undefined ? {} : { period: BigInt(period) }),
      ...(ip === undefined || isTracepoint(event) ? {} : { ip: BigInt(`0x${ip}`) }),
      ...(chain.length === 0 ? {} : { callchain: chain }),
    });
  }
  return samples;
}

function isTracepoint(event: string): boolean {
  return /^(sched|raw_syscalls):/.test(event);
}

/** A sample's line, and the lines of its call chain, which are indented by a tab. */
function blocksOf(text: string): string[][] {
  const blocks: string[][] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (line.startsWith('\t')) blocks.at(-1)?.push(line);
    else blocks.push([line]);
  }
  return blocks;
}
