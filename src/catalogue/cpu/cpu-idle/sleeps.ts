/** One sleep of a CPU, and what sleeps are counted under. */
import { type Group, type KernelModel, type Latency, orAbsent } from '../../../analysis/index.ts';
import type { By } from './shapes.ts';

/** As the model tells it. */
export interface Slept {
  readonly cpu: number;
  /** -1 unknown. */
  readonly state: number;
  readonly beginNs: number;
  readonly endNs: number;
}

/** One whose length is known. */
export interface Sleep extends Slept {
  readonly durationNs: number;
  readonly model: KernelModel;
}

/** What is summed up beside the durations. */
export interface SleepSums {
  /** How much of the time that is asked for: without what was before it, with what goes on after it. */
  partNs: number;
}

type SleepGroup = Group<Latency<Sleep, SleepSums>>;

/** States have 32 bits, and one more is for the unknown one. */
const stateCount = 2 ** 33;

/** A number that stands for the group. */
export function keyOf(by: By, { cpu, state }: Pick<Slept, 'cpu' | 'state'>): number {
  switch (by) {
    case 'state':
      return state;
    case 'cpu':
      return cpu;
    case 'both':
      return cpu * stateCount + state + 1;
    case 'all':
      return 0;
  }
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key }: SleepGroup) {
  switch (by) {
    case 'state':
      return { state: orAbsent(key) };
    case 'cpu':
      return { cpu: key };
    case 'both':
      return { cpu: Math.floor(key / stateCount), state: orAbsent((key % stateCount) - 1) };
    case 'all':
      return { label: 'all sleeps' };
  }
}

/** One text for a group. */
export function labelOf(by: By, group: SleepGroup): string {
  const { cpu, state, label } = cellsOf(by, group) as Readonly<Record<string, unknown>>;
  if (label !== undefined) return String(label);
  const depth = state === undefined ? 'unknown state' : `state ${state}`;
  if (cpu === undefined) return depth;
  return by === 'cpu' ? `CPU ${cpu}` : `CPU ${cpu} ${depth}`;
}

/** Cells of one sleep. */
export function sleepCells(sleep: Sleep, originNs: bigint) {
  return { state: orAbsent(sleep.state), cpu: sleep.cpu, end: originNs + BigInt(Math.round(sleep.endNs)) };
}
