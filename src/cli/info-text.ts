/** What `info` prints for people. */
import type { Clock } from '../events/clock.ts';
import type { TraceAbout } from '../events/reader.ts';
import type { StreamInfo, TraceSetInfo } from '../pipeline/info.ts';
import { isWallClock } from '../pipeline/timeline.ts';
import { printAlone, printTime } from '../print/format-value.ts';
import { padText, safeText, textWidth, wrapText } from '../print/text-width.ts';
import { tableLines } from '../render/terminal/table.ts';
import { bold, dim, type Terminal, warning } from '../render/terminal/terminal.ts';
import { describeTable, table } from '../results/build.ts';
import { column } from '../results/columns.ts';
import type { HealthNote } from '../results/health.ts';
import { healthSentence } from '../results/result.ts';

const labelWidth = 10;
/** More traces than this are not described one by one. */
const traceCountMax = 20;

const eventTable = describeTable({
  id: 'events',
  title: 'Events',
  meaning: 'One row is one event name.',
  columns: [
    column('count', 'Count', 'count', 'How often it was recorded.'),
    column('share', 'Share', 'ratio', 'Its part of all events.'),
    column('event', 'Event', 'event', 'The name that the tracer gives it.'),
  ],
});

const streamTable = describeTable({
  id: 'streams',
  title: 'Streams',
  meaning: 'One row is one stream.',
  columns: [
    column('stream', 'Stream', 'path', 'Its file.'),
    column('cpu', 'CPU', 'cpu', 'The CPU that it was recorded on.'),
    column('events', 'Events', 'count', 'Its events.'),
    column('lost', 'Lost', 'count', 'Events that the tracer discarded.'),
    column('packets', 'Packets', 'count', 'Its packets.'),
    column('size', 'Size', 'size', 'Its size.'),
    column('duration', 'Span', 'duration', 'From its first to its last event, or packet.'),
  ],
});

/** The lines above the health block. */
export function* describeTraces(
  info: TraceSetInfo,
  paths: readonly string[],
  terminal: Terminal,
): Generator<string> {
  // The only trace is called what the user called it; a name below the input tells several apart.
  const only = info.traces.length === 1 && paths.length === 1 ? paths[0] : undefined;
  for (const trace of info.traces.slice(0, traceCountMax)) {
    yield bold(terminal, safeText(only ?? trace.name, terminal.unicode));
    yield* describeTrace(trace, info, terminal);
  }
  const hidden = info.traces.length - traceCountMax;
  if (hidden > 0) yield dim(terminal, `… and ${hidden} more traces (--json has all)`);
  yield '';
  yield label('time', describeSpan(info, terminal), terminal);
  const lost = info.discardedEvents > 0n ? `, ${info.discardedEvents} lost` : '';
  const events = info.eventCount === undefined ? 'not counted (--quick)' : `${info.eventCount}${lost}`;
  yield label('events', events, terminal);
  yield label(
    'content',
    `${plural(info.streams.length, 'stream')} with ${plural(info.packetCount, 'packet')}`,
    terminal,
  );
}

const marks = { loss: '!', damage: '!', time: '!', note: 'i' } as const;

/** Places of one kind of note that are listed. */
const placeCountMax = 4;

/** Every kind of note: what was found and where, what it does to answers, how to avoid it. */
export function* describeHealth(health: readonly HealthNote[], terminal: Terminal): Generator<string> {
  if (health.length === 0) return;
  yield '';
  yield bold(terminal, 'Health');
  const byCode = new Map<string, HealthNote[]>();
  for (const note of health) byCode.set(note.kind.code, [...(byCode.get(note.kind.code) ?? []), note]);
  for (const notes of byCode.values()) yield* describeNotes(notes, terminal);
}

/** Notes of one kind. */
function* describeNotes(notes: readonly HealthNote[], terminal: Terminal): Generator<string> {
  const [first] = notes;
  if (first === undefined) return;
  const { kind } = first;
  for (const note of notes.slice(0, placeCountMax)) {
    const sentence = healthSentence(kind.sentence, note.count).replace(/\.$/, '');
    const text = `${marks[kind.severity]} ${sentence} (${note.where}, ${note.first}): ${note.detail}`;
    const wrapped = wrapText(safeText(text, terminal.unicode), terminal.width - 4);
    for (const [index, line] of wrapped.entries()) {
      const indented = `  ${index === 0 ? '' : '  '}${line}`;
      yield kind.severity === 'note' ? indented : warning(terminal, indented);
    }
  }
  const hidden = notes.slice(placeCountMax);
  if (hidden.length > 0) {
    const count = hidden.reduce((sum, note) => sum + note.count, 0);
    yield dim(terminal, `    and ${count} more in ${plural(hidden.length, 'other place')} (--json has all)`);
  }
  for (const remark of [kind.effect, kind.advice]) {
    for (const line of wrapText(safeText(remark, terminal.unicode), terminal.width - 4)) {
      yield dim(terminal, `    ${line}`);
    }
  }
}

