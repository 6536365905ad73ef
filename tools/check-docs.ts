// Every path and symbol that a document names exists.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listFiles, root } from './tracked-files.ts';

export interface Mention {
  readonly kind: 'link' | 'path' | 'symbol';
  readonly text: string;
  readonly line: number;
}

/** A path in backticks is one of ours when it begins with one of these. */
const ownFolder = /^(?:\.ci|bench|bin|docs|examples|src|test|tools|viewer)\//;
const ownRootFile = /^(?:[A-Z]+\.md|[\w.-]+\.(?:json|config\.ts)|LICENSE)$/;
const symbol = /^(?=.*[a-z])[a-zA-Z][a-z0-9]*(?:[A-Z][a-z0-9]*)+(?:\(\))?$/;

/** Names in backticks that look like symbols of ours but belong to others. */
const foreignSymbols = new Set(['FileReaderSync', 'ImageData', 'WebAssembly', 'noUncheckedIndexedAccess']);

/** What a Markdown document names: links to files, paths and symbols in backticks. Blocks of code are left out. */
export function findMentions(text: string): Mention[] {
  const mentions: Mention[] = [];
  let fenced = false;
  for (const [index, content] of text.split('\n').entries()) {
    if (/^\s*(```|~~~)/.test(content)) fenced = !fenced;
    if (fenced || /^ {4}/.test(content)) continue;
    const line = index + 1;
    for (const [, target] of content.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (!/^(?:[a-z]+:|#)/.test(target!))
        mentions.push({ kind: 'link', text: target!.replace(/#.*/, ''), line });
    }
    for (const [, quoted] of content.matchAll(/`([^`]+)`/g)) {
      if (ownFolder.test(quoted!) || ownRootFile.test(quoted!))
        mentions.push({ kind: 'path', text: quoted!, line });
      else if (symbol.test(quoted!)) mentions.push({ kind: 'symbol', text: quoted!.replace('()', ''), line });
    }
  }
  return mentions;
}

/** Whether a path exists; `<name>` stands for any name, and a bare command like `bin/diatrace info` is its program. */
export function pathExists(base: string, path: string): boolean {
  const [program] = path.split(' ');
  const pattern = program!.replace(/<[^>]+>/g, '*').replace(/:\d+$/, '');
  return pattern.includes('*')
    ? globSync(pattern, { cwd: base }).length > 0
    : existsSync(join(base, pattern));
}

function checkDocument(document: string, words: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  for (const { kind, text, line } of findMentions(readFileSync(join(root, document), 'utf8'))) {
    const place = `${document}:${line}`;
    if (kind === 'symbol') {
      if (!words.has(text) && !foreignSymbols.has(text))
        problems.push(`${place} names ${text}, which no source has.`);
    } else if (!pathExists(kind === 'link' ? join(root, dirname(document)) : root, text)) {
      problems.push(`${place} names ${text}, which does not exist.`);
    }
  }
  return problems;
}

function wordsOfSources(files: readonly string[]): Set<string> {
  const words = new Set<string>();
  for (const path of files) {
    if (!/\.(?:ts|mjs|json)$/.test(path) || path === 'package-lock.json') continue;
    for (const [word] of readFileSync(join(root, path), 'utf8').matchAll(/[A-Za-z]\w*/g)) words.add(word);
  }
  return words;
}

if (import.meta.main) {
  const files = listFiles();
  // The changelog speaks of what was, decisions of what was tried.
  const documents = files.filter(
    (path) => path.endsWith('.md') && path !== 'CHANGELOG.md' && !path.includes('/cases/'),
  );
  const words = wordsOfSources(files);
  const problems = documents.flatMap((document) => checkDocument(document, words));
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
