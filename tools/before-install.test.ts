import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What a file imports as soon as it is loaded, and what that imports. */
function importedFrom(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(join(import.meta.dirname, file), 'utf8');
  return [...source.matchAll(/^import [^;]*?'([^']+)';$/gm)].flatMap(([, path = '']) =>
    path.startsWith('./') ? importedFrom(path.slice(2), seen) : [path],
  );
}

test.each(['start.mjs', 'build.mjs', 'run.mjs', 'test.mjs'])(
  '%s can be loaded before anything is installed',
  (file) => {
    const imported = importedFrom(file);
    expect(imported).toContain('node:path');
    expect(imported.filter((path) => !path.startsWith('node:'))).toEqual([]);
  },
);
