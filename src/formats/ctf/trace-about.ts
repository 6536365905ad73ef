/** What the environment of a CTF trace says about where it was recorded (lttng-modules, lttng-ust, perf, barectf). */
import type { TraceInput } from '../../bytes/source.ts';
import type { Clock, ClockCorrection } from '../../events/clock.ts';
import type { EnvironmentValue, TraceAbout } from '../../events/reader.ts';
import { baseName } from './find-traces.ts';
import type { TraceClass } from './trace-class.ts';

export function aboutTrace(
  index: number,
  input: TraceInput,
  folder: string,
  traceClass: TraceClass,
  files: readonly { readonly path: string; readonly sizeBytes: number }[],
  correction: ClockCorrection | undefined,
): TraceAbout {
  const environment = traceClass.environment;
  const text = (...names: string[]) => textOf(environment, names);
  const root = baseName(input.name.replace(/\/+$/, '')) || input.name;
  return {
    index,
    name: folder === '' ? root : `${root}/${folder}`,
    format: 'ctf',
    formatTitle: `CTF ${traceClass.version}`,
    uuid: traceClass.uuid,
    environment,
    hostName: text('hostname', 'host'),
    tracer: tracerOf(environment),
    domain: text('domain'),
    kernelRelease: text('kernel_release', 'release'),
    architecture: text('machine', 'architecture', 'arch'),
    byteOrder: traceClass.byteOrder,
    clocks: traceClass.clocks.map((clock) => corrected(clock, correction)),
    files: files.map((file) => file.path),
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
}

function textOf(
  environment: ReadonlyMap<string, EnvironmentValue>,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const value = environment.get(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** `lttng-modules 2.8.0`; perf gives its version as one string. */
function tracerOf(environment: ReadonlyMap<string, EnvironmentValue>): string | undefined {
  const name = textOf(environment, ['tracer_name', 'tracer']);
  if (name === undefined) return undefined;
  const numbers = ['tracer_major', 'tracer_minor', 'tracer_patchlevel', 'tracer_patch']
    .map((key) => environment.get(key))
    .filter((value) => value !== undefined);
  const version = numbers.length === 0 ? textOf(environment, ['version']) : numbers.join('.');
  return version === undefined ? name : `${name} ${version}`;
}

function corrected(clock: Clock, correction: ClockCorrection | undefined): Clock {
  const addedNs = correction?.(clock) ?? 0n;
  if (addedNs === 0n) return clock;
  const nsPerSecond = 1_000_000_000n;
  const seconds = addedNs / nsPerSecond;
  const rest = addedNs % nsPerSecond;
  return {
    ...clock,
    offsetSeconds: clock.offsetSeconds + seconds,
    // Rounded to whole cycles: a clock cannot be corrected by less than it can tell.
    offsetCycles: clock.offsetCycles + (rest * clock.frequencyHz) / nsPerSecond,
  };
}
