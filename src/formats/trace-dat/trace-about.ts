/** What a trace.dat file says of where and how it was recorded. */
import type { TraceInput } from '../../bytes/source.ts';
import type { Clock } from '../../events/clock.ts';
import type { EnvironmentValue, TraceAbout } from '../../events/reader.ts';
import type { TraceFile } from './trace-file.ts';

/** @param suffix tells traces of one file apart, where its buffers have several clocks */
export function aboutTrace(
  index: number,
  input: TraceInput,
  file: TraceFile,
  clock: Clock,
  suffix: string,
  sizeBytes: number,
): TraceAbout {
  const { head, options, tracing } = file;
  const system = systemOf(options.uname);
  return {
    index,
    name: `${baseName(input.name)}${suffix}`,
    format: 'trace-dat',
    formatTitle: `trace.dat ${head.fileVersion}`,
    uuid: undefined,
    environment: environmentOf(file, clock),
    hostName: system?.host,
    tracer: options.programVersion === undefined ? 'trace-cmd' : `trace-cmd ${options.programVersion.trim()}`,
    domain: 'kernel',
    kernelRelease: system?.release,
    architecture: system?.machine,
    byteOrder: head.byteOrder,
    clocks: [clock],
    commandLines: tracing.commandLines,
    files: input.files.map((each) => each.path),
    sizeBytes,
  };
}

/** What tells the clocks of one machine from those of others: its name where the file says it, else the file. */
export function machineOf(file: Pick<TraceFile, 'options'>, input: TraceInput): string {
  return systemOf(file.options.uname)?.host ?? baseName(input.name);
}

function environmentOf(
  { head, options, tracing, buffers }: TraceFile,
  clock: Clock,
): ReadonlyMap<string, EnvironmentValue> {
  const entries: readonly (readonly [string, EnvironmentValue | undefined])[] = [
    ['uname', options.uname],
    ['trace_clock', clock.name],
    ['cpu_count', options.cpuCount === undefined ? undefined : BigInt(options.cpuCount)],
    ['instances', instancesOf(buffers)],
    ['page_size', BigInt(head.pageSizeBytes)],
    ['kernel_long_size', BigInt(tracing.longSizeBytes)],
    ['compression', `${head.compression} ${head.compressionVersion}`.trim()],
    ['trace_id', options.traceId],
    ['date_offset_ns', options.dateNs],
    ['offset_ns', options.offsetNs],
    ['last_boot_info', options.lastBootInfo],
    ...options.hooks.map((hook, index) => [`hook_${index}`, hook] as const),
    ...options.guests.map((guest, index) => [`guest_${index}`, guest.name] as const),
  ];
  return new Map(entries.filter((entry): entry is [string, EnvironmentValue] => entry[1] !== undefined));
}

/** Named buffers, with commas between them; undefined where there is only the main one. */
function instancesOf(buffers: TraceFile['buffers']): string | undefined {
  const names = buffers.map(({ name }) => name).filter((name) => name !== '');
  return names.length === 0 ? undefined : names.join(',');
}

/** `Linux vm 6.18.44 x86_64`: the system, the host, the kernel's release and the machine. */
function systemOf(uname: string | undefined) {
  const words = uname?.trim().split(/\s+/) ?? [];
  if (words.length < 4) return undefined;
  return { host: words[1], release: words[2], machine: words[3] };
}

function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed.slice(trimmed.lastIndexOf('/') + 1) || path;
}
