// The element walk and the reader share no code: here each is held against the other, on small traces of every odd layout and on
// damaged ones, value by value, and on all real traces by counts.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memorySource } from '../src/bytes/source.ts';
import { TraceError } from '../src/bytes/trace-error.ts';
import type { Column, TextColumn } from '../src/events/columns.ts';
import type { Scope } from '../src/events/layout.ts';
import type { Selection } from '../src/events/selection.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { elements } from '../src/formats/ctf/elements.ts';
import { spellBytes, spellFloat } from '../src/formats/ctf/elements-text.ts';
import { findTraces } from '../src/formats/ctf/find-traces.ts';
import { metadataText } from '../src/formats/ctf/metadata-packets.ts';
import { parseTsdl } from '../src/formats/ctf/tsdl/parse-tsdl.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, describeCorpus, listCases, readExpected } from './corpus.ts';

/** One event record: its class's name, and the integers, floats and texts of contexts and payload in the order of reading. */
type Record = readonly string[];

/** What the reader refuses though its elements can be shown: there are no events in them, or they belong to another trace. */
const refused = new Set(['pass-diff-uuid', 'pass-no-ers-no-dst-id-fl-ints']);

describeCorpus('the element walk and the reader agree', () => {
  test.each(listCases('ctf-yactfr/ctf-1'))('value by value: %s', (name) => {
    const path = (...parts: string[]) => corpusPath('ctf-yactfr', 'ctf-1', name, 'trace', ...parts);
    const traceClass = parseTsdl(readFileSync(path('metadata'), 'utf8'), 'metadata');
    const lines = [...elements(traceClass, memorySource('stream', readFileSync(path('stream'))))];
    const isWhole = lines.at(-1)?.endsWith('}') ?? true;
    const read = readTrace(path());
    expect(read.records).toEqual(recordsIn(lines));
    expect(read.isWhole).toBe(isWhole && !refused.has(name));
  });

  test.each(listCases('ctf1'))('counts: %s', (name) => {
    const summary = JSON.parse(readExpected(corpusPath('ctf1', name, 'expected', 'summary.json'))) as {
      readonly events_by_name: Readonly<{ [name: string]: number }>;
    };
    const counts = new Map<string, number>();
    const errors: string[] = [];
    for (const trace of findTraces(openNodeInput(corpusPath('ctf1', name, 'trace')))) {
      const folder = corpusPath('ctf1', name, 'trace');
      const metadata = metadataText(readFileSync(`${folder}/${trace.metadata.path}`), 'metadata');
      const traceClass = parseTsdl(metadata.text, 'metadata');
      for (const file of trace.streams) {
        const source = file.open();
        for (const line of elements(traceClass, source)) {
          const eventName = /^ *\d+ +ERI:T\d+:#(.*)$/s.exec(line)?.[1];
          if (eventName !== undefined) counts.set(eventName, (counts.get(eventName) ?? 0) + 1);
          if (/^ *\d+ [A-Z][a-z]/.test(line)) errors.push(`${file.path}: ${line}`);
        }
        source.close();
      }
    }
    expect(errors).toEqual([]);
    expect(Object.fromEntries([...counts].sort())).toEqual(
      Object.fromEntries(Object.entries(summary.events_by_name).sort()),
    );
  });
});

/** The complete event records of a listing. */
function recordsIn(lines: readonly string[]): Record[] {
  const records: Record[] = [];
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
  if (/^FL(UI|SI|FPN)$/.test(code)) record.push(rest.at(-1) as string);
  if (/^[NSD][TL]S$/.test(code)) record.push('"');
  if (code === 'RD') record.push(`${record.pop()}${rest.slice(1).join(':')}`.replace(/\$00.*$/s, ''));
}

const shownScopes: readonly Scope[] = ['common-context', 'specific-context', 'payload'];

/** A trace's records; where nothing can be read opening fails with an error, and where bytes could not be read health says so. */
function readTrace(path: string): { readonly records: Record[]; readonly isWhole: boolean } {
  let traces: TraceSet;
  try {
    traces = openTraces([openNodeInput(path)]);
  } catch (error) {
    if (error instanceof TraceError && error.code === 'no-readable-stream')
      return { records: [], isWhole: false };
    throw error;
  }
  try {
    const records = recordsOf(traces);
    return { records, isWhole: traces.health().notes.every(({ kind }) => kind.severity !== 'damage') };
  } finally {
    traces.close();
  }
}

/** The event records of a small trace, as the reader decodes them. */
function recordsOf(traces: TraceSet): Record[] {
  const selection: Selection = {
    classes: new Map(traces.classes.map((eventClass) => [eventClass.index, 'all'])),
    cycles: false,
    packets: false,
  };
  const records: Record[] = [];
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
      record.push(column.type.kind === 'float' ? spellFloat(Number(value)) : String(value));
      break;
    }
    case 'text':
      record.push(`"${spellBytes(bytesAt(column, row))}`);
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

function bytesAt(column: TextColumn, row: number): Uint8Array {
  const start = column.starts[row] as number;
  return column.bytes.subarray(start, start + (column.lengths[row] as number));
}
