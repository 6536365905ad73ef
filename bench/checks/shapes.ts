/** Traces of extreme shapes: one packet of a gigabyte, thousands of streams, a metadata of 50 MB. */
import { diatrace, peakMaxBytes } from '../jobs.ts';
import { measure } from '../measure.ts';
import { largeMetadataTrace, manyStreamsTrace, onePacketTrace } from '../traces/made.ts';
import type { Check } from './check.ts';

interface Counted {
  readonly eventCount: number;
  readonly events: Readonly<Record<string, number>>;
}

export const onePacket: Check = {
  id: 'one-packet',
  title: '1 GB in a single packet',
  async run(isSmall) {
    const trace = await onePacketTrace(isSmall ? 50e6 : 1e9);
    const { output, peakBytes, wallS } = await measure(diatrace('info', '--json', trace.folder), true);
    const { eventCount } = JSON.parse(output) as Counted;
    const range = { first: trace.events - 1000, last: trace.events - 1 };
    const begin = `${((range.first * 1000) / 1e9).toFixed(9)}s`;
    const tail = await measure(diatrace('cat', '--json', '--begin', `+${begin}`, trace.folder), true);
    const problem =
      eventCount === trace.events
        ? wrongNumbers(tail.output, range)
        : `${eventCount} events of ${trace.events}`;
    const seen = `${eventCount} events in ${wallS.toFixed(1)} s, the last 1000 by --begin in ${tail.wallS.toFixed(1)} s`;
    return { problem, seen, peakBytes: larger(peakBytes, tail.peakBytes), peakMaxBytes };
  },
};

/** Two windows for each stream beside what the program itself takes. */
const windowSizeBytes = 64 * 1024;

export const manyStreams: Check = {
  id: 'many-streams',
  title: '2,000 streams under ulimit -n 256',
  async run(isSmall) {
    const streams = isSmall ? 500 : 2000;
    const trace = await manyStreamsTrace(streams, 100);
    const command = { ...diatrace('cat', '--json', trace.folder), filesMax: 256 };
    const { output, peakBytes, wallS } = await measure(command, true);
    const problem = wrongNumbers(output, { first: 0, last: trace.events - 1 });
    const seen = `${trace.events} events in their order in ${wallS.toFixed(1)} s`;
    return { problem, seen, peakBytes, peakMaxBytes: 60e6 + 2 * windowSizeBytes * streams };
  },
};

export const largeMetadata: Check = {
  id: 'large-metadata',
  title: 'a metadata of 50 MB',
  async run(isSmall) {
    const sizeBytes = isSmall ? 5e6 : 50e6;
    const trace = await largeMetadataTrace(sizeBytes);
    const { output, peakBytes, wallS } = await measure(diatrace('info', '--json', trace.folder), true);
    const { eventCount, events } = JSON.parse(output) as Counted;
    const names = Object.keys(events);
    const isRight = eventCount === trace.events && events['tick'] === trace.events - 1 && names.length === 2;
    const problem = isRight
      ? undefined
      : `${eventCount} events of ${trace.events}, in ${names.length} classes`;
    const seen = `${trace.description} in ${wallS.toFixed(1)} s`;
    return { problem, seen, peakBytes, peakMaxBytes: 60e6 + 10 * sizeBytes };
  },
};

/** JSON lines have the record's number; each must be the one before plus one. */
function wrongNumbers(output: string, { first, last }: { readonly first: number; readonly last: number }) {
  let expected = first;
  for (const [, number] of output.matchAll(/"number":"?(\d+)/g)) {
    if (Number(number) !== expected) return `record ${number} stands where ${expected} belongs`;
    expected += 1;
  }
  return expected === last + 1 ? undefined : `the last record is ${expected - 1}, not ${last}`;
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b);
}
