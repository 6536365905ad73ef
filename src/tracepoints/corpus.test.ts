// The tracepoints of every recording in the corpus are read and their fields laid out, and so are this machine's where it shows them. Pages
// of trace.dat files of version 6 are held against what trace-cmd prints of them (`trace-cmd report -t -R`).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { corpusPath, describeCorpus, listCases, readExpectedLines, skipUnless } from '../../test/corpus.ts';
import { memorySource } from '../bytes/source.ts';
import { type EventFormat, parseEventFormat } from './event-format.ts';
import { parseHeaderPage } from './page-layout.ts';
import { RingBufferPage } from './ring-buffer-page.ts';
import { SourceReader } from './source-reader.ts';
import { makeSymbolTable } from './symbol-table.ts';
import { type ReadTracingData, readTracingData, type TracingData, tracingDataMagic } from './tracing-data.ts';

interface Recording {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly version: string;
}

const recordings = [...listRecordings('ftrace', 'trace.dat'), ...listRecordings('perf', 'perf.data')];

/** What has tracing data anywhere. */
function listRecordings(folder: string, file: string): Recording[] {
  return listCases(folder).flatMap((name) => {
    const path = corpusPath(folder, name, file);
    const bytes = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
    const at = bytes.indexOf(Uint8Array.from(tracingDataMagic));
    if (at < 0) return [];
    const version = bytes
      .subarray(at + 10, at + 14)
      .toString('latin1')
      .split('\0')[0]!;
    return [{ name: `${folder}/${name}`, bytes: new Uint8Array(bytes), at, version }];
  });
}

function read({ bytes, at }: Recording): ReadTracingData {
  return readTracingData(memorySource('file', bytes), at, undefined);
}

/** All of a format is read, and its fields lie one behind the other. */
function checkFormat(format: EventFormat): void {
  expect(format.name).toMatch(/^\S+$/);
  expect(format.commonFields.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['common_type', 'common_flags', 'common_preempt_count', 'common_pid']),
  );
  expect(format.commonContext.members.length).toBe(format.commonFields.length);
  expect(format.payload.members.length).toBe(format.fields.length);
  for (const field of format.fields) expect(field.name).toMatch(/^[\w.]+$/);
}

describeCorpus('tracing data of the corpus', () => {
  test('there is some', () => {
    expect(recordings.map(({ version }) => version).sort()).toEqual([
      '0.6',
      '0.6',
      '6',
      '6',
      '6',
      '6',
      '7',
      '7',
      '7',
      '7',
    ]);
  });

  for (const recording of recordings.filter(({ version }) => version !== '7')) {
    test(recording.name, () => {
      const { data, notes } = read(recording);
      const isCut = recording.name.includes('malformed');
      expect(notes.map(({ kind }) => kind)).toEqual(isCut ? ['cut'] : []);
      for (const format of data.formats.values()) checkFormat(format);
      expect(data.formats.size).toBeGreaterThan(1);
      expect(data.byteOrder).toBe('le');
      expect(data.longSizeBytes).toBe(/arm32|malformed/.test(recording.name) ? 4 : 8);
      if (!isCut) expect(data.commandLines.size).toBeGreaterThan(0);
    });
  }
});

interface PagesOfCpu {
  readonly cpu: number;
  readonly atBytes: number;
  readonly sizeBytes: number;
}

/** Behind the tracing data of version 6: where each CPU's pages are, those of named buffers too. */
function cpuPages(recording: Recording, endBytes: number): readonly PagesOfCpu[] {
  const reader = new SourceReader(memorySource('file', recording.bytes), endBytes);
  const cpuCount = reader.u32('count of CPUs');
  const buffers: bigint[] = [];
  if (reader.nulText(10, 'a word') === 'options  ') {
    for (let id = reader.u16('option'); id !== 0; id = reader.u16('option')) {
      const size = reader.u32('size of option');
      const contents = reader.bytes(size, 'option');
      if (id === 3) buffers.push(new DataView(contents.buffer).getBigUint64(0, true));
    }
    expect(reader.nulText(10, 'a word')).toBe('flyrecord');
  }
  const found = [...cpuTable(reader, cpuCount)];
  for (const at of buffers) {
    const instance = new SourceReader(memorySource('file', recording.bytes), Number(at));
    expect(instance.nulText(10, 'a word')).toBe('flyrecord');
    found.push(...cpuTable(instance, cpuCount));
  }
  return found;
}

