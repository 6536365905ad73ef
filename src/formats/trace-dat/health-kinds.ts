/** What can be incomplete or odd about a trace.dat file, and what to tell the user about it. */
import type { HealthKind } from '../../results/health.ts';

export const missedEvents: HealthKind = {
  code: 'missed-events',
  severity: 'loss',
  sentence: '{count} {event was|events were} overwritten before they were read',
  effect: 'Counts and totals are lower bounds; a span that began or ended in a gap is missing or too long.',
  advice: 'Record fewer events, or give the ring buffer more room (trace-cmd record -b KILOBYTES).',
};

export const uncountedGap: HealthKind = {
  code: 'uncounted-gap',
  severity: 'loss',
  sentence: 'Events are missing in {count} {place|places}; how many, the kernel did not say',
  effect: missedEvents.effect,
  advice: missedEvents.advice,
};

export const overrun: HealthKind = {
  code: 'overrun',
  severity: 'note',
  sentence:
    '{count} {event was|events were} overwritten in the ring buffer, by the kernel’s count at the end',
  effect:
    'None beyond the gaps, which are noted where they are: before the first event of a CPU, and between events.',
  advice: missedEvents.advice,
};

export const droppedEvents: HealthKind = {
  code: 'dropped-events',
  severity: 'loss',
  sentence: '{count} {event was|events were} dropped by the kernel: there was no room in the ring buffer',
  effect: missedEvents.effect,
  advice: missedEvents.advice,
};

export const truncatedData: HealthKind = {
  code: 'truncated-data',
  severity: 'damage',
  sentence: 'The data of {count} {CPU ends|CPUs end} after the file',
  effect: 'Events up to the cut are read; what follows is missing.',
  advice:
    'The file was copied while it was being written, or the disk was full: let trace-cmd end before copying.',
};

export const damagedPage: HealthKind = {
  code: 'damaged-page',
  severity: 'damage',
  sentence: '{count} {page of the ring buffer has|pages of the ring buffer have} records that cannot be read',
  effect: 'Records before the damage are read, the rest of these pages is missing.',
  advice: 'Record again; if it happens each time, the recorder or the medium is at fault.',
};

export const damagedEvent: HealthKind = {
  code: 'damaged-event',
  severity: 'damage',
  sentence: '{count} {event has|events have} fields that go beyond their record',
  effect: 'These events are left out; all others are read.',
  advice: damagedPage.advice,
};

export const shortRecord: HealthKind = {
  code: 'short-record',
  severity: 'damage',
  sentence: '{count} {record is|records are} too short to be of any type',
  effect: 'They are left out; all others are read.',
  advice: damagedPage.advice,
};

export const eventTimeOutOfRange: HealthKind = {
  code: 'event-time-out-of-range',
  severity: 'time',
  sentence: '{count} {event has a time|events have times} more than 104 days from the others',
  effect: 'They have no place on the timeline and are left out.',
  advice: 'The clock was set while recording, or the page is damaged.',
};

export const unknownEventClass: HealthKind = {
  code: 'unknown-event-class',
  severity: 'damage',
  sentence: '{count} {event is|events are} of a type that the file does not describe',
  effect: 'They are left out; all others are read.',
  advice: 'A module was loaded while recording: load it before, so that its events are in the file.',
};

export const damagedChunk: HealthKind = {
  code: 'damaged-chunk',
  severity: 'damage',
  sentence: '{count} compressed {chunk|chunks} cannot be decompressed',
  effect:
    'Events of these chunks are missing; those before and behind them are read, but where the size of one is wrong.',
  advice: damagedPage.advice,
};

export const damagedOptions: HealthKind = {
  code: 'damaged-options',
  severity: 'damage',
  sentence: '{count} {option or section of options|options or sections of options} cannot be read',
  effect: 'What they say of the recording (its clock, where buffers are) is missing.',
  advice: truncatedData.advice,
};

export const unknownOption: HealthKind = {
  code: 'unknown-option',
  severity: 'note',
  sentence: '{count} {option is|options are} not known',
  effect: 'They are stepped over; all events are read.',
  advice: 'The file is of a newer trace-cmd: a newer diatrace may know them.',
};

export const missingOption: HealthKind = {
  code: 'missing-option',
  severity: 'damage',
  sentence: '{count} {buffer was|buffers were} found without the option that describes it',
  effect:
    'Its name and perhaps its CPUs are not known, its clock is taken to be that of the file; events up to the cut are read.',
  advice: truncatedData.advice,
};

export const noBuffers: HealthKind = {
  code: 'no-buffers',
  severity: 'damage',
  sentence: 'The file describes events and has none: no buffer is in it',
  effect: 'There are no events.',
  advice:
    'trace-cmd was killed before it put the file together: trace-cmd restore makes one of it and the trace.dat.cpuN files beside it.',
};

export const textBuffer: HealthKind = {
  code: 'text-buffer',
  severity: 'loss',
  sentence: '{count} {buffer was|buffers were} recorded as text',
  effect: 'Their events are not read.',
  advice: 'A latency tracer (irqsoff, wakeup, …) was recorded: its text is shown by trace-cmd report.',
};

export const clockWithoutUnit: HealthKind = {
  code: 'clock-without-unit',
  severity: 'time',
  sentence: 'A clock counts something whose length in time the file does not say',
  effect: 'One count is shown as a nanosecond: order is right, durations are not.',
  advice: 'Record with a clock that counts time (trace-cmd record -C mono), or x86-tsc with --tsc2nsec.',
};

export const clockGoesBack: HealthKind = {
  code: 'clock-goes-back',
  severity: 'time',
  sentence: 'Time goes back {count} {time|times} within a CPU',
  effect: 'Order and durations around these places are unreliable.',
  advice: 'Record with a clock that does not go back: local or mono.',
};

export const timeOutOfRange: HealthKind = {
  code: 'time-out-of-range',
  severity: 'time',
  sentence: '{count} {page has|pages have} times more than 104 days from the others',
  effect: 'Their records have no place on the timeline and are left out.',
  advice: 'The clock was set while recording, or the page is damaged.',
};

export const unreadableSection: HealthKind = {
  code: 'unreadable-section',
  severity: 'note',
  sentence: '{count} {section|sections} beside the events cannot be read',
  effect: 'Names of functions or threads, or format strings, are missing; all events are read.',
  advice: damagedPage.advice,
};

export const damagedFormat: HealthKind = {
  code: 'damaged-format',
  severity: 'damage',
  sentence: '{count} {part|parts} of the description of events cannot be read',
  effect: 'Events that they describe are left out; all others are read.',
  advice: damagedPage.advice,
};

/** What to do about a file without events. */
export const cutHint =
  'copy it again after trace-cmd has ended; if it was killed, trace-cmd restore makes one file of what it left';