/** The tables below the health block. */
export function* describeContent(
  info: TraceSetInfo,
  showsStreams: boolean,
  terminal: Terminal,
): Generator<string> {
  const { events, eventCount } = info;
  if (events !== undefined && eventCount !== undefined && eventCount > 0) {
    yield '';
    const rows = events.map(({ name, count }) => ({ count, share: count / eventCount, event: name }));
    yield* tableLines(table(eventTable, rows), terminal);
  }
  if (showsStreams) {
    yield '';
    yield* tableLines(table(streamTable, info.streams.map(streamRow)), {
      ...terminal,
      rowCountMax: Number.POSITIVE_INFINITY,
    });
  }
}

function streamRow(stream: StreamInfo) {
  const { beginNs, endNs } = stream;
  return {
    stream: stream.name,
    cpu: stream.cpu,
    events: stream.eventCount,
    lost: stream.discardedEvents,
    packets: stream.packets,
    size: stream.sizeBytes,
    duration: beginNs === undefined || endNs === undefined ? undefined : Number(endNs - beginNs),
  };
}

function* describeTrace(trace: TraceAbout, info: TraceSetInfo, terminal: Terminal): Generator<string> {
  const streamCount = info.streams.filter((stream) => stream.trace === trace.index).length;
  const size = printAlone('size', trace.sizeBytes, terminal);
  const order = trace.byteOrder === 'le' ? 'little-endian' : 'big-endian';
  const streams = plural(streamCount, 'stream');
  yield label('format', `${trace.formatTitle}, ${order}, ${size} in ${streams}`, terminal);
  const host = [trace.hostName, kernelOf(trace)].filter((part) => part !== undefined && part !== '');
  if (host.length > 0) yield label('host', host.join(', '), terminal);
  const tracer = [trace.tracer, trace.domain].filter((part) => part !== undefined);
  if (tracer.length > 0) yield label('tracer', tracer.join(', '), terminal);
  for (const clock of trace.clocks) yield label('clock', describeClock(clock), terminal);
  if (trace.clocks.length === 0) yield label('clock', 'none: events have no times', terminal);
}

function kernelOf(trace: TraceAbout): string | undefined {
  if (trace.kernelRelease === undefined) return trace.architecture;
  return ['Linux', trace.kernelRelease, trace.architecture].filter((part) => part !== undefined).join(' ');
}

function describeClock(clock: Clock): string {
  const epoch = isWallClock(clock)
    ? 'counts from 1970'
    : 'counts from an origin of its own (a boot, a start)';
  return `${clock.name}, ${describeFrequency(clock.frequencyHz)}, ${epoch}`;
}

function describeFrequency(frequencyHz: bigint): string {
  for (const [unit, size] of [
    ['GHz', 1_000_000_000n],
    ['MHz', 1_000_000n],
    ['kHz', 1000n],
  ] as const) {
    if (frequencyHz >= size && frequencyHz % (size / 1000n) === 0n)
      return `${Number(frequencyHz) / Number(size)} ${unit}`;
  }
  return `${frequencyHz} Hz`;
}

function describeSpan(info: TraceSetInfo, terminal: Terminal): string {
  const { beginNs, endNs } = info;
  if (beginNs === undefined || endNs === undefined)
    return info.eventCount === undefined
      ? 'not read (--quick): it is in the events only'
      : 'unknown: nothing has a time';
  const times = info.isWallClock || terminal.times === 'ns' ? terminal.times : 'seconds';
  const context = { ...terminal, times, hasDates: true };
  const duration = `${Number(endNs - beginNs) / 1e9} s`;
  const arrow = terminal.unicode ? '→' : '->';
  const zone = times === 'utc' ? ', UTC' : '';
  // A tracer may end its packets long after the last event.
  const whose = info.eventCount === undefined ? ', of the packets' : '';
  return `${printTime(beginNs, context)} ${arrow} ${printTime(endNs, context)}, ${duration}${zone}${whose}`;
}

function label(name: string, text: string, terminal: Terminal): string {
  return `  ${dim(terminal, name.padEnd(labelWidth))}${safeText(text, terminal.unicode)}`;
}

/** A command to run next. */
export interface Suggestion {
  readonly command: string;
  /** One sentence. */
  readonly why: string;
  /** A few words, where there is no room for the sentence. */
  readonly title?: string;
}

/** Commands to run next, aligned. */
export function* describeNext(next: readonly Suggestion[], terminal: Terminal): Generator<string> {
  if (next.length === 0) return;
  yield '';
  yield bold(terminal, 'Next');
  const width = Math.max(...next.map(({ command }) => textWidth(command)));
  // One form for all of them: beside each other where all fit, with their titles if need be; else each as it fits.
  for (const wordsOf of [({ why }: Suggestion) => why, ({ why, title }: Suggestion) => title ?? why]) {
    const lines = next.map(
      (suggestion) => `  ${padText(suggestion.command, width, 'left')}  ${wordsOf(suggestion)}`,
    );
    if (lines.some((line) => textWidth(line) > terminal.width)) continue;
    yield* lines;
    return;
  }
  for (const { command, why, title } of next) {
    const line = `  ${command}  ${title ?? why}`;
    if (textWidth(line) <= terminal.width) yield line;
    else {
      yield `  ${command}`;
      for (const below of wrapText(title ?? why, terminal.width - 6)) yield dim(terminal, `      ${below}`);
    }
  }
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
