/** Instances of the ring buffer, by what trace.dat's reader says of them. */
import type { EventStream, TraceAbout } from '../../events/reader.ts';

/** Of the file's named buffers; the main one has no name. */
export function instanceNames(trace: TraceAbout): readonly string[] {
  const names = trace.environment.get('instances');
  return typeof names === 'string' && names !== '' ? names.split(',') : [];
}

/** `trace.dat:foo/cpu1` is of the instance `foo`, `trace.dat:cpu1` of the main buffer. */
export function instanceOf({ name }: EventStream): string {
  const within = name.slice(name.lastIndexOf(':') + 1);
  const slash = within.lastIndexOf('/');
  return slash < 0 ? '' : within.slice(0, slash);
}
