/**
 * What follows `print fmt:` in a tracepoint's tracefs `format` file, as a tree: a printf format and C expressions over the record's
 * fields, with the helpers that the kernel's macros leave in it (kernel's include/trace/stages/stage3_trace_output.h).
 */

export type UnaryOperator = '!' | '~' | '-' | '+' | '&' | '*';
export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '<'
  | '>'
  | '<='
  | '>='
  | '=='
  | '!='
  | '&'
  | '^'
  | '|'
  | '&&'
  | '||';

/** A label of `__print_flags` or `__print_symbolic` and its value. */
export interface PrintLabel {
  readonly value: Expression;
  readonly label: string;
}

export type Expression =
  /** From 0 to 2^64 - 1. */
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'text'; readonly text: string }
  /** An identifier that is no field: an enumerator or a symbol whose value the format does not say. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'element'; readonly array: Expression; readonly index: Expression }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  | { readonly kind: 'cast'; readonly type: string; readonly operand: Expression }
  /** `sizeof(REC->field)`; that of a type is a number already. */
  | { readonly kind: 'size-of-field'; readonly field: string }
  /** `__get_dynamic_array(field)` and its kind: the bytes that a located field says where they are. */
  | { readonly kind: 'array'; readonly field: string }
  | { readonly kind: 'array-length'; readonly field: string }
  | { readonly kind: 'string'; readonly field: string }
  | { readonly kind: 'bit-mask'; readonly field: string; readonly isCpuList: boolean }
  | {
      readonly kind: 'flags';
      readonly value: Expression;
      readonly separator: string;
      readonly labels: readonly PrintLabel[];
    }
  | { readonly kind: 'symbolic'; readonly value: Expression; readonly labels: readonly PrintLabel[] }
  | {
      readonly kind: 'hex';
      readonly bytes: Expression;
      readonly count: Expression;
      readonly separator: string;
    }
  | {
      readonly kind: 'list';
      readonly array: Expression;
      readonly count: Expression;
      readonly elementSize: Expression;
    }
  /** Of the functions that `functions.ts` knows. */
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] };

/** A printf conversion. */
export interface Conversion {
  /** Any of `-+ #0`. */
  readonly flags: string;
  readonly width: number | 'argument' | undefined;
  readonly precision: number | 'argument' | undefined;
  /** How much the integer is longer (`l` once, `ll` twice) or shorter (`h`) than an `int`: -2 to 2. */
  readonly length: number;
  /** `d u x X o c s p %`, `i` being `d`. */
  readonly letter: 'd' | 'u' | 'x' | 'X' | 'o' | 'c' | 's' | 'p';
  /** What follows `p`: `S`, `I6c`, `ISpc`, `hN`; empty for the pointer itself. */
  readonly pointerForm: string;
}

/** A part of the line. */
export type PrintPiece =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'conversion';
      readonly conversion: Conversion;
      readonly width: Expression | undefined;
      readonly precision: Expression | undefined;
      readonly value: Expression;
    };

export type ParsedPrintFormat =
  | { readonly kind: 'format'; readonly pieces: readonly PrintPiece[] }
  /** One sentence: what is not understood. */
  | { readonly kind: 'failed'; readonly reason: string };

/** A format that is not understood: caught where the format is parsed, and becomes its text instead. */
export class PrintFormatError extends Error {}
