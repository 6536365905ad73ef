/**
 * Which clock the kernel put into the ring buffer (tracefs `trace_clock`; kernel's Documentation/trace/ftrace.rst), and what its counts are
 * in nanoseconds.
 *
 *   count ──TIME_SHIFT──▶ the host's count ──TSC2NSEC, or the clock's unit──▶ ns ──OFFSET + DATE──▶ ns since the clock's origin
 *
 * trace-cmd shows counts of `uptime` as nanoseconds: here they are the hundredths of a second that the kernel counts.
 */
import { type Clock, cyclesToNs } from '../../events/clock.ts';
import type { TraceOptions, TscToNs } from './options.ts';
import { ShiftConverter } from './shift-converter.ts';
import { shifted, type TimeShift } from './time-shift.ts';

/** Converts counts near a base. */
export interface CountConverter {
  rebase(base: bigint): void;
  /** Nanoseconds from the origin of `base + difference`. */
  ns(difference: number): number;
}

/** A clock and how its counts become times. */
export interface TraceClock {
  readonly clock: Clock;
  /** A count is known to be some time: false for a mere counter, and where a processor's frequency is not said. */
  readonly hasUnit: boolean;
  /** The length of one count in nanoseconds, where that is a whole number and the same for each. */
  readonly nsPerCount: number | undefined;
  /** Nanoseconds from the clock's origin. */
  toNs(count: bigint, cpu: number): bigint;
  /** @param originNs what the times are to be relative to, from the clock's origin */
  converter(originNs: bigint, cpu: number): CountConverter;
}

const nsPerSecond = 1_000_000_000n;

/** What clocks count from: clocks of one machine with the same one can be put on one axis. */
const origins: Readonly<Record<string, string>> = {
  local: 'sched_clock',
  global: 'sched_clock',
  perf: 'sched_clock',
  uptime: 'jiffies',
  mono: 'monotonic',
  mono_raw: 'monotonic_raw',
  boot: 'boottime',
  tai: 'tai',
};

/** The kernel counts `uptime` in 1/100 s (its USER_HZ) since 3.16, and in nanoseconds before. */
const uptimeHz = 100n;

/** `local` of `[local] global counter`; files from before there was a choice say nothing. */
export function clockInUse(traceClock: string | undefined): string {
  if (traceClock === undefined) return 'local';
  const match = /\[([^\]]*)\]/.exec(traceClock);
  return (match?.[1] ?? traceClock).trim() || 'local';
}

/**
 * @param machine what tells this machine's clocks from others'
 * @param correction what the user wants to be added
 */
export function makeTraceClock(
  name: string,
  options: TraceOptions,
  machine: string,
  correction: (clock: Clock) => bigint,
): TraceClock {
  const { tscToNs, timeShift, dateNs, offsetNs = 0n } = options;
  const isTsc = tscToNs !== undefined && tscToNs.multiplier > 0n && tscToNs.shift <= 63n;
  const scale = isTsc && isCycleClock(name) ? tscToNs : undefined;
  const frequencyHz = name === 'uptime' && countsTicks(options.uname) ? uptimeHz : nsPerSecond;
  const recorded = withAdded(offsetNs + (dateNs ?? 0n), {
    name,
    description: descriptionOf(name, scale),
    frequencyHz,
    offsetSeconds: 0n,
    offsetCycles: 0n,
    precisionCycles: 0n,
    isAbsolute: dateNs !== undefined,
    origin: dateNs !== undefined ? 'unix-epoch' : originOf(name, options, machine),
  });
  const clock = withAdded(correction(recorded), recorded);
  return {
    clock,
    hasUnit: scale !== undefined || Object.hasOwn(origins, name) || name === 'tsc2nsec',
    nsPerCount:
      scale === undefined && timeShift === undefined ? Number(nsPerSecond / frequencyHz) : undefined,
    toNs: (count, cpu) => {
      const own = timeShift === undefined ? count : shifted(timeShift, cpu, count);
      return cyclesToNs(clock, scale === undefined ? own : (own * scale.multiplier) >> scale.shift);
    },
    converter: (originNs, cpu) => {
      const zeroNs = cyclesToNs(clock, 0n) - originNs;
      const plain =
        scale === undefined
          ? new UnitConverter(nsPerSecond / frequencyHz, zeroNs)
          : new ShiftConverter(scale, zeroNs);
      return timeShift === undefined ? plain : new ShiftedConverter(timeShift, cpu, plain);
    },
  };
}

