/** Every tracepoint of the machine that the tests run on, where its tracefs can be read. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEventFormat } from '../event-format.ts';
import { parsePrintFormat } from './parse-print-format.ts';

const roots = ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events'];

interface Found {
  readonly system: string;
  readonly path: string;
}

function formatFiles(): Found[] {
  for (const root of roots) {
    try {
      return readdirSync(root).flatMap((system) => formatsOf(join(root, system), system));
    } catch {
      // Not mounted, or for root only.
    }
  }
  return [];
}

function formatsOf(folder: string, system: string): Found[] {
  try {
    return readdirSync(folder)
      .map((name) => ({ system, path: join(folder, name, 'format') }))
      .filter(({ path }) => existsSync(path));
  } catch {
    return [];
  }
}

/** What trace-cmd can't follow either: functions that only the kernel has, and GNU C's statements in expressions. */
const excused = /^The function (?!_)\w+ is not known\.$|^A statement in an expression is not understood\.$/;

test('each format is followed, or needs what only the kernel has', (context) => {
  const files = formatFiles();
  if (files.length === 0) context.skip('tracefs is not readable here');
  const failed: string[] = [];
  for (const { system, path } of files) {
    const origin = { system, file: path, machine: { byteOrder: 'le', longSizeBytes: 8 } } as const;
    const format = parseEventFormat(readFileSync(path, 'utf8'), origin);
    const parsed = parsePrintFormat(format.printFormat, 8);
    if (parsed.kind === 'failed' && !excused.test(parsed.reason))
      failed.push(`${system}:${format.name}: ${parsed.reason}`);
  }
  expect(failed).toEqual([]);
});
