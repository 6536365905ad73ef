/**
 * The files of `cases/`: each case is a block that begins with `# NAME §SECTION`. Its lines are fragments, after the specification's
 * sign for the record separator, and `field NAME CLASS`, members of an event's payload; then `=> ` what comes of them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MetadataCase {
  readonly name: string;
  readonly section: string;
  readonly text: string;
  readonly expected: readonly string[];
}

export function readCases(file: string): MetadataCase[] {
  const blocks = readFileSync(join(import.meta.dirname, 'cases', file), 'utf8').split(/^# /m);
  return blocks.filter((block) => block.trim() !== '').map(readCase);
}

function readCase(block: string): MetadataCase {
  const [title, ...lines] = block.trimEnd().split('\n');
  const [, name, section] = /^([\w-]+) §([\d.]+)$/.exec(title ?? '') ?? [];
  if (name === undefined || section === undefined) throw new Error(`A case has the title "${title}".`);
  const [outcome, rest] = [after(lines, '=> '), lines.filter((line) => !line.startsWith('=> '))];
  const fields = after(rest, 'field ');
  const given = rest.filter((line) => !line.startsWith('field ')).join('\n');
  const fragments =
    given.trim() === '' ? '␞{"type": "preamble", "version": 2}\n␞{"type": "data-stream-class"}' : given;
  const text = fields.length === 0 ? fragments : `${fragments.trimEnd()}\n${eventOf(fields)}`;
  return { name, section, text: text.replaceAll('␞', '\x1e'), expected: outcome };
}

function after(lines: readonly string[], mark: string): string[] {
  return lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
}

function eventOf(fields: readonly string[]): string {
  const members = fields.map((field) => {
    const space = field.indexOf(' ');
    return `{"name": "${field.slice(0, space)}", "field-class": ${field.slice(space + 1)}}`;
  });
  return `␞{"type": "event-record-class", "payload-field-class": {"type": "structure", "member-classes": [${members.join(', ')}]}}\n`;
}
