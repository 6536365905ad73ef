// What must not stand in the repository: paths of the machine it is written on, things left open, and a few constructs.
import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listFiles, root } from './tracked-files.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly problem: string;
  readonly applies: (path: string) => boolean;
}

const isCode = (path: string) => /\.(?:ts|tsx|mjs)$/.test(path);
const isOurSource = (path: string) => isCode(path) && path.startsWith('src/') && !path.endsWith('.test.ts');
/** Checkers and their tests have to spell what they look for. */
const isChecker = (path: string) => path.startsWith('tools/check-');
/** Files with what a trace or another program says. */
const isRecorded = (path: string) =>
  /(?:^|\/)(?:cases|goldens|fixtures|first-trace)\//.test(path) || path === 'package-lock.json';

export const rules: readonly Rule[] = [
  ...machinePaths().map((path) => ({
    pattern: new RegExp(`(?<![\\w.])${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/`),
    problem: 'has a path of this machine',
    applies: (file: string) => !isRecorded(file),
  })),
  {
    pattern: /\b(?:TODO|FIXME|XXX)\b|not (?:yet )?implemented/,
    problem: 'leaves something open',
    applies: (path) => isCode(path) && !isChecker(path),
  },
  { pattern: /\beval\(|new Function\(/, problem: 'runs text as code', applies: isOurSource },
  {
    pattern: /console\.(?:log|warn|error)\(/,
    problem: 'prints behind the caller’s back',
    applies: isOurSource,
  },
  {
    pattern: /catch(?:\s*\(\w+\))?\s*\{\s*\}/,
    problem: 'has an empty catch',
    applies: (path) => isCode(path) && !isChecker(path),
  },
  {
    pattern: /\b(?:test|it|describe)\.only\(/,
    problem: 'runs one test only',
    applies: (path) => isCode(path) && !isChecker(path),
  },
  {
    pattern: /\b(?:test|it|describe)\.(?:skip|todo)\(/,
    problem: 'skips a test without a reason: use skipUnless',
    applies: (path) => isCode(path) && !isChecker(path),
  },
];

const linesMax = 500;

/** The parent of the checkout and the home folder, unless they are folders that any machine has. */
function machinePaths(): string[] {
  const common = new Set(['/', '/home', '/root', '/tmp', '/var/tmp', '/usr/src', '/srv', '/opt', tmpdir()]);
  return [dirname(root), homedir()].filter((path) => !common.has(path));
}

/** What is wrong with one file, as sentences with their line. */
export function checkText(path: string, text: string, checked: readonly Rule[] = rules): string[] {
  const problems: string[] = [];
  const applicable = checked.filter((rule) => rule.applies(path));
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    for (const { pattern, problem } of applicable) {
      if (pattern.test(line)) problems.push(`${path}:${index + 1} ${problem}: ${line.trim().slice(0, 80)}`);
    }
  }
  const isLong = isCode(path) && lines.length > linesMax && !path.includes('.generated.');
  if (isLong && !/^\/\/ Long because /m.test(lines.slice(0, 40).join('\n'))) {
    problems.push(
      `${path} has ${lines.length} lines: split it, or begin a comment at its top with "Long because".`,
    );
  }
  return problems;
}

if (import.meta.main) {
  const problems = listFiles()
    .filter((path) => /\.(?:ts|tsx|mjs|js|json|md|sh|css|html|txt|yml)$|^\.ci\/run$|^bin\//.test(path))
    .flatMap((path) => checkText(path, readFileSync(join(root, path), 'utf8')));
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
