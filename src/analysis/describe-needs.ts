/** Needs in words, for pages and help. */

import { transitionSources } from '../kernel/transitions.ts';
import type { EventNeeds, Needs } from './needs.ts';
import { alternativesOf, transitionsOf, usesThreads } from './needs.ts';

/** One line an event (or group of them), in Markdown, without a bullet. */
export function describeNeeds(needs: Needs): readonly string[] {
  const lines = distinct([needs.events ?? {}, ...transitionsOf(needs)].flatMap(eventLines));
  for (const alternatives of [needs.oneOf ?? [], ...alternativesOf(needs)]) {
    const line = alternatives.map((events) => eventLines(events).join(' and ')).join('; or else ');
    if (line !== '' && !lines.includes(line)) lines.push(line);
  }
  const parts = (needs.anyTransition ?? []).map((name) =>
    eventLines(transitionSources[name].needs).join(' and '),
  );
  if (parts.length > 0) lines.push(parts.join('; or '));
  if (needs.every !== undefined)
    lines.push(`every event named ${needs.every.map((glob) => `\`${glob}\``).join(' or ')}`);
  const hasSwitches = transitionsOf(needs).some((events) => events.sched_switch !== undefined);
  if (usesThreads(needs) && !hasSwitches)
    lines.push('thread ids recorded with each event, or `sched_switch` with `prev_tid`, `next_tid`');
  for (const { events, without } of needs.optional ?? []) {
    lines.push(`if it is there, ${eventLines(events).join(' and ')}. ${without}`);
  }
  return lines;
}

function distinct(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}

function eventLines(events: EventNeeds): string[] {
  return Object.entries(events).map(([name, fields]) =>
    fields.length === 0
      ? `\`${name}\``
      : `\`${name}\` with ${fields.map((field) => `\`${field}\``).join(', ')}`,
  );
}
