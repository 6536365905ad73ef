/**
 * What a CPU does when it has nothing to do, and how fast it runs.
 *
 *     cpu 0   ──┤idle, state 2├────── asleep ──────┤idle, state -1├──
 *     cpu 0   ──┤frequency 1200000├── at 1.2 GHz ──┤frequency 2800000├──
 */

/** A CPU is awake again, or sleeps less or more deeply. The object is used again for the next one. */
export interface IdleLeft {
  cpu: number;
  tid: number;
  /** How deep it slept, as the driver counts: 0 is the lightest; -1 unknown. */
  state: number;
  /** -Infinity: before all that is known. */
  beginNs: number;
  endNs: number;
}

/** A CPU runs at another frequency. The object is used again for the next one. */
export interface FrequencyChanged {
  cpu: number;
  tid: number;
  /** -1 unknown. */
  fromKHz: number;
  toKHz: number;
  /** Since when it ran at the one before; NaN unknown. */
  beginNs: number;
  endNs: number;
}

export const idleLeft = 16384;
export const frequencyChanged = 32768;

const cpuCountMax = 1 << 16;
/** What an awake CPU's state is: -1 without a sign. */
const awake = 2 ** 32 - 1;

/** What holds, and since when. */
export interface Since {
  readonly value: number;
  readonly sinceNs: number;
}

export class Power {
  /** By CPU; `value` is -1 for an awake one, undefined not known. */
  readonly #idle: (Since | undefined)[] = [];
  readonly #frequency: (Since | undefined)[] = [];
  readonly left: IdleLeft = { cpu: -1, tid: 0, state: -1, beginNs: 0, endNs: 0 };
  readonly changed: FrequencyChanged = {
    cpu: -1,
    tid: -1,
    fromKHz: -1,
    toKHz: -1,
    beginNs: Number.NaN,
    endNs: 0,
  };

  /** How deep a CPU sleeps, -1 for one that is awake, and since when; undefined not known. */
  idleOf(cpu: number): Since | undefined {
    return this.#idle[cpu];
  }

  /** In kHz, and since when; undefined not known. */
  frequencyOf(cpu: number): Since | undefined {
    return this.#frequency[cpu];
  }

  /** After lost events of a CPU: whether it sleeps is not known. @param cpu -1 any of them */
  forgetIdle(cpu: number): void {
    if (cpu < 0) this.#idle.length = 0;
    else if (cpu < this.#idle.length) this.#idle[cpu] = undefined;
  }

  /** After lost events: one CPU may set the frequencies of others. */
  forgetFrequencies(): void {
    this.#frequency.length = 0;
  }

  /** @returns which transitions there are */
  idled(cpu: number, state: number, timeNs: number): number {
    if (!(cpu >= 0 && cpu < cpuCountMax) || Number.isNaN(state)) return 0;
    const before = this.#idle[cpu];
    const isAwake = state === awake || state < 0;
    this.#idle[cpu] = { value: isAwake ? -1 : state, sinceNs: timeNs };
    // Some drivers go from one state to another without telling that the CPU was awake between, and some wake twice.
    if (before === undefined ? !isAwake : before.value < 0) return 0;
    this.left.cpu = cpu;
    this.left.state = before?.value ?? -1;
    this.left.beginNs = before?.sinceNs ?? Number.NEGATIVE_INFINITY;
    this.left.endNs = timeNs;
    return idleLeft;
  }

  /** @returns which transitions there are */
  frequencySet(cpu: number, kHz: number, tid: number, timeNs: number): number {
    if (!(cpu >= 0 && cpu < cpuCountMax) || Number.isNaN(kHz)) return 0;
    const before = this.#frequency[cpu];
    if (before?.value === kHz) return 0;
    this.#frequency[cpu] = { value: kHz, sinceNs: timeNs };
    this.changed.cpu = cpu;
    this.changed.tid = tid;
    this.changed.fromKHz = before?.value ?? -1;
    this.changed.toKHz = kHz;
    this.changed.beginNs = before?.sinceNs ?? Number.NaN;
    this.changed.endNs = timeNs;
    return frequencyChanged;
  }
}
