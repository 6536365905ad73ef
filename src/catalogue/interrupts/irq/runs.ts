/** One run of a handler or of a soft interrupt, whichever it is; and what runs are counted under. */
import {
  type Group,
  type IrqCompleted,
  type KernelModel,
  type Latency,
  type SoftirqCompleted,
  softirqNames,
  threadLabel,
  threadName,
} from '../../../analysis/index.ts';
import type { Distribution } from '../../../results/index.ts';
import type { By } from './shapes.ts';

/** Copied from what the model tells. */
export interface Run {
  readonly isSoft: boolean;
  /** The number of the interrupt, or of the soft interrupt. */
  readonly irq: number;
  /** The handler's name in `names`, 0 for soft interrupts. */
  readonly name: number;
  readonly cpu: number;
  readonly tid: number;
  /** NaN not known. */
  readonly raiseNs: number;
  readonly enterNs: number;
  readonly exitNs: number;
  /** NaN for soft interrupts. */
  readonly ret: number;
  readonly durationNs: number;
  readonly endNs: number;
  readonly model: KernelModel;
}

/** What is summed up beside the durations. */
export interface RunSums {
  /** Times from being asked for to beginning. */
  readonly raises: Distribution;
  /** Names of the handlers of one interrupt, in the order in which they were first seen. */
  readonly names: number[];
}

export function hardRun(irq: IrqCompleted, model: KernelModel): Run {
  return { ...irq, isSoft: false, raiseNs: Number.NaN, model, ...timesOf(irq) };
}

export function softRun(softirq: SoftirqCompleted, model: KernelModel): Run {
  const { vec } = softirq;
  return { ...softirq, isSoft: true, irq: vec, name: 0, ret: Number.NaN, model, ...timesOf(softirq) };
}

function timesOf({ enterNs, exitNs }: SoftirqCompleted | IrqCompleted) {
  return { durationNs: exitNs - enterNs, endNs: exitNs };
}

export const kindOf = (isSoft: boolean): string => (isSoft ? 'softirq' : 'irq');

/** Names are numbered densely and numbers of interrupts are small: together they fit into 52 bits. */
const nameCountMax = 2 ** 24;

/** A number that stands for the group: even for handlers, odd for soft interrupts. */
export function keyOf(by: By, run: Run): number {
  const soft = run.isSoft ? 1 : 0;
  switch (by) {
    case 'irq':
      return run.irq * 2 + soft;
    case 'handler':
      return (run.irq * nameCountMax + run.name) * 2 + soft;
    case 'kind':
      return soft;
    case 'cpu':
      return run.cpu * 2 + soft;
    case 'thread':
      return run.tid * 2 + soft;
  }
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key, model, value }: Group<Latency<Run, RunSums>>) {
  const isSoft = key % 2 !== 0;
  const number = Math.floor(key / 2);
  const kind = kindOf(isSoft);
  switch (by) {
    case 'irq':
      return { kind, irq: number, name: nameOf(isSoft, number, value.extra.names, model) };
    case 'handler': {
      const irq = Math.floor(number / nameCountMax);
      return { kind, irq, name: nameOf(isSoft, irq, value.extra.names, model) };
    }
    case 'kind':
      return { kind };
    case 'cpu':
      return { kind, cpu: number < 0 ? undefined : number };
    case 'thread':
      return { kind, comm: threadName(number, model), tid: number > 0 ? number : undefined };
  }
}

/** One text for a group. */
export function labelOf(by: By, group: Group<Latency<Run, RunSums>>): string {
  const { kind, irq, name, cpu } = cellsOf(by, group) as Readonly<Record<string, unknown>>;
  switch (by) {
    case 'irq':
    case 'handler':
      return name === undefined ? `${kind} ${irq}` : `${kind} ${irq} ${name}`;
    case 'kind':
      return String(kind);
    case 'cpu':
      return `CPU ${cpu} ${kind}`;
    case 'thread':
      return `${threadLabel(Math.floor(group.key / 2), group.model)} ${kind}`;
  }
}

export function nameOf(
  isSoft: boolean,
  irq: number,
  handlers: readonly number[],
  { names }: KernelModel,
): string | undefined {
  if (isSoft) return softirqNames[irq];
  const known = handlers.filter((name) => name !== 0).map((name) => names.text(name));
  return known.length === 0 ? undefined : known.join(', ');
}
