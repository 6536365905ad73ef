/** What the kernel counted for one CPU's buffer when the recording ended (tracefs `per_cpu/cpuN/stats`). */
export interface CpuStatistics {
  /** The name of the instance; empty for the top one. */
  readonly buffer: string;
  readonly cpu: number;
  /** Events that newer ones overwrote before they were read. */
  readonly overrunEvents: number;
  /** Events that an interrupt had no room for, since what it interrupted was not written yet. */
  readonly commitOverrunEvents: number;
  /** Events that did not fit, where nothing may be overwritten. */
  readonly droppedEvents: number;
}

/**
 * Adds what one option says. The option `\nBuffer: NAME\n` says whose the options after it are.
 *
 *   CPU: 0
 *   entries: 0
 *   overrun: 12
 *   …
 */
export function readCpuStatistics(text: string, statistics: CpuStatistics[]): void {
  const buffer = /^Buffer: (.*)$/m.exec(text);
  const last = statistics.at(-1);
  if (buffer !== null) {
    statistics.push({ ...nothingLost, buffer: (buffer[1] as string).trim(), cpu: -1 });
    return;
  }
  const cpu = valueOf(text, 'CPU');
  if (cpu === undefined) return;
  statistics.push({
    buffer: last?.buffer ?? '',
    cpu,
    overrunEvents: valueOf(text, 'overrun') ?? 0,
    commitOverrunEvents: valueOf(text, 'commit overrun') ?? 0,
    droppedEvents: valueOf(text, 'dropped events') ?? 0,
  });
}

const nothingLost = { overrunEvents: 0, commitOverrunEvents: 0, droppedEvents: 0 };

function valueOf(text: string, name: string): number | undefined {
  const match = new RegExp(`^${name}: *([0-9]{1,15})$`, 'm').exec(text);
  return match === null ? undefined : Number(match[1]);
}
