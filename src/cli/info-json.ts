/** What `info --json` prints: stable keys, exact integers. */
import type { Clock } from '../events/clock.ts';
import type { TraceAbout } from '../events/reader.ts';
import type { StreamInfo, TraceSetInfo } from '../pipeline/info.ts';
import { healthObject } from '../results/health-json.ts';
import type { JsonValue } from '../results/json-text.ts';

/** `eventCount` and `events` are null where only packet headers were read. */
export function infoJson(info: TraceSetInfo): JsonValue {
  return {
    schema: 'diatrace.info/1',
    traces: info.traces.map(traceJson),
    beginNs: info.beginNs ?? null,
    endNs: info.endNs ?? null,
    isWallClock: info.isWallClock,
    packetCount: info.packetCount,
    discardedEvents: info.discardedEvents,
    classCount: info.classCount,
    eventCount: info.eventCount ?? null,
    events:
      info.events === undefined
        ? null
        : Object.fromEntries(info.events.map(({ name, count }) => [name, count])),
    streams: info.streams.map(streamJson),
    health: info.health.map(healthObject),
  };
}

function traceJson(trace: TraceAbout): JsonValue {
  return {
    index: trace.index,
    name: trace.name,
    format: trace.format,
    formatTitle: trace.formatTitle,
    uuid: trace.uuid ?? null,
    hostName: trace.hostName ?? null,
    kernelRelease: trace.kernelRelease ?? null,
    architecture: trace.architecture ?? null,
    tracer: trace.tracer ?? null,
    domain: trace.domain ?? null,
    byteOrder: trace.byteOrder,
    sizeBytes: trace.sizeBytes,
    environment: Object.fromEntries(trace.environment),
    clocks: trace.clocks.map(clockJson),
  };
}

function clockJson(clock: Clock): JsonValue {
  return {
    name: clock.name,
    uuid: clock.uuid ?? null,
    description: clock.description ?? null,
    frequencyHz: clock.frequencyHz,
    offsetSeconds: clock.offsetSeconds,
    offsetCycles: clock.offsetCycles,
    precisionCycles: clock.precisionCycles,
    isAbsolute: clock.isAbsolute,
  };
}

function streamJson(stream: StreamInfo): JsonValue {
  return {
    trace: stream.trace,
    name: stream.name,
    cpu: stream.cpu ?? null,
    packets: stream.packets,
    sizeBytes: stream.sizeBytes,
    eventCount: stream.eventCount ?? null,
    beginNs: stream.beginNs ?? null,
    endNs: stream.endNs ?? null,
    discardedEvents: stream.discardedEvents,
  };
}
