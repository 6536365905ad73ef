/** What printing a tracepoint's events takes beside their fields. */
import type { KernelText } from '../../events/reader.ts';
import type { EventFormat } from '../../tracepoints/event-format.ts';
import type { TracingData } from '../../tracepoints/tracing-data.ts';

export function kernelTexts(tracing: TracingData): (format: EventFormat) => KernelText {
  return (format) => ({
    get printFormat() {
      return format.printFormat;
    },
    longSizeBytes: tracing.longSizeBytes,
    declaredType: (field) => format.fields.find(({ name }) => name === field)?.declaredType,
    symbolAt: (address) => tracing.symbols.find(address),
    addressOf: (name) => tracing.symbols.addressOf(name),
    stringAt: (address) => tracing.printkFormats.get(address),
    commandLine: (tid) => (tid === 0 ? '<idle>' : tracing.commandLines.get(tid)),
  });
}
