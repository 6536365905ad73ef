/** Whoever reads our output slower than we write it must not make us keep it. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { diatrace, peakMaxBytes } from '../jobs.ts';
import { whyAbsent } from '../measure.ts';
import { kernelTrace, smallTrace } from '../traces/kernel.ts';
import type { Check } from './check.ts';

interface Reading {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly code: number | string;
  readonly peakBytes: number | undefined;
}

export const slowReader: Check = {
  id: 'slow-reader',
  title: 'a reader of stdout slower than us',
  async run(isSmall) {
    const small = await smallTrace();
    const command = diatrace('cat', small.folder);
    const fast = await readOutput(command, 0, Number.POSITIVE_INFINITY);
    const slow = await readOutput(command, 1, Number.POSITIVE_INFINITY);
    if (slow.digest !== fast.digest) {
      return { problem: `read slowly it is ${slow.sizeBytes} bytes, else ${fast.sizeBytes}`, seen: '' };
    }
    const large = isSmall ? small : await kernelTrace();
    const cut = await readOutput(diatrace('cat', large.folder), 25, 16 * 1024 * 1024);
    if (cut.code !== 0) return { problem: `a closed pipe ends it with ${cut.code}`, seen: '' };
    const peaks = [slow.peakBytes, cut.peakBytes].filter((peak) => peak !== undefined);
    const seen = `${slow.sizeBytes} bytes are equal, and a pipe closed after ${cut.sizeBytes} ends quietly`;
    return { seen, peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks), peakMaxBytes };
  },
};

/** Reads up to `sizeMaxBytes` with a pause after each 64 KB, then closes the pipe. */
async function readOutput(
  { program, args }: ReturnType<typeof diatrace>,
  pauseMs: number,
  sizeMaxBytes: number,
): Promise<Reading> {
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-bench-'));
  const note = join(folder, 'usage');
  const isTimed = whyAbsent('/usr/bin/time') === undefined;
  const child = isTimed
    ? spawn('/usr/bin/time', ['-f', '%x %M', '-o', note, program, ...args], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    : spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of child.stdout) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes >= sizeMaxBytes) break;
    if (pauseMs > 0) await sleep(pauseMs);
  }
  child.stdout.destroy();
  const code = await ended;
  const peakKib = isTimed ? Number(readFileSync(note, 'utf8').trim().split(' ').at(-1)) : undefined;
  rmSync(folder, { recursive: true, force: true });
  return { digest: hash.digest('hex'), sizeBytes, code, peakBytes: peakKib && peakKib * 1024 };
}
