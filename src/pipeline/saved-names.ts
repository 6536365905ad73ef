/** Names of threads that a recording brings with it: those of threads that were there before it began, until an event says another. */
import type { TraceAbout } from '../events/reader.ts';
import type { KernelModel } from '../kernel/model.ts';

/** The host whose kernel a trace is of. */
export function hostOf(trace: TraceAbout | undefined): string {
  return trace?.hostName ?? trace?.name ?? '';
}

/** Tells a model that knows nothing yet the names that the traces of its host saved. */
export function nameSavedThreads(model: KernelModel, traces: readonly TraceAbout[]): void {
  for (const trace of traces) {
    if (trace.commandLines === undefined || hostOf(trace) !== model.host) continue;
    for (const [tid, name] of trace.commandLines) model.tasks.setComm(tid, model.names.idOf(name));
  }
}