function* cpuTable(reader: SourceReader, cpuCount: number): Generator<PagesOfCpu> {
  for (let cpu = 0; cpu < cpuCount; cpu++) {
    yield { cpu, atBytes: Number(reader.u64('offset')), sizeBytes: Number(reader.u64('size')) };
  }
}

/** `[003]  7615.709442088: bprint:` of each record. */
function walkPages(bytes: Uint8Array, data: TracingData, pages: PagesOfCpu): string[] {
  const page = new RingBufferPage(data.pageLayout, data.byteOrder);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: string[] = [];
  for (let at = pages.atBytes; at < pages.atBytes + pages.sizeBytes; at += data.pageSizeBytes) {
    page.begin(bytes, at, data.pageSizeBytes);
    while (page.next()) {
      const time = String(page.timestamp + BigInt(page.elapsed)).padStart(10, '0');
      const id = view.getUint16(page.recordAt, data.byteOrder === 'le');
      const cpu = String(pages.cpu).padStart(3, '0');
      found.push(`[${cpu}] ${time.slice(0, -9)}.${time.slice(-9)}: ${data.formats.get(id)?.name}`);
    }
    expect(page.fault).toBeUndefined();
  }
  return found;
}

describeCorpus('pages of trace.dat 6', () => {
  for (const recording of recordings.filter(
    ({ version, name }) => version === '6' && !name.includes('malformed'),
  )) {
    test(`${recording.name} has the records that trace-cmd prints`, () => {
      const { data, endBytes } = read(recording);
      const found = cpuPages(recording, endBytes).flatMap((pages) => walkPages(recording.bytes, data, pages));
      const printed = readExpectedLines(
        corpusPath(...recording.name.split('/'), 'expected', 'report-raw.txt'),
      )
        .map((line) => /(\[\d+\])\s+(\d+\.\d+): (\w+):/.exec(line))
        .filter((parts) => parts !== null)
        .map(([, cpu, time, name]) => `${cpu} ${time}: ${name}`);
      expect(printed.length).toBeGreaterThan(500);
      expect(found.sort()).toEqual(printed.sort());
    });
  }
});

describe('this machine', () => {
  const tracefs = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'].find(isReadable);

  test('every format of its tracefs is read', (context) => {
    skipUnless(context, tracefs !== undefined, 'tracefs is not readable');
    const events = join(tracefs ?? '', 'events');
    const layout = parseHeaderPage(readFileSync(join(events, 'header_page'), 'utf8'));
    expect(layout?.timestampOffsetBytes).toBe(0);
    const machine = { byteOrder: 'le', longSizeBytes: layout?.commitSizeBytes ?? 8 } as const;
    let count = 0;
    for (const system of foldersIn(events)) {
      for (const name of foldersIn(join(events, system))) {
        const file = join(events, system, name, 'format');
        if (!existsSync(file)) continue;
        checkFormat(parseEventFormat(readFileSync(file, 'utf8'), { system, file, machine }));
        count++;
      }
    }
    expect(count).toBeGreaterThan(100);
  });

  test('its symbols are found', (context) => {
    const text = existsSync('/proc/kallsyms') ? readFileSync('/proc/kallsyms') : Buffer.alloc(0);
    const line = /^([0-9a-f]+) t (\w+)$/m.exec(text.toString('latin1', 0, 100_000));
    skipUnless(context, line !== null && !/^0+$/.test(line[1] ?? ''), '/proc/kallsyms shows no addresses');
    const table = makeSymbolTable(new Uint8Array(text));
    expect(table.find(BigInt(`0x${line?.[1]}`))?.offset).toBe(0n);
  });
});

function isReadable(folder: string): boolean {
  try {
    return readdirSync(join(folder, 'events')).length > 0;
  } catch {
    return false;
  }
}

function foldersIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}
