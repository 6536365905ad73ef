/**
 * Interrupts that are not a device's: those that CPUs send each other, and those of a CPU's own timer and sensors.
 *
 *     cpu 0  ──┤queue function├┤send to 1├──────────────────────────────────
 *                    └────────────┴── on its way ──┐
 *     cpu 1  ──────────────────────────────┤entry call├┤calls function├┤exit call├──          one run
 *
 * They do not nest. A CPU is sent another one of a kind only when it has taken the one before: its queue of functions was empty, and it was not
 * about to look for another thread already. So the last one sent is the one that is taken.
 */
import { localVectorNames } from '../vocabulary/vector-names.ts';
import type { FunctionSeen } from './function-names.ts';
import type { Names } from './names.ts';

/** An interrupt that is not a device's is done. The object is used again for the next one. */
export interface VectorCompleted {
  /** In `names`: the tracepoint's (`reschedule`), or the kernel's own words; 0 unknown. */
  name: number;
  /** -1 where the architecture has no such numbers. */
  vector: number;
  /** Whether it is the CPU's own timer or sensor, and no other CPU's message. */
  isLocal: boolean;
  cpu: number;
  /** Whom it interrupted: 0 the idle thread, -1 unknown. */
  tid: number;
  /** When it was sent, or what it is to do was queued; NaN unknown, and so of local ones. */
  sendNs: number;
  /** From which CPU, by which thread; -1 unknown. */
  senderCpu: number;
  senderTid: number;
  /** The first function that it called: the low 52 bits of its address, and its name in `names`; 0 unknown. */
  function: number;
  functionName: number;
  enterNs: number;
  exitNs: number;
}

export const vectorCompleted = 131072;

/** What one CPU sends another. */
type Message = 'reschedule' | 'call' | 'work';

interface Sent {
  readonly timeNs: number;
  readonly cpu: number;
  readonly tid: number;
}

interface Run {
  readonly name: number;
  readonly vector: number;
  readonly enterNs: number;
  sent: Sent | undefined;
  function: number;
  functionName: number;
}

const localNames: ReadonlySet<string> = new Set(localVectorNames);

/** Functions are queued in memory of the kernel, one for a pair of CPUs in the main: a trace with more of them at a time is damaged. */
const queuedCountMax = 1 << 20;
const cpuCountMax = 1 << 16;

export class Vectors {
  readonly #names: Names;
  /** By CPU that is sent it. */
  readonly #sent: Record<Message, (Sent | undefined)[]> = { reschedule: [], call: [], work: [] };
  /** Functions to be called, by the address of the entry in the queue. */
  readonly #queued = new Map<number, Sent>();
  /** By CPU. */
  readonly #runs: (Run | undefined)[] = [];
  /** By name: what it is, looked up once. */
  readonly #messages = new Map<number, Message | 'local' | undefined>();
  readonly completed: VectorCompleted = {
    name: 0,
    vector: -1,
    isLocal: false,
    cpu: -1,
    tid: -1,
    sendNs: Number.NaN,
    senderCpu: -1,
    senderTid: -1,
    function: 0,
    functionName: 0,
    enterNs: 0,
    exitNs: 0,
  };
  /** Exits without an entry. */
  exitWithoutEntryCount = 0;
  /** Entries whose exit was lost. */
  lostExitCount = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  /** @param callback 0: look for another thread; else what is to be done */
  sent(target: number, callback: number, cpu: number, tid: number, timeNs: number): void {
    if (!isCpu(target)) return;
    // Of its own accord a CPU interrupts itself for one thing only.
    const message = callback === 0 ? 'reschedule' : target === cpu ? 'work' : 'call';
    this.#sent[message][target] = { timeNs, cpu, tid };
  }

  /** As `sent`, where the kernel says in words what for. */
  raised(target: number, reason: number, cpu: number, tid: number, timeNs: number): void {
    const message = this.#messageOf(reason);
    if (isCpu(target) && message !== undefined && message !== 'local')
      this.#sent[message][target] = { timeNs, cpu, tid };
  }

  functionQueued(entry: number, cpu: number, tid: number, timeNs: number): void {
    if (this.#queued.size >= queuedCountMax) this.#queued.clear();
    this.#queued.set(entry, { timeNs, cpu, tid });
  }

  /** A CPU calls a function of its queue, or one of its own. */
  functionCalled(entry: number, cpu: number, { address, name }: FunctionSeen): void {
    const queued = this.#queued.get(entry);
    this.#queued.delete(entry);
    const run = this.#runs[cpu];
    // An idle CPU looks into its queue without being interrupted.
    if (run === undefined || run.function !== 0) return;
    run.function = address;
    run.functionName = name;
    run.sent ??= queued;
  }

  /** After lost events of a CPU: what ran there may be done, and what was sent taken. @param cpu -1 any of them */
  forget(cpu: number): void {
    for (const sent of Object.values(this.#sent)) sent.length = 0;
    this.#queued.clear();
    if (cpu < 0) this.#runs.length = 0;
    else if (cpu < this.#runs.length) this.#runs[cpu] = undefined;
  }

  entered(cpu: number, name: number, vector: number, timeNs: number): void {
    if (!isCpu(cpu)) return;
    if (this.#runs[cpu] !== undefined) this.lostExitCount++;
    const message = this.#messageOf(name);
    let sent: Sent | undefined;
    if (message !== undefined && message !== 'local') {
      sent = this.#sent[message][cpu];
      this.#sent[message][cpu] = undefined;
    }
    this.#runs[cpu] = { name, vector, enterNs: timeNs, sent, function: 0, functionName: 0 };
  }

  /** @returns which transitions there are */
  exited(cpu: number, name: number, tid: number, timeNs: number): number {
    const run = this.#runs[cpu];
    if (run?.name !== name) {
      this.exitWithoutEntryCount++;
      return 0;
    }
    this.#runs[cpu] = undefined;
    const { completed } = this;
    completed.name = name;
    completed.vector = run.vector;
    completed.isLocal = this.#messageOf(name) === 'local';
    completed.cpu = cpu;
    completed.tid = tid;
    completed.sendNs = run.sent?.timeNs ?? Number.NaN;
    completed.senderCpu = run.sent?.cpu ?? -1;
    completed.senderTid = run.sent?.tid ?? -1;
    completed.function = run.function;
    completed.functionName = run.functionName;
    completed.enterNs = run.enterNs;
    completed.exitNs = timeNs;
    return vectorCompleted;
  }

  #messageOf(name: number): Message | 'local' | undefined {
    if (this.#messages.has(name)) return this.#messages.get(name);
    const message = messageNamed(this.#names.text(name));
    this.#messages.set(name, message);
    return message;
  }
}

/** x86 has tracepoints for each, ARM has words: `Rescheduling interrupts`, `Function call interrupts`, `IRQ work interrupts`. */
function messageNamed(name: string): Message | 'local' | undefined {
  if (localNames.has(name)) return 'local';
  if (/^reschedul/i.test(name)) return 'reschedule';
  if (/^(?:call_function|function call)/i.test(name)) return 'call';
  return /^irq.work/i.test(name) ? 'work' : undefined;
}

function isCpu(cpu: number): boolean {
  return cpu >= 0 && cpu < cpuCountMax;
}
