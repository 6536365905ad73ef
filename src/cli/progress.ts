/**
 * A bar on stderr for what takes longer than a second, if someone is looking. It is redrawn in place, with the cursor left at
 * the line's beginning and no colour set, so that whatever is printed next, or a shell after Ctrl-C, finds a usable line.
 */
import { writeSync } from 'node:fs';
import type { TraceSet } from '../events/trace-set.ts';
import { isTerminalOn } from './console.ts';

export interface Progress {
  /** @param doneRatio 0 to 1 */
  update(doneRatio: number): void;
  /** Removes the bar. */
  clear(): void;
}

const stderr = 2;
const quietMs = 1000;
const redrawMs = 100;
const barWidth = 30;

/** @param isWanted false where data streams to the same terminal */
export function openProgress(isWanted: boolean, now: () => number = () => performance.now()): Progress {
  if (!isWanted || !isTerminalOn(stderr)) return { update() {}, clear() {} };
  const startedMs = now();
  let drawnMs = Number.NEGATIVE_INFINITY;
  return {
    update(doneRatio) {
      const nowMs = now();
      if (nowMs - startedMs < quietMs || nowMs - drawnMs < redrawMs) return;
      drawnMs = nowMs;
      draw(`${drawBar(doneRatio)}\r`);
    },
    clear() {
      if (drawnMs !== Number.NEGATIVE_INFINITY) draw('\u001b[2K\r');
      drawnMs = Number.NEGATIVE_INFINITY;
    },
  };
}

/** `reading [#########.....................]  31 %` */
export function drawBar(doneRatio: number): string {
  const ratio = doneRatio >= 0 ? Math.min(1, doneRatio) : 0;
  const full = Math.round(ratio * barWidth);
  const percent = String(Math.floor(ratio * 100)).padStart(3);
  return `reading [${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${percent} %`;
}

function draw(text: string): void {
  try {
    writeSync(stderr, text);
  } catch {
    // A bar that cannot be drawn is not worth failing for.
  }
}

/** A bar by the time of the event that was read last, within the span of the packets. */
export function openTimeProgress(
  isWanted: boolean,
  set: TraceSet,
): { at(timeNs: number): void; clear(): void } {
  const progress = openProgress(isWanted);
  if (!isWanted || !isTerminalOn(stderr)) return { at() {}, clear() {} };
  const ends = set
    .extents()
    .flatMap(({ endNs }) => (endNs === undefined ? [] : [Number(endNs - set.originNs)]));
  const lastNs = ends.reduce((most, ns) => Math.max(most, ns), 1);
  return { at: (timeNs) => progress.update(timeNs / lastNs), clear: progress.clear };
}
