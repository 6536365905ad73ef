/** What a CTF trace is made of, for those who debug traces: metadata text, packet heads, elements. */
import { metadataSizeMaxBytes } from '../../bytes/limits.ts';
import { readWhole, type TraceInput } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import type { FormatInspection, PacketSummary } from '../../events/reader.ts';
import { Health } from '../../results/health.ts';
import { elements } from './elements.ts';
import { findTraces } from './find-traces.ts';
import { metadataText } from './metadata-packets.ts';
import { findStreams, readTraceClass } from './open-trace.ts';
import { PacketSequence } from './packet-sequence.ts';
import { probeDecoders } from './stream-decoders.ts';

export const inspection: FormatInspection = { metadata, packets, elements: elementsOfFiles };

function* metadata(input: TraceInput) {
  for (const { metadata: file } of findTraces(input)) {
    const source = file.open();
    try {
      const bytes = readWhole(source, metadataSizeMaxBytes);
      if (bytes === undefined) {
        const message = `The metadata is ${source.sizeBytes} bytes, more than the ${metadataSizeMaxBytes} that are read.`;
        throw new TraceError({ code: 'metadata-limit', file: source.name, message });
      }
      yield { file: file.path, text: metadataText(bytes, source.name).text };
    } finally {
      source.close();
    }
  }
}

function* packets(input: TraceInput): Generator<PacketSummary> {
  for (const trace of findTraces(input)) {
    const traceClass = readTraceClass(trace.metadata, `${input.name}/${trace.metadata.path}`);
    const decoders = probeDecoders(traceClass);
    for (const stream of findStreams(traceClass, [trace], decoders, new Health())) {
      const sequence = new PacketSequence(traceClass, stream.files, decoders, new Health());
      try {
        for (let packet = sequence.next(); packet !== undefined; packet = sequence.next()) {
          const { head, file } = packet;
          const { index, offsetBytes, packetBits, contentBits, isTruncated, cpu, endCycles } = head;
          yield {
            ...{ file, index, offsetBytes, packetBits, contentBits, isTruncated, cpu, endCycles },
            beginCycles: head.beginCycles,
            discardedEvents: head.discardedEvents?.snapshot,
            sequenceNumber: head.sequenceNumber?.value,
          };
        }
      } finally {
        sequence.close();
      }
    }
  }
}

function* elementsOfFiles(input: TraceInput) {
  for (const trace of findTraces(input)) {
    const traceClass = readTraceClass(trace.metadata, `${input.name}/${trace.metadata.path}`);
    for (const file of trace.streams) {
      const source = file.open();
      try {
        yield { file: file.path, lines: elements(traceClass, source) };
      } finally {
        source.close();
      }
    }
  }
}
