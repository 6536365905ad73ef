/** What can be incomplete or odd about a CTF trace, and what to tell the user about it. */
import type { HealthKind } from '../../results/health.ts';

const notLossy = 'Record again; if it happens each time, the tracer or the medium is at fault.';

export const discardedEvents: HealthKind = {
  code: 'discarded-events',
  severity: 'loss',
  sentence: '{count} {event was|events were} discarded by the tracer',
  effect: 'Counts and totals are lower bounds; a span that began or ended in a gap is missing or too long.',
  advice:
    'Record fewer events, or give the channel more and larger sub-buffers (lttng enable-channel --num-subbuf, --subbuf-size).',
};

export const lostPackets: HealthKind = {
  code: 'lost-packets',
  severity: 'loss',
  sentence: '{count} {packet is|packets are} missing',
  effect: 'All events of these packets are missing: counts and totals are lower bounds.',
  advice:
    'Sub-buffers were overwritten before they were read (flight recorder, tracefile rotation), or a file is incomplete.',
};

export const truncatedPacket: HealthKind = {
  code: 'truncated-packet',
  severity: 'damage',
  sentence: '{count} {packet is|packets are} cut off by the end of the file',
  effect: 'Events up to the cut are read; what follows is missing.',
  advice:
    'The trace was copied while it was being written, or the disk was full: stop the tracer before copying.',
};

export const damagedPacket: HealthKind = {
  code: 'damaged-packet',
  severity: 'damage',
  sentence: '{count} {packet has|packets have} records that cannot be decoded',
  effect: 'Records before the damage are read, the rest of these packets is missing.',
  advice: notLossy,
};

export const unknownEventClass: HealthKind = {
  code: 'unknown-event-class',
  severity: 'damage',
  sentence: '{count} {packet has|packets have} a record whose class is not in the metadata',
  effect: 'Its size is unknown, so the rest of these packets is missing.',
  advice: 'The metadata is older than the stream: copy it again after the tracer has stopped.',
};

export const unreadableStream: HealthKind = {
  code: 'unreadable-stream',
  severity: 'damage',
  sentence: '{count} stream {file|files} cannot be read on',
  effect: 'Packets before this place are read, all that follow in this file are missing.',
  advice: notLossy,
};

export const timeOutOfRange: HealthKind = {
  code: 'time-out-of-range',
  severity: 'time',
  sentence: '{count} {packet has|packets have} times more than 104 days from the others',
  effect: 'Their records have no place on the timeline and are left out from that record on.',
  advice: 'The clock was not set when they were recorded, or the packet is damaged.',
};

export const clockGoesBack: HealthKind = {
  code: 'clock-goes-back',
  severity: 'time',
  sentence: 'Time goes back {count} {time|times} within a stream',
  effect: 'Order and durations around these places are unreliable.',
  advice:
    'The clock source is not monotonic across CPUs or was set while recording; use a monotonic trace clock.',
};

export const indexMismatch: HealthKind = {
  code: 'index-mismatch',
  severity: 'note',
  sentence: '{count} index {entry contradicts|entries contradict} the packets',
  effect: 'None: the packets themselves are believed.',
  advice:
    'The index belongs to other files, or was written before the crash of the tracer; it can be deleted.',
};

export const unusedIndex: HealthKind = {
  code: 'unused-index',
  severity: 'note',
  sentence: '{count} index {file is|files are} not used',
  effect: 'None: every packet header is read instead.',
  advice: 'Indexes before LTTng 2.4, and damaged ones, can be deleted.',
};

export const metadataWarning: HealthKind = {
  code: 'metadata-warning',
  severity: 'note',
  sentence: '{count} {oddity|oddities} in the metadata',
  effect: 'None on the events.',
  advice: 'Tell the makers of the tracer.',
};

export const unreadableFile: HealthKind = {
  code: 'unreadable-file',
  severity: 'damage',
  sentence: '{count} {file|files} cannot be opened',
  effect: 'All of their events are missing.',
  advice: 'Check the permissions of the trace, for example with ls -l.',
};
