/** Runs `diatrace report --lami`: as a consumer of LAMI 1.0, of a file or of a program (lttng/lami-spec, lami.adoc, "Input format"). */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { TraceError } from '../bytes/trace-error.ts';
import { LamiError, noMetadata, readLamiMetadata, readLamiResults } from '../render/lami/read-lami.ts';
import { JsonError } from '../results/json-text.ts';
import type { AnalysisResult } from '../results/result.ts';
import type { LamiReportOptions } from './commands/lami-report.ts';
import { type CliContext, openCommandConsole, zoneOf } from './context.ts';
import { exitCodes, UsageError } from './failure.ts';
import { openProgress, type Progress } from './progress.ts';
import { rendererFor, renderOptions } from './run-report.ts';
import { parseTime } from './times.ts';

export async function reportLami(
  context: CliContext,
  paths: readonly string[],
  options: LamiReportOptions,
): Promise<number> {
  const renderer = await rendererFor(options);
  const result = await readResult(paths, options);
  const console = openCommandConsole(context, options);
  for (const piece of renderer.render(result, renderOptions(console, options))) console.out.write(piece);
  console.out.close();
  return exitCodes.ok;
}

/** @throws TraceError that says what is wrong with the file or the program */
async function readResult(paths: readonly string[], options: LamiReportOptions): Promise<AnalysisResult> {
  const { lami, lamiMetadata } = options;
  try {
    const given = lamiMetadata === undefined ? undefined : readLamiMetadata(textOf(lamiMetadata));
    if (isResults(lami)) return readLamiResults(textOf(lami), given ?? noMetadata, [lami]);
    const command = wordsOf(lami);
    checkVersion(command);
    const metadata = given ?? readLamiMetadata(outputOf([...command, '--metadata']));
    const output = await resultsOf([...command, '--output-progress', ...rangeOf(options), ...paths]);
    return readLamiResults(output, metadata, paths);
  } catch (error) {
    if (!(error instanceof LamiError || error instanceof JsonError)) throw error;
    throw new TraceError({ code: 'lami', file: lami, message: error.message.replace(/^LAMI: /, '') });
  }
}

/** A file whose first character begins an object; a program begins otherwise. */
function isResults(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true && /^\s*\{/.test(textOf(path));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new TraceError({ code: 'unreadable', file: path, message: `It cannot be read: ${message}` });
  }
}

/** Words as a shell splits them, with quotes and without anything else. */
function wordsOf(command: string): readonly string[] {
  const words = [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/["']/g, ''),
  );
  if (words.length === 0)
    throw new UsageError('--lami names no file and no program', '--lami lttng-cputop-mi');
  return words;
}

/** Times are absolute: the program is not asked when its trace begins. */
function rangeOf(options: LamiReportOptions): readonly string[] {
  const time = (name: 'begin' | 'end') => {
    const text = options[name];
    if (text === undefined) return [];
    const typed = parseTime(text, `--${name}`, zoneOf(options));
    if (typed.kind === 'since-epoch') return [`--${name}`, String(typed.ns)];
    throw new UsageError(
      `--${name}: "${text}" depends on when the trace begins`,
      'write seconds, or a date with its time',
    );
  };
  return [...time('begin'), ...time('end')];
}

const versionForm = /^1\.\d{1,3}$/;

function checkVersion(command: readonly string[]): void {
  const version = outputOf([...command, '--mi-version']).trim();
  if (versionForm.test(version)) return;
  throw new LamiError(`it speaks version "${version.slice(0, 20)}" of LAMI, and 1 is understood`);
}

const outputSizeMaxBytes = 1 << 30;

function outputOf([program = '', ...args]: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: outputSizeMaxBytes,
  });
  if (error !== undefined) throw new LamiError(notStarted(program, error));
  if (status !== 0 && !/^\s*\{/.test(stdout)) throw new LamiError(failed(program, status, stderr));
  return stdout;
}

function notStarted(program: string, error: Error): string {
  return 'code' in error && error.code === 'ENOENT'
    ? `there is no file and no program "${program}"`
    : `${program} cannot be run: ${error.message}`;
}

function failed(program: string, code: number | null, stderr: string): string {
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return `${program} failed${code === null ? '' : ` with exit code ${code}`}${said === '' ? '' : `: ${said}`}`;
}

/** The JSON that follows the lines with progress. */
function resultsOf([program = '', ...args]: readonly string[]): Promise<string> {
  const progress = openProgress(true);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const reader = new ProgressReader(progress);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => reader.add(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4096);
    });
    child.on('error', (error) => reject(new LamiError(notStarted(program, error))));
    child.on('close', (code) => {
      progress.clear();
      const results = reader.end();
      if (code === 0 || results !== '') resolve(results);
      else reject(new LamiError(failed(program, code, said)));
    });
  });
}

/** Takes lines as progress until the first that begins an object. */
class ProgressReader {
  readonly #progress: Progress;
  readonly #pieces: string[] = [];
  #line = '';
  #hasBegun = false;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  add(text: string): void {
    if (this.#hasBegun) {
      this.#pieces.push(text);
      return;
    }
    this.#line += text;
    for (let at = this.#line.indexOf('\n'); at >= 0 && !this.#beginsObject(); at = this.#line.indexOf('\n')) {
      const [value = ''] = this.#line.slice(0, at).trim().split(' ');
      if (/^\d/.test(value)) this.#progress.update(Number(value));
      this.#line = this.#line.slice(at + 1);
    }
    if (!this.#beginsObject()) return;
    this.#hasBegun = true;
    this.#pieces.push(this.#line);
  }

  #beginsObject(): boolean {
    return /^\s*\{/.test(this.#line);
  }

  end(): string {
    return this.#pieces.join('');
  }
}
