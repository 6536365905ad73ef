/** Needs in words, for pages and help. */
import type { EventNeeds, Needs } from './needs.ts';
import { transitionsOf } from './needs.ts';

/** One line an event (or group of them), in Markdown, without a bullet. */
export function describeNeeds(needs: Needs): readonly string[] {
  const lines = [needs.events ?? {}, ...transitionsOf(needs)].flatMap(eventLines);
  const alternatives = (needs.oneOf ?? []).map((events) => eventLines(events).join(' and '));
  if (alternatives.length > 0) lines.push(alternatives.join('; or else '));
  if (needs.every !== undefined)
    lines.push(`every event named ${needs.every.map((glob) => `\`${glob}\``).join(' or ')}`);
  const usesSwitches = (needs.transitions ?? []).length > 0;
  if (usesSwitches)
    lines.push('thread ids recorded with each event, or `sched_switch` with `prev_tid`, `next_tid`');
  for (const { events, without } of needs.optional ?? []) {
    lines.push(`if it is there, ${eventLines(events).join(' and ')}. ${without}`);
  }
  return lines;
}

function eventLines(events: EventNeeds): string[] {
  return Object.entries(events).map(([name, fields]) =>
    fields.length === 0
      ? `\`${name}\``
      : `\`${name}\` with ${fields.map((field) => `\`${field}\``).join(', ')}`,
  );
}
