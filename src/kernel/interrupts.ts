/**
 * Interrupt handlers and soft interrupts, by CPU.
 *
 *     cpu 0  ──┤entry irq 26├──┤entry irq 3├──┤exit 3├──┤exit 26├──          handlers may nest: a stack a CPU
 *     cpu 0  ──┤raise 3├──┤raise 3├──┤entry 3├──┤raise 3├──┤exit 3├──┤entry 3├──
 *               └──── raise latency ────┘        └─────── of the next one ────┘
 *
 * A soft interrupt that is raised again before it began is one; raised while it runs it runs once more.
 */
import { grown } from '../events/columns.ts';

/** A handler of a device's interrupt has returned. The object is used again for the next one. */
export interface IrqCompleted {
  irq: number;
  /** The handler's name in `names`, 0 unknown. */
  name: number;
  cpu: number;
  /** Whom it interrupted: 0 the idle thread, -1 unknown. */
  tid: number;
  enterNs: number;
  exitNs: number;
  /** 0 the interrupt was not this handler's, 1 it was, 2 it woke a thread that handles it. */
  ret: number;
  /** How many handlers it interrupted itself. */
  depth: number;
}

/** A soft interrupt is done. The object is used again for the next one. */
export interface SoftirqCompleted {
  vec: number;
  cpu: number;
  /** Whom it interrupted, or `ksoftirqd`; 0 the idle thread, -1 unknown. */
  tid: number;
  /** NaN where it was not recorded. */
  raiseNs: number;
  enterNs: number;
  exitNs: number;
}

export const irqCompleted = 8;
export const softirqCompleted = 16;

/** Soft interrupts by number (include/linux/interrupt.h). */
export const softirqNames: readonly string[] = [
  'HI',
  'TIMER',
  'NET_TX',
  'NET_RX',
  'BLOCK',
  'IRQ_POLL',
  'TASKLET',
  'SCHED',
  'HRTIMER',
  'RCU',
];

const vecCount = 16;
const depthMax = 8;
const cpuCountMax = 1 << 16;

export class Interrupts {
  /** By CPU: how many handlers run. */
  #depths: Int32Array = new Int32Array(16);
  /** By CPU and depth. */
  #irqs: Int32Array = new Int32Array(16 * depthMax);
  #names: Int32Array = new Int32Array(16 * depthMax);
  #enterNs: Float64Array = new Float64Array(16 * depthMax);
  /** By CPU and number; NaN none. */
  #raisedNs: Float64Array = new Float64Array(16 * vecCount).fill(Number.NaN);
  #beganNs: Float64Array = new Float64Array(16 * vecCount).fill(Number.NaN);
  #raisedOfBegunNs: Float64Array = new Float64Array(16 * vecCount).fill(Number.NaN);
  readonly irq: IrqCompleted = {
    irq: -1,
    name: 0,
    cpu: -1,
    tid: -1,
    enterNs: 0,
    exitNs: 0,
    ret: 0,
    depth: 0,
  };
  readonly softirq: SoftirqCompleted = {
    vec: -1,
    cpu: -1,
    tid: -1,
    raiseNs: Number.NaN,
    enterNs: 0,
    exitNs: 0,
  };
  /** Exits without an entry: of handlers that ran when recording began, or whose entry was lost. */
  exitWithoutEntryCount = 0;
  /** Entries whose exit was lost. */
  lostExitCount = 0;

