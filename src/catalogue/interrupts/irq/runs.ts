/** One run of a handler, whatever its kind; and what runs are counted under. */
import {
  type Group,
  type IrqCompleted,
  type KernelModel,
  kernelAddress,
  type Latency,
  orAbsent,
  type SoftirqCompleted,
  softirqNames,
  threadLabel,
  threadName,
  type VectorCompleted,
} from '../../../analysis/index.ts';
import type { Distribution } from '../../../results/index.ts';
import type { By } from './shapes.ts';

/** In the order of their numbers in keys. */
export const kinds = ['irq', 'softirq', 'ipi', 'local'] as const;
type Kind = (typeof kinds)[number];

/** Copied from what the model tells. */
export interface Run {
  readonly kind: Kind;
  /** The number of the interrupt, or of the soft interrupt, or the vector; -1 none. */
  readonly irq: number;
  /** The name of the handler or of the vector in `names`, 0 for soft interrupts. */
  readonly name: number;
  readonly cpu: number;
  readonly tid: number;
  /** When it was asked for; NaN not known. */
  readonly raiseNs: number;
  readonly enterNs: number;
  readonly exitNs: number;
  /** What a device's handler returned, else NaN. */
  readonly ret: number;
  /** Of those among CPUs: who sent it, and the function that it called; -1 and 0 not known. */
  readonly senderCpu: number;
  readonly senderTid: number;
  readonly function: number;
  readonly functionName: number;
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
  /** The number of the interrupt, where they all have the same. */
  irq: number;
}

/** Who asked for it. */
type Sent = Pick<Run, 'senderCpu' | 'senderTid' | 'function' | 'functionName'>;

const unsent: Sent = { senderCpu: -1, senderTid: -1, function: 0, functionName: 0 };

export function hardRun(irq: IrqCompleted, model: KernelModel): Run {
  return makeRun('irq', irq.irq, irq.name, irq.ret, irq, unsent, Number.NaN, model);
}

export function softRun(softirq: SoftirqCompleted, model: KernelModel): Run {
  return makeRun('softirq', softirq.vec, 0, Number.NaN, softirq, unsent, softirq.raiseNs, model);
}

export function vectorRun(vector: VectorCompleted, model: KernelModel): Run {
  const kind = vector.isLocal ? 'local' : 'ipi';
  return makeRun(kind, vector.vector, vector.name, Number.NaN, vector, vector, vector.sendNs, model);
}

/** Written field by field: these are frequent, and a copy of all that an object has takes many times as long. */
function makeRun(
  kind: Kind,
  irq: number,
  name: number,
  ret: number,
  { cpu, tid, enterNs, exitNs }: Pick<Run, 'cpu' | 'tid' | 'enterNs' | 'exitNs'>,
  sent: Sent,
  raiseNs: number,
  model: KernelModel,
): Run {
  return {
    kind,
    irq,
    name,
    cpu,
    tid,
    raiseNs,
    enterNs,
    exitNs,
    ret,
    senderCpu: sent.senderCpu,
    senderTid: sent.senderTid,
    function: sent.function,
    functionName: sent.functionName,
    durationNs: exitNs - enterNs,
    endNs: exitNs,
    model,
  };
}

/** Names are numbered densely and numbers of interrupts are small: together they fit into 52 bits. */
const nameCountMax = 2 ** 24;

/** A number that stands for the group: its kind and what it is by. */
export function keyOf(by: By, run: Run): number {
  return numberOf(by, run) * kinds.length + kinds.indexOf(run.kind);
}

function numberOf(by: By, run: Run): number {
  switch (by) {
    case 'irq':
      // Some architectures have only names for vectors.
      return run.kind === 'ipi' || run.kind === 'local' ? run.name : run.irq;
    case 'handler':
      return (run.irq + 1) * nameCountMax + run.name;
    case 'kind':
      return 0;
    case 'cpu':
      return run.cpu;
    case 'thread':
      return run.tid;
    case 'sender':
      return run.senderTid;
    case 'function':
      return run.model.names.idOf(functionOf(run) ?? '');
  }
}

type RunGroup = Group<Latency<Run, RunSums>>;

function partsOf({ key }: RunGroup): { readonly kind: Kind; readonly number: number } {
  const number = Math.floor(key / kinds.length);
  return { kind: kinds[key - number * kinds.length] as Kind, number };
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, group: RunGroup) {
  const { model, value } = group;
  const { kind, number } = partsOf(group);
  const { extra } = value;
  switch (by) {
    case 'irq':
    case 'handler':
      return { kind, irq: orAbsent(extra.irq), name: nameOf(kind, extra.irq, extra.names, model) };
    case 'kind':
      return { kind };
    case 'cpu':
      return { kind, cpu: orAbsent(number) };
    case 'thread':
      return { kind, comm: threadName(number, model), tid: number > 0 ? number : undefined };
    case 'sender':
      return { kind, ...senderCells(number, model) };
    case 'function':
      return { kind, function: number === 0 ? undefined : model.names.text(number) };
  }
}

/** One text for a group. */
export function labelOf(by: By, group: RunGroup): string {
  const { kind, irq, name, cpu, ...rest } = cellsOf(by, group) as Readonly<Record<string, unknown>>;
  switch (by) {
    case 'irq':
    case 'handler':
      return [kind, irq, name].filter((part) => part !== undefined).join(' ');
    case 'kind':
      return String(kind);
    case 'cpu':
      return `CPU ${cpu} ${kind}`;
    case 'thread':
    case 'sender':
      return `${threadLabel(partsOf(group).number, group.model)} ${kind}`;
    case 'function':
      return `${kind} ${rest['function'] ?? 'unknown'}`;
  }
}

function senderCells(tid: number, model: KernelModel) {
  return { 'sender-comm': threadName(tid, model), 'sender-tid': tid > 0 ? tid : undefined };
}

/** Its name where the trace has it, else its address. */
export function functionOf(run: Run): string | undefined {
  if (run.functionName !== 0) return run.model.names.text(run.functionName);
  return run.function === 0 ? undefined : `0x${kernelAddress(run.function).toString(16)}`;
}

export function nameOf(
  kind: Kind,
  irq: number,
  handlers: readonly number[],
  { names }: KernelModel,
): string | undefined {
  if (kind === 'softirq') return softirqNames[irq];
  const known = handlers.filter((name) => name !== 0).map((name) => names.text(name));
  return known.length === 0 ? undefined : known.join(', ');
}