/** Whole seconds and the rest in cycles, whose part of a second is whole for both frequencies here but for what no clock of 1/100 s can tell. */
function withAdded(addedNs: bigint, clock: Clock): Clock {
  const totalNs =
    clock.offsetSeconds * nsPerSecond + (clock.offsetCycles * nsPerSecond) / clock.frequencyHz + addedNs;
  return {
    ...clock,
    offsetSeconds: totalNs / nsPerSecond,
    offsetCycles: ((totalNs % nsPerSecond) * clock.frequencyHz) / nsPerSecond,
  };
}

/** Clocks that count a processor's cycles: `x86-tsc`, `ppc-tb`, … */
function isCycleClock(name: string): boolean {
  return !Object.hasOwn(origins, name) && name !== 'counter';
}

function countsTicks(uname: string | undefined): boolean {
  const match = / (\d+)\.(\d+)/.exec(uname ?? '');
  if (match === null) return true;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 3 || (major === 3 && minor >= 16);
}

function descriptionOf(name: string, scale: TscToNs | undefined): string {
  if (scale !== undefined)
    return `ftrace's ${name}: nanoseconds are counts · ${scale.multiplier} >> ${scale.shift}`;
  return `ftrace's ${name}`;
}

/**
 * A guest whose times were shifted has its host's clock, which the host's trace names by the same trace id. An offset that the user asked
 * for puts a clock where only the user knows.
 */
function originOf(name: string, options: TraceOptions, machine: string): string {
  const { timeShift, guests, traceId, offsetNs } = options;
  const kind = origins[name] ?? name;
  const offset = offsetNs === undefined ? '' : ` and ${offsetNs} ns`;
  if (timeShift !== undefined) return `${kind} of trace ${hex(timeShift.peerTraceId)}${offset}`;
  if (guests.length > 0 && traceId !== undefined) return `${kind} of trace ${hex(traceId)}${offset}`;
  return `${kind} of ${machine}${offset}`;
}

function hex(id: bigint): string {
  return id.toString(16).padStart(16, '0');
}

/** Counts of a whole number of nanoseconds each. */
class UnitConverter implements CountConverter {
  readonly #nsPerCount: bigint;
  readonly #zeroNs: bigint;
  #baseNs = 0;

  /** @param zeroNs of count 0 */
  constructor(nsPerCount: bigint, zeroNs: bigint) {
    this.#nsPerCount = nsPerCount;
    this.#zeroNs = zeroNs;
  }

  rebase(base: bigint): void {
    this.#baseNs = Number(base * this.#nsPerCount + this.#zeroNs);
  }

  ns(difference: number): number {
    return this.#baseNs + difference * Number(this.#nsPerCount);
  }
}

/** Each count becomes the host's by itself: samples may lie anywhere between two records. */
class ShiftedConverter implements CountConverter {
  readonly #shift: TimeShift;
  readonly #cpu: number;
  readonly #plain: CountConverter;
  #base = 0n;
  #shiftedBase = 0n;

  constructor(shift: TimeShift, cpu: number, plain: CountConverter) {
    this.#shift = shift;
    this.#cpu = cpu;
    this.#plain = plain;
  }

  rebase(base: bigint): void {
    this.#base = base;
    this.#shiftedBase = shifted(this.#shift, this.#cpu, base);
    this.#plain.rebase(this.#shiftedBase);
  }

  ns(difference: number): number {
    const count = shifted(this.#shift, this.#cpu, this.#base + BigInt(difference));
    return this.#plain.ns(Number(count - this.#shiftedBase));
  }
}
