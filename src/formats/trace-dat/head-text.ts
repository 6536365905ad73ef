/** The head of a trace.dat file as text: what stands before the first page, in words. */
import type { TraceOptions } from './options.ts';
import type { TraceBuffer, TraceFile } from './trace-file.ts';

export function headText(file: TraceFile): string {
  const { head, tracing, options, buffers } = file;
  const { pageLayout } = tracing;
  const lines = [
    `trace.dat version ${head.fileVersion}, ${head.byteOrder === 'le' ? 'little' : 'big'} endian`,
    `long: ${head.userLongSizeBytes} bytes in user space, ${tracing.longSizeBytes} in the kernel`,
    `page: ${head.pageSizeBytes} bytes; timestamp at ${pageLayout.timestampOffsetBytes}, commit at ${pageLayout.commitOffsetBytes} (${pageLayout.commitSizeBytes} bytes), data at ${pageLayout.dataOffsetBytes} (${pageLayout.dataSizeBytes} bytes)`,
    `compression: ${head.compression}${head.compressionVersion === '' ? '' : ` ${head.compressionVersion}`}`,
    '',
    ...optionLines(options),
    ...buffers.flatMap(bufferLines),
    '',
    `${tracing.printkFormats.size} printk formats, ${tracing.commandLines.size} command lines`,
    `${tracing.formats.size} event formats:`,
    ...[...tracing.formats.values()].map((format) => `  ${format.id} ${format.system}:${format.name}`),
  ];
  return `${lines.join('\n')}\n`;
}

function optionLines(options: TraceOptions): readonly string[] {
  const { timeShift, tscToNs, processMaps } = options;
  const texts: readonly (readonly [string, string | number | bigint | undefined])[] = [
    ['DATE', options.dateNs === undefined ? undefined : `${options.dateNs} ns`],
    ['OFFSET', options.offsetNs === undefined ? undefined : `${options.offsetNs} ns`],
    ['TRACECLOCK', options.traceClock?.trim()],
    ['UNAME', options.uname],
    ['VERSION', options.programVersion],
    ['CPUCOUNT', options.cpuCount],
    ['TRACEID', options.traceId],
    ['LAST_BOOT_INFO', options.lastBootInfo],
    [
      'TSC2NSEC',
      tscToNs && `multiplier ${tscToNs.multiplier}, shift ${tscToNs.shift}, offset ${tscToNs.offsetNs}`,
    ],
    [
      'TIME_SHIFT',
      timeShift &&
        `to trace ${timeShift.peerTraceId}, ${timeShift.cpus.length} CPUs, ${timeShift.cpus.reduce((sum, cpu) => sum + cpu.length, 0)} samples`,
    ],
    ['PROCMAPS', processMaps && `${processMaps.length} characters`],
    ...options.hooks.map((hook) => ['HOOK', hook] as const),
    ...options.guests.map((guest) => ['GUEST', `${guest.name}, trace ${guest.traceId}`] as const),
    ...options.cpuStatistics
      .filter(({ cpu }) => cpu >= 0)
      .map(
        ({ buffer, cpu, overrunEvents, commitOverrunEvents, droppedEvents }) =>
          [
            'CPUSTAT',
            `${buffer === '' ? '' : `${buffer}/`}cpu${cpu}: overrun ${overrunEvents}, commit overrun ${commitOverrunEvents}, dropped ${droppedEvents}`,
          ] as const,
      ),
    ...options.notes.map(({ kind, id, detail }) => [`${kind} option ${id}`, detail] as const),
  ];
  return texts.filter(([, text]) => text !== undefined).map(([name, text]) => `${name}: ${text}`);
}

function bufferLines(buffer: TraceBuffer): readonly string[] {
  const packed = buffer.isCompressed ? ', compressed' : '';
  const name = buffer.name === '' ? 'top buffer' : `buffer ${buffer.name}`;
  return [
    `${name}: clock ${buffer.clockName}, pages of ${buffer.pageSizeBytes} bytes${packed}`,
    ...buffer.cpus.map(
      ({ cpu, offsetBytes, sizeBytes }) => `  cpu ${cpu ?? 'unknown'}: ${sizeBytes} bytes at ${offsetBytes}`,
    ),
  ];
}
