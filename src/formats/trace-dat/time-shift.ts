/**
 * How the times of a guest's trace become those of its host (trace-cmd.dat.v7(5), option TIME_SHIFT; how they are used:
 * trace-cmd's lib/trace-cmd/trace-input.c, `timestamp_host_sync`). While both were traced the clocks were compared again and again; each
 * comparison is a sample, and a time between two samples is corrected by the first one, or by what lies between the two where the
 * protocol asks for it.
 *
 *   guest   ──┬────────t──────┬────────────┬──
 *          sample 0        sample 1     sample 2         host time = (t · scaling >> fraction) + offset
 *
 * The multiplication is exact here: in trace-cmd it wraps at 64 bits.
 */
import type { SourceReader } from '../../tracepoints/source-reader.ts';

interface Sample {
  readonly time: bigint;
  readonly offset: bigint;
  readonly scaling: bigint;
  readonly fraction: bigint;
}

export interface TimeShift {
  /** The trace that the times are those of. */
  readonly peerTraceId: bigint;
  readonly isInterpolated: boolean;
  /** By CPU, in the order of time; no sample at all where the CPU has none. */
  readonly cpus: readonly (readonly Sample[])[];
}

const interpolateFlag = 1;

/** A shift by more would be a number without end, and means nothing. */
const fractionMax = 63n;

export function readTimeShift(reader: SourceReader): TimeShift {
  const peerTraceId = reader.u64('the id of the other trace');
  const flags = reader.u32('the flags');
  const cpuCount = reader.u32('the number of CPUs');
  if (cpuCount * 4 > reader.remainingBytes)
    throw reader.error(
      'damaged-option',
      `${cpuCount} CPUs don't fit into the ${reader.remainingBytes} bytes that are left`,
    );
  const read = [];
  for (let cpu = 0; cpu < cpuCount; cpu++) {
    const count = reader.u32(`the number of samples of CPU ${cpu}`);
    if (count * 24 > reader.remainingBytes)
      throw reader.error(
        'damaged-option',
        `${count} samples don't fit into the ${reader.remainingBytes} bytes that are left`,
      );
    const times = numbers(count, () => reader.u64('the time of a sample'));
    const offsets = numbers(count, () => BigInt.asIntN(64, reader.u64('the offset of a sample')));
    const scalings = numbers(count, () => reader.u64('the scaling of a sample'));
    read.push({ times, offsets, scalings });
  }
  // Recorders before these were written said nothing after the samples.
  const hasFractions = reader.remainingBytes > 0;
  const cpus = read.map(({ times, offsets, scalings }) => {
    const samples = times.map((time, index) => {
      const fraction = hasFractions ? reader.u64('the fraction of a sample') : 0n;
      if (fraction > fractionMax)
        throw reader.error('damaged-option', `A sample is scaled by 2^-${fraction}`);
      return { time, offset: offsets[index] as bigint, scaling: scalings[index] as bigint, fraction };
    });
    return inOrder(samples);
  });
  return { peerTraceId, isInterpolated: (flags & interpolateFlag) !== 0, cpus };
}

function numbers(count: number, read: () => bigint): bigint[] {
  return Array.from({ length: count }, read);
}

/** By time, of equal times the first. */
function inOrder(samples: readonly Sample[]): readonly Sample[] {
  const sorted = samples.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  return sorted.filter((sample, index) => index === 0 || sample.time !== sorted[index - 1]?.time);
}

/** The host's count for a guest's. */
export function shifted(shift: TimeShift, cpu: number, count: bigint): bigint {
  const samples = shift.cpus[cpu] ?? [];
  const [only] = samples;
  if (only === undefined) return count;
  if (samples.length === 1) return count + only.offset;
  const at = sampleBefore(samples, count);
  const [first, second] = [samples[at] as Sample, samples[at + 1] as Sample];
  return ((count * first.scaling) >> first.fraction) + correction(shift.isInterpolated, first, second, count);
}

/** The last sample that is not after a time and has another one after it. */
function sampleBefore(samples: readonly Sample[], count: bigint): number {
  let low = 0;
  let high = samples.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((samples[middle] as Sample).time <= count) low = middle;
    else high = middle - 1;
  }
  return low;
}

function correction(isInterpolated: boolean, first: Sample, second: Sample, count: bigint): bigint {
  if (!isInterpolated) return first.offset;
  const delta = second.time - first.time;
  const product = (count - first.time) * (second.offset - first.offset);
  // Rounded and cut off as trace-cmd does, so that both give the same nanosecond.
  return first.offset + (product + delta / 2n) / delta;
}
