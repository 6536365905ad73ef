// Cases are blocks of a text file: `# title`, the format's text, and what comes of it behind `=> `.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArrayType, FieldType, StructType } from '../events/layout.ts';

export interface FormatCase {
  readonly title: string;
  readonly text: string;
  readonly expected: string;
}

export function readCases(file: string): FormatCase[] {
  const blocks = readFileSync(join(import.meta.dirname, 'cases', file), 'utf8')
    .split(/^# /m)
    .slice(1);
  return blocks.map((block) => {
    const titleEnd = block.indexOf('\n');
    const arrow = block.indexOf('\n=> ');
    const expected = block
      .slice(arrow + 1)
      .trimEnd()
      .split('\n');
    return {
      title: block.slice(0, titleEnd),
      text: block.slice(titleEnd + 1, arrow + 1),
      expected: expected.map((line) => line.replace(/^=> /, '')).join('\n'),
    };
  });
}

/** One line a member: `comm @8 text 16`. */
export function describeStruct(type: StructType): string {
  if (type.members.length === 0) return '(none)';
  return type.members
    .map(
      ({ name, offsetBits, type: member }) =>
        `${name} @${(offsetBits ?? Number.NaN) / 8} ${describeType(member)}`,
    )
    .join('\n');
}

function describeType(type: FieldType): string {
  switch (type.kind) {
    case 'integer': {
      const base = type.displayBase === 16 ? ' hex' : '';
      return `${type.isSigned ? 's' : 'u'}${type.sizeBits}${base}${type.isBoolean === true ? ' boolean' : ''}`;
    }
    case 'array': {
      const count = describeLength(type.length);
      if (type.isText) return `text ${count}`;
      return type.isBlob === true ? `bytes ${count}` : `${count} × ${describeType(type.element)}`;
    }
    default:
      return type.kind;
  }
}

function describeLength(length: ArrayType['length']): string {
  switch (length.kind) {
    case 'fixed':
      return `${length.count}`;
    case 'field':
      return length.field.path.join('.');
    case 'located':
      return length.from;
    case 'rest':
      return 'rest';
  }
}