  irqEntered(cpu: number, irq: number, name: number, timeNs: number): void {
    if (!this.#hasRoom(cpu)) return;
    let depth = this.#depths[cpu] as number;
    if (depth === depthMax) {
      // More than the kernel would nest: exits were lost.
      this.lostExitCount += depth;
      depth = 0;
    }
    const at = cpu * depthMax + depth;
    this.#irqs[at] = irq;
    this.#names[at] = name;
    this.#enterNs[at] = timeNs;
    this.#depths[cpu] = depth + 1;
  }

  /** @returns which transitions there are */
  irqExited(cpu: number, irq: number, ret: number, tid: number, timeNs: number): number {
    if (!this.#hasRoom(cpu)) return 0;
    const top = this.#depths[cpu] as number;
    let depth = top;
    while (depth > 0 && this.#irqs[cpu * depthMax + depth - 1] !== irq) depth--;
    if (depth === 0) {
      this.exitWithoutEntryCount++;
      return 0;
    }
    this.lostExitCount += top - depth;
    this.#depths[cpu] = depth - 1;
    const at = cpu * depthMax + depth - 1;
    const { irq: completed } = this;
    completed.irq = irq;
    completed.name = this.#names[at] as number;
    completed.cpu = cpu;
    completed.tid = tid;
    completed.enterNs = this.#enterNs[at] as number;
    completed.exitNs = timeNs;
    completed.ret = ret;
    completed.depth = depth - 1;
    return irqCompleted;
  }

  softirqRaised(cpu: number, vec: number, timeNs: number): void {
    if (!this.#hasRoom(cpu) || !isVec(vec)) return;
    const at = cpu * vecCount + vec;
    if (Number.isNaN(this.#raisedNs[at] as number)) this.#raisedNs[at] = timeNs;
  }

  softirqEntered(cpu: number, vec: number, timeNs: number): void {
    if (!this.#hasRoom(cpu) || !isVec(vec)) return;
    const at = cpu * vecCount + vec;
    if (!Number.isNaN(this.#beganNs[at] as number)) this.lostExitCount++;
    this.#beganNs[at] = timeNs;
    this.#raisedOfBegunNs[at] = this.#raisedNs[at] as number;
    this.#raisedNs[at] = Number.NaN;
  }

  /** @returns which transitions there are */
  softirqExited(cpu: number, vec: number, tid: number, timeNs: number): number {
    if (!this.#hasRoom(cpu) || !isVec(vec)) return 0;
    const at = cpu * vecCount + vec;
    const enterNs = this.#beganNs[at] as number;
    if (Number.isNaN(enterNs)) {
      this.exitWithoutEntryCount++;
      return 0;
    }
    this.#beganNs[at] = Number.NaN;
    const { softirq } = this;
    softirq.vec = vec;
    softirq.cpu = cpu;
    softirq.tid = tid;
    softirq.raiseNs = this.#raisedOfBegunNs[at] as number;
    softirq.enterNs = enterNs;
    softirq.exitNs = timeNs;
    return softirqCompleted;
  }

  /** After lost events of a CPU: what ran there may be done. @param cpu -1 any of them */
  forgetIrqs(cpu: number): void {
    if (cpu < 0) this.#depths.fill(0);
    else this.#depths.fill(0, cpu, cpu + 1);
  }

  /** The same for soft interrupts. */
  forgetSoftirqs(cpu: number): void {
    const [from, to] = cpu < 0 ? [0] : [cpu * vecCount, (cpu + 1) * vecCount];
    this.#raisedNs.fill(Number.NaN, from, to);
    this.#beganNs.fill(Number.NaN, from, to);
  }

  #hasRoom(cpu: number): boolean {
    if (!(cpu >= 0 && cpu < cpuCountMax)) return false;
    if (cpu < this.#depths.length) return true;
    const before = this.#depths.length;
    this.#depths = grown(this.#depths, cpu + 1);
    const count = this.#depths.length;
    this.#irqs = grown(this.#irqs, count * depthMax);
    this.#names = grown(this.#names, count * depthMax);
    this.#enterNs = grown(this.#enterNs, count * depthMax);
    const from = before * vecCount;
    this.#raisedNs = grown(this.#raisedNs, count * vecCount).fill(Number.NaN, from);
    this.#beganNs = grown(this.#beganNs, count * vecCount).fill(Number.NaN, from);
    this.#raisedOfBegunNs = grown(this.#raisedOfBegunNs, count * vecCount).fill(Number.NaN, from);
    return true;
  }
}

function isVec(vec: number): boolean {
  return vec >= 0 && vec < vecCount;
}
