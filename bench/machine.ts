/** What the figures depend on; no names of hosts or folders. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { root } from './cache.ts';

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly versions: readonly string[];
}

export function machineFacts(): MachineFacts {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown CPU',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0]}`,
    versions: [
      `diatrace ${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}`,
      `Node ${process.versions.node}`,
      versionOf('babeltrace2', /^Babeltrace ([\d.]+)/),
      versionOf('lttng', /^lttng \(.*\) ([\d.]+)/),
    ].filter((version) => version !== undefined),
  };
}

function versionOf(program: string, pattern: RegExp): string | undefined {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const version = pattern.exec(stdout ?? '')?.[1];
  return version === undefined ? undefined : `${program} ${version}`;
}
