/** What options say was lost, and those that are not understood, as notes of the trace. */
import { damagedOptions, droppedEvents, overrun, unknownOption } from './health-kinds.ts';
import type { TraceOptions } from './options.ts';
import type { Note } from './trace-file.ts';

export function noteOptions(options: TraceOptions, note: Note): void {
  for (const { kind, id, place, detail } of options.notes) {
    if (kind === 'unknown') note(unknownOption, place, `Option ${id}: ${detail}`);
    else note(damagedOptions, place, `Option ${id}: ${detail}`);
  }
  for (const {
    buffer,
    cpu,
    overrunEvents,
    commitOverrunEvents,
    droppedEvents: dropped,
  } of options.cpuStatistics) {
    const place = `CPU ${cpu}${buffer === '' ? '' : ` of buffer ${buffer}`}`;
    if (overrunEvents > 0) note(overrun, place, `${overrunEvents} there`, overrunEvents);
    const lost = commitOverrunEvents + dropped;
    if (lost > 0) note(droppedEvents, place, `${lost} there`, lost);
  }
}
