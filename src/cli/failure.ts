/** What the user reads when something did not work, and the exit code that scripts read. */
import { IncompatibleError } from '../analysis/incompatible-error.ts';
import { OptionError } from '../analysis/options.ts';
import { describePlace, TraceError } from '../bytes/trace-error.ts';
import { ExpressionError } from '../events/filter/expression.ts';
import { TextOptionError } from '../events/text/options.ts';
import { OutputClosed } from '../platform/node/output.ts';
import { safeText } from '../print/text-width.ts';

/** Part of the stable interface. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, incomplete: 3, interrupted: 130 } as const;

/** The command line is wrong: what about it, and what to write instead. */
export class UsageError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** An analysis of the user's own failed: not our bug. */
export class OwnAnalysisError extends Error {
  /** @param file as it was named */
  constructor(file: string, cause: unknown) {
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(`--analysis ${file} failed: ${what}`, { cause });
    this.name = 'OwnAnalysisError';
  }
}

export interface Failure {
  readonly exitCode: number;
  /** For stderr, without the final newline; undefined when there is nothing to say. */
  readonly text: string | undefined;
}

/** @param isDebug whether the stack of our own mistakes is wanted */
export function describeFailure(error: unknown, isDebug: boolean): Failure {
  if (error instanceof OutputClosed) return { exitCode: exitCodes.ok, text: undefined };
  if (error instanceof TraceError) {
    const where = [describePlace(error.file, error.place), ...error.chain].join(', ');
    return { exitCode: exitCodes.failed, text: sayWithHint(`${where}: ${error.reason}`, error.hint) };
  }
  if (error instanceof UsageError)
    return { exitCode: exitCodes.usage, text: sayWithHint(error.message, error.hint) };
  if (error instanceof OwnAnalysisError) {
    const hint = isDebug && error.cause instanceof Error ? error.cause.stack : 'DIATRACE_DEBUG=1 shows where';
    return { exitCode: exitCodes.failed, text: sayWithHint(error.message, hint) };
  }
  if (error instanceof IncompatibleError) {
    return { exitCode: exitCodes.failed, text: sayWithHint(error.message, error.hint || undefined) };
  }
  if (error instanceof OptionError)
    return { exitCode: exitCodes.usage, text: sayWithHint(error.message, undefined) };
  if (error instanceof TextOptionError)
    return { exitCode: exitCodes.usage, text: sayWithHint(error.message, error.hint) };
  if (error instanceof ExpressionError) {
    return {
      exitCode: exitCodes.usage,
      text: `${sayWithHint(error.message, error.hint)}\n${indent(error.marked())}`,
    };
  }
  return { exitCode: exitCodes.failed, text: describeBug(error, isDebug) };
}

function sayWithHint(message: string, hint: string | undefined): string {
  // Names of files and events come from strangers: what could act on the terminal is escaped.
  const sentence = `diatrace: ${safeText(message, true)}`;
  return hint === undefined ? sentence : `${sentence}\n  hint: ${safeText(hint, true)}`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

function describeBug(error: unknown, isDebug: boolean): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (isDebug && error instanceof Error && error.stack !== undefined)
    return `diatrace: a bug of diatrace\n${error.stack}`;
  const firstLine = what.split('\n')[0];
  return `diatrace: a bug of diatrace, please report it with the output of DIATRACE_DEBUG=1 (${firstLine})`;
}
