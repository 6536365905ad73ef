/**
 * What babeltrace2 prints between an event's time and its scopes. Its separators have a logic of their own, which is kept:
 *
 *   names     timestamp = T, delta = +D, trace = N, , trace:hostname = H, trace:domain = D, loglevel = TRACE_INFO (6), name = E,
 *   no names  [T] (+D) H:D:TRACE_INFO (6) E:
 */
import type { EventClass, TraceAbout } from '../../events/reader.ts';
import type { FieldKind } from '../../events/text/style.ts';
import { babeltraceName } from './trace-name.ts';

const logLevelNames: readonly string[] = [
  'TRACE_EMERG',
  'TRACE_ALERT',
  'TRACE_CRIT',
  'TRACE_ERR',
  'TRACE_WARNING',
  'TRACE_NOTICE',
  'TRACE_INFO',
  'TRACE_DEBUG_SYSTEM',
  'TRACE_DEBUG_PROGRAM',
  'TRACE_DEBUG_PROCESS',
  'TRACE_DEBUG_MODULE',
  'TRACE_DEBUG_UNIT',
  'TRACE_DEBUG_FUNCTION',
  'TRACE_DEBUG_LINE',
  'TRACE_DEBUG',
];

/** What follows the time, up to and with the event's name. */
export function headerAfterTime(
  trace: TraceAbout,
  eventClass: EventClass,
  fields: ReadonlySet<FieldKind>,
  withNames: boolean,
  hasTime: boolean,
): string {
  // Babeltrace2 takes the line as begun once a time was printed with its name.
  const separator = withNames && hasTime ? ', ' : '';
  let text = '';
  if (fields.has('trace'))
    text += separator + named('trace', withNames) + babeltraceName(trace) + (withNames ? ', ' : '');
  let hasFacts = false;
  for (const [kind, value] of facts(trace, eventClass)) {
    if (value === undefined || !fields.has(kind)) continue;
    const joint = !withNames && hasFacts && kind !== 'trace:hostname' ? ':' : '';
    text += separator + named(kind === 'emf' ? 'model.emf.uri' : kind, withNames) + joint + value;
    hasFacts = true;
  }
  if (hasFacts && !withNames) text += ' ';
  return `${text}${separator}${named('name', withNames)}${eventClass.name || '<unknown>'}${withNames ? ', ' : ': '}`;
}

function named(name: string, withNames: boolean): string {
  return withNames ? `${name} = ` : '';
}

function facts(trace: TraceAbout, eventClass: EventClass): readonly [FieldKind, string | undefined][] {
  const vpid = trace.environment.get('vpid');
  const { logLevel } = eventClass;
  const levelName = logLevel === undefined ? undefined : logLevelNames[logLevel];
  return [
    ['trace:hostname', textOf(trace, 'hostname')],
    ['trace:domain', textOf(trace, 'domain')],
    ['trace:procname', textOf(trace, 'procname')],
    ['trace:vpid', typeof vpid === 'bigint' ? `(${vpid})` : undefined],
    ['loglevel', levelName && `${levelName} (${logLevel})`],
    ['emf', eventClass.emfUri],
  ];
}

function textOf(trace: TraceAbout, name: string): string | undefined {
  const value = trace.environment.get(name);
  return typeof value === 'string' ? value : undefined;
}
