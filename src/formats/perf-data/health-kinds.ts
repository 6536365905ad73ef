/** What can be incomplete or odd about a perf.data file, and what to tell the user about it. */
import type { HealthKind } from '../../results/health.ts';

export const lostEvents: HealthKind = {
  code: 'lost-events',
  severity: 'loss',
  sentence: '{count} {event was|events were} lost because a buffer was full',
  effect: 'Counts and totals are lower bounds; a span that began or ended in a gap is missing or too long.',
  advice:
    'Record fewer events, or with larger buffers (perf record -m 64M) and with priority (--realtime=1).',
};

export const throttled: HealthKind = {
  code: 'throttled',
  severity: 'loss',
  sentence: 'The kernel paused an event {count} {time|times} because it came too often',
  effect: 'Between throttling and unthrottling there are no samples: counts are lower bounds there.',
  advice: 'Sample less often (perf record -F), or raise kernel.perf_event_max_sample_rate.',
};

export const unfinishedFile: HealthKind = {
  code: 'unfinished-file',
  severity: 'damage',
  sentence: '{count} {file was|files were} not finished by the recorder',
  effect:
    'Records are read to the end of the file; what is written last is missing: names of events and of the host, fields of tracepoints, the clock.',
  advice: 'Stop perf record with Ctrl-C or SIGTERM, and wait until it has ended.',
};

export const truncatedData: HealthKind = {
  code: 'truncated-data',
  severity: 'damage',
  sentence: '{count} {file is|files are} cut off',
  effect: 'Records up to the cut are read; what follows is missing.',
  advice: 'The file was copied while it was being written, or the disk was full.',
};

export const unreadableData: HealthKind = {
  code: 'unreadable-data',
  severity: 'damage',
  sentence: '{count} {file|files} cannot be read on',
  effect: 'Records before this place are read, all that follow in this file are missing.',
  advice: 'The file is damaged: record again.',
};

export const damagedRecord: HealthKind = {
  code: 'damaged-record',
  severity: 'damage',
  sentence: '{count} {record|records} cannot be decoded',
  effect: 'They are left out; records around them are read.',
  advice: 'The file is damaged, or its maker writes records that are not known yet.',
};

export const unknownEvent: HealthKind = {
  code: 'unknown-event',
  severity: 'damage',
  sentence: '{count} {sample is|samples are} of an event that the file does not describe',
  effect: 'They are left out.',
  advice: 'The header is damaged, or belongs to another recording.',
};

export const unknownRecord: HealthKind = {
  code: 'unknown-record',
  severity: 'note',
  sentence: '{count} {record is|records are} of a type that is not known',
  effect: 'They are stepped over.',
  advice: 'The file was written by a newer perf.',
};

export const timeOutOfRange: HealthKind = {
  code: 'time-out-of-range',
  severity: 'time',
  sentence: '{count} {record has|records have} times more than 104 days from the others',
  effect: 'They have no place on the timeline and are left out.',
  advice: 'The file is damaged.',
};

export const clockGoesBack: HealthKind = {
  code: 'clock-goes-back',
  severity: 'time',
  sentence: '{count} {record comes|records come} after records of later times',
  effect: 'Order and durations around these places are unreliable.',
  advice: 'The recorder broke its promise about rounds, or clocks of CPUs differ: record with -k mono.',
};

export const auxData: HealthKind = {
  code: 'aux-data',
  severity: 'note',
  sentence: '{count} {piece|pieces} of hardware trace (AUX data) {is|are} stepped over',
  effect: 'What only the hardware trace says (branches, instructions) is in no answer.',
  advice: 'perf script --itrace decodes it.',
};

export const auxLost: HealthKind = {
  code: 'aux-lost',
  severity: 'note',
  sentence: '{count} {piece|pieces} of hardware trace (AUX data) {was|were} cut off or {has|have} gaps',
  effect: 'None here: hardware traces are stepped over.',
  advice: 'Record with a larger AUX buffer (perf record -m ,64M).',
};

export const unreadableFeature: HealthKind = {
  code: 'unreadable-feature',
  severity: 'damage',
  sentence: '{count} {part|parts} of the header cannot be read',
  effect: 'What they say of the machine, the events or the clock is missing.',
  advice: 'The file is damaged or cut off: record again.',
};

export const missingFormat: HealthKind = {
  code: 'missing-format',
  severity: 'damage',
  sentence: '{count} {tracepoint is|tracepoints are} not described in the file',
  effect: 'Their fields cannot be decoded, and analyses do not see them.',
  advice:
    'perf record writes descriptions when it ends: stop it with Ctrl-C or SIGTERM, wait until it has ended, and copy the file whole.',
};

export const damagedCompression: HealthKind = {
  code: 'damaged-compression',
  severity: 'damage',
  sentence: '{count} {file|files} cannot be decompressed on',
  effect: 'Records before this place are read; what was compressed after it is missing.',
  advice: 'The file is damaged: record again, or without -z.',
};

export const missingDataFile: HealthKind = {
  code: 'missing-data-file',
  severity: 'damage',
  sentence: '{count} {folder has|folders have} no files with records',
  effect: 'Events of their CPUs are missing.',
  advice: 'Copy the whole folder that perf record --threads wrote.',
};
