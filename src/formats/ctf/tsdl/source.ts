/** The text being read, and how its mistakes are named. Positions are offsets in the text until one is shown. */
import { type Place, TraceError } from '../../../bytes/trace-error.ts';
import type { LeafType } from './leaf-types.ts';

/** What is wrong at one place of the text. */
export interface Fault {
  readonly code: MetadataErrorCode;
  /** Offset in the text. */
  readonly at: number;
  readonly message: string;
  readonly hint?: string;
  readonly chain?: readonly string[];
}

export type MetadataErrorCode =
  | 'metadata-syntax'
  | 'metadata-integer-range'
  | 'metadata-nesting'
  | 'metadata-limit'
  | 'metadata-unknown-type'
  | 'metadata-duplicate'
  | 'metadata-attribute'
  | 'metadata-missing'
  | 'metadata-reference'
  | 'metadata-version'
  | 'metadata-unsupported';

/** A metadata text and the file that it is shown as. */
export class Source {
  readonly text: string;
  readonly file: string;
  readonly warnings: string[] = [];
  /**
   * Types without parts that were made, by how they are written: tracers write the same few a thousand times, and what was once read and
   * made without a mistake is neither read nor made again, but copied.
   */
  readonly leaves = new Map<string, LeafType>();
  /** The same oddity in a thousand places is one warning, with the first of them. */
  readonly #warned = new Set<string>();

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }

  /** @throws TraceError always */
  fail(fault: Fault): never {
    const { code, hint } = fault;
    const message = shortened(fault.message);
    const chain = fault.chain?.map(shortened);
    throw new TraceError({ code, file: this.file, place: this.place(fault.at), message, hint, chain });
  }

  /** An oddity that does not stop reading; said once, where it comes first. */
  warn(at: number, sentence: string): void {
    if (this.#warned.size >= warningCountMax || this.#warned.has(sentence)) return;
    this.#warned.add(sentence);
    const { line, column } = this.#lineAndColumn(at);
    this.warnings.push(`${shortened(sentence)} (${this.file}:${line}:${column})`);
  }

  place(at: number): Place {
    return { unit: 'line', ...this.#lineAndColumn(at) };
  }

  #lineAndColumn(at: number): { line: number; column: number } {
    let line = 1;
    let lineStart = 0;
    for (;;) {
      const end = this.text.indexOf('\n', lineStart);
      if (end < 0 || end >= at) return { line, column: at - lineStart + 1 };
      line++;
      lineStart = end + 1;
    }
  }
}

/** Warnings cost a line count each; nobody reads more than these. */
const warningCountMax = 200;

/** Names and strings of the text stand in messages, and may be as long as the text. */
const messageLengthMax = 300;

function shortened(text: string): string {
  if (text.length <= messageLengthMax) return text;
  return `${text.slice(0, messageLengthMax / 2)} … ${text.slice(-messageLengthMax / 2)}`;
}
