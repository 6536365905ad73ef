/** What a perf recording says about itself: host, tracer, clock. */
import type { TraceInput } from '../../bytes/source.ts';
import type { Clock, ClockCorrection } from '../../events/clock.ts';
import type { TraceAbout } from '../../events/reader.ts';
import type { FileHeader } from './file-header.ts';
import type { FoundRecording } from './find-recordings.ts';
import type { Recording } from './recording.ts';

/** @param correction of its clock, by the user */
export function aboutRecording(
  index: number,
  input: TraceInput,
  { header: file, parts }: FoundRecording,
  header: FileHeader,
  recording: Recording,
  correction: ClockCorrection | undefined,
): TraceAbout {
  const { hostName, kernelRelease, architecture, perfVersion, environment } = recording;
  const files = [file, ...parts];
  const root = input.name.replace(/\/+$/, '').replace(/^.*\//, '') || input.name;
  const clock = clockOf(recording);
  return {
    ...{ index, environment, hostName, kernelRelease, architecture },
    name: input.kind === 'file' ? root : `${root}/${file.path.replace(/(^|\/)data$/, '')}`.replace(/\/$/, ''),
    format: 'perf-data',
    formatTitle: titleOf(header, recording),
    uuid: undefined,
    tracer: perfVersion === undefined ? 'perf' : `perf ${perfVersion}`,
    domain: 'kernel',
    byteOrder: header.byteOrder,
    clocks: [corrected(clock, correction?.(clock) ?? 0n)],
    files: files.map(({ path }) => path),
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

function titleOf(header: FileHeader, recording: Recording): string {
  const mode = header.kind === 'pipe' ? ', pipe' : recording.isFolder ? ', folder' : '';
  return `perf.data ${header.version}${mode}`;
}

const nsPerSecond = 1_000_000_000n;

/** Of clock_gettime(2), which `perf record -k` takes. */
const clockNames: Readonly<Record<number, string>> = {
  0: 'realtime',
  1: 'monotonic',
  4: 'monotonic_raw',
  7: 'boottime',
  11: 'tai',
};

/**
 * Times are the kernel's scheduler clock, or the clock that was asked for. What it is at a time of day is said by the file, if it is one
 * of the latter; else it counts from an origin that only recordings of the same host share.
 */
function clockOf({ events, clockData, hostName }: Recording): Clock {
  const chosen = events.find(({ attribute }) => attribute.flags.has('useClockId'))?.attribute.clockId;
  const name = chosen === undefined ? 'perf_clock' : (clockNames[chosen] ?? `clock ${chosen}`);
  const isWall = name === 'realtime';
  const offsetNs =
    clockData !== undefined && clockData.clockId === chosen
      ? clockData.wallClockNs - clockData.clockNs
      : undefined;
  const isAbsolute = isWall || offsetNs !== undefined;
  const totalNs = isWall ? 0n : (offsetNs ?? 0n);
  return {
    name,
    description: chosen === undefined ? "the kernel's scheduler clock" : `CLOCK_${name.toUpperCase()}`,
    frequencyHz: nsPerSecond,
    ...splitOffset(totalNs),
    precisionCycles: 0n,
    isAbsolute,
    origin: isAbsolute ? 'unix-epoch' : `${name}@${hostName ?? ''}`,
  };
}

function splitOffset(ns: bigint): Pick<Clock, 'offsetSeconds' | 'offsetCycles'> {
  const offsetSeconds = ns / nsPerSecond;
  return { offsetSeconds, offsetCycles: ns - offsetSeconds * nsPerSecond };
}

function corrected(clock: Clock, addedNs: bigint): Clock {
  if (addedNs === 0n) return clock;
  return { ...clock, ...splitOffset(offsetNsOf(clock) + addedNs) };
}

/** What is added to a recorded time. */
export function offsetNsOf(clock: Clock): bigint {
  return clock.offsetSeconds * nsPerSecond + clock.offsetCycles;
}
