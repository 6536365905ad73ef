/** What could not be read of the description of events, as notes of the trace. */
import type { TracingDataNote } from '../../tracepoints/tracing-data.ts';
import { damagedFormat } from './health-kinds.ts';
import type { Note } from './trace-file.ts';

export function noteTracingData(notes: readonly TracingDataNote[], note: Note): void {
  for (const { offsetBytes, detail } of notes) note(damagedFormat, `byte ${offsetBytes}`, detail);
}
