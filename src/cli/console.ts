/** The terminal, or whatever stands in its place: where data and messages go, how wide it is and which colours it has. */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { type Output, openOutput, openOutputFile } from '../platform/node/output.ts';
import type { ColorDepth } from '../results/renderer.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What commands write to. */
export interface Console {
  readonly out: Output;
  /** Whether `out` is a terminal. */
  readonly isTerminal: boolean;
  readonly color: ColorDepth;
  readonly unicode: boolean;
  /** In columns. */
  readonly width: number;
  /** One or more whole lines on stderr. */
  say(text: string): void;
}

const stdout = 1;
const stderr = 2;

/** @param path where data goes instead of stdout; `-` is stdout */
export function openConsole(environment: Environment, path = '-'): Console {
  const isStdout = path === '-';
  const isTerminal = isStdout && isTerminalOn(stdout);
  return {
    out: isStdout ? openOutput(stdout, 'stdout') : openOutputFile(path),
    isTerminal,
    color: colorDepthOf(environment, isTerminal),
    unicode: isUnicode(environment),
    width: widthOf(environment, isTerminal),
    say,
  };
}

/**
 * Whether a descriptor is a terminal. Node's module that knows it brings sockets and streams along, which takes 8 ms: it is only asked
 * about character devices other than the one that swallows everything.
 */
export function isTerminalOn(descriptor: number): boolean {
  try {
    const device = fstatSync(descriptor);
    if (!device.isCharacterDevice()) return false;
    if (device.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev) return false;
  } catch {
    // Whatever it is, it cannot be asked: the module is the judge.
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

/** Writes to stderr at once; when stderr itself is gone there is nobody left to tell. */
export function say(text: string): void {
  try {
    writeSync(stderr, `${text}\n`);
  } catch {
    // A message that cannot be shown is not worth failing for: the exit code still says it.
  }
}

/**
 * NO_COLOR (no-color.org) wins over FORCE_COLOR (0 to 3, as Node reads it), and both over what the terminal says of itself.
 */
export function colorDepthOf(environment: Environment, isTerminal: boolean): ColorDepth {
  if ((environment['NO_COLOR'] ?? '') !== '') return 'plain';
  const forced = environment['FORCE_COLOR'];
  if (forced === '0' || forced === 'false') return 'plain';
  if (forced === '3') return 'truecolor';
  if (forced === '2') return '256';
  const detected = detectDepth(environment);
  if (forced !== undefined && forced !== '') return detected === 'plain' ? '256' : detected;
  return isTerminal ? detected : 'plain';
}

function detectDepth(environment: Environment): ColorDepth {
  const term = environment['TERM'] ?? '';
  if (term === 'dumb' || term === 'linux') return 'plain';
  if (/^(truecolor|24bit)$/i.test(environment['COLORTERM'] ?? '') || /-direct/.test(term)) return 'truecolor';
  return /256|^(xterm|screen|tmux|rxvt|konsole|gnome|alacritty|foot|st)\b/.test(term) ? '256' : 'plain';
}

/** Without any locale block characters are tried: containers have none, and terminals that cannot show them are rare. */
function isUnicode(environment: Environment): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return locale === '' || /utf-?8/i.test(locale);
}

const widthDefault = 80;

function widthOf(environment: Environment, isTerminal: boolean): number {
  // `process.stdout` is asked only on a terminal: opening it on a pipe would make the pipe non-blocking.
  const columns = isTerminal ? process.stdout.columns : Number(environment['COLUMNS']);
  return Number.isInteger(columns) && columns > 0 ? columns : widthDefault;
}
