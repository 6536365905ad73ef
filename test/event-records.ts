// Event records reduced to what two readers must agree on: the name of the class, and the integers, floats and texts of contexts and
// payload in the order of reading, all spelled.
import {
  bytesAt,
  type Column,
  isBlobColumn,
  isBooleanColumn,
  type TextColumn,
} from '../src/events/columns.ts';
import type { Scope } from '../src/events/layout.ts';
import type { Selection } from '../src/events/selection.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { spellBytes, spellFloat, spellHex } from '../src/formats/ctf/elements-text.ts';

export type SpelledRecord = readonly string[];

/** The complete event records of a listing. */
export function recordsIn(lines: readonly string[]): SpelledRecord[] {
  const records: SpelledRecord[] = [];
  let record: string[] = [];
  let isShown = false;
  for (const line of lines) {
    const [, indent = '', text = ''] = /^ *\d+( +)(.*)$/s.exec(line) ?? [];
    const isRecordLevel = indent.length === 5;
    if (isRecordLevel && text === 'ER {') record = [];
    else if (isRecordLevel && text === '}' && record.length > 0) {
      records.push(record);
      record = [];
    }
    const [code = '', ...rest] = text.split(':');
    if (code === 'SC') isShown = /^[345] \{$/.test(rest[0] ?? '');
    if (code === 'ERI') record.push(text.slice(text.indexOf('#') + 1));
    if (isShown) takeValue(record, code.split(' ')[0] as string, rest);
  }
  return records;
}

function takeValue(record: string[], code: string, rest: readonly string[]): void {
  if (/^(FL|VL)(UI|SI|FPN|B)$/.test(code)) record.push(rest.at(-1) as string);
  if (code === 'FLBM') record.push(rest.at(-2) as string);
  if (/^([NSD][TL]S|[SD]LB)$/.test(code)) record.push(`${code[0]}"`);
  if (code !== 'RD') return;
  // What is behind the NUL of a text of known length is garbage; within UTF-16 a byte of 0 is no end.
  const text = `${record.pop()}${rest.slice(1).join(':')}`;
  record.push(text.replace(text.startsWith('N') ? trailingNuls : fromNul, ''));
}

const trailingNuls = /(\$00)+$/;
const fromNul = /\$00.*$/s;

const shownScopes: readonly Scope[] = ['common-context', 'specific-context', 'payload'];

/** The event records of a small trace, as the reader decodes them. */
export function recordsOf(traces: TraceSet): SpelledRecord[] {
  const selection: Selection = {
    classes: new Map(traces.classes.map((eventClass) => [eventClass.index, 'all'])),
    cycles: false,
    packets: false,
  };
  const records: SpelledRecord[] = [];
  for (const stream of traces.read(selection)) {
    for (let batch = stream.next(); batch !== undefined; batch = stream.next()) {
      for (let position = 0; position < batch.count; position++) {
        const classBatch = batch.classes.get(batch.classIndex[position] as number);
        const record = [classBatch?.eventClass.name ?? ''];
        for (const scope of shownScopes) {
          const column = classBatch?.scopes.get(scope);
          if (column !== undefined) flatten(column, batch.row[position] as number, record);
        }
        records.push(record);
      }
    }
  }
  return records;
}

function flatten(column: Column, row: number, record: string[]): void {
  switch (column.kind) {
    case 'number':
    case 'bigint': {
      const value = column.values[row] as number | bigint;
      if (column.type.kind === 'float') record.push(spellFloat(Number(value)));
      else record.push(String(isBooleanColumn(column) ? Number(value) !== 0 : value));
      break;
    }
    case 'text':
      record.push(spellText(column, row));
      break;
    case 'struct':
      for (const member of column.members) flatten(member, row, record);
      break;
    case 'list': {
      const end = column.starts[row + 1] as number;
      for (let index = column.starts[row] as number; index < end; index++)
        flatten(column.element, index, record);
      break;
    }
    case 'variant':
      flatten(column.options[column.option[row] as number] as Column, column.row[row] as number, record);
      break;
  }
}

function spellText(column: TextColumn, row: number): string {
  const { type } = column;
  const bytes = bytesAt(column, row);
  if (type.kind === 'string') return `N"${spellBytes(bytes)}`.replace(trailingNuls, '');
  const isFixed = type.kind === 'array' && type.length.kind === 'fixed';
  const code = isFixed ? 'S' : 'D';
  return isBlobColumn(column)
    ? `${code}"${spellHex(bytes)}`
    : `${code}"${spellBytes(bytes)}`.replace(fromNul, '');
}
