/**
 * What a filter expression is, as a value.
 *
 *   $evt.$name =* "sched_*" && (prev_tid == 42 || $payload.next_tid == 42) && !($cpu >= 4)
 *
 *   any   := all ('||' all)*          all := not ('&&' not)*       not := '!' not | '(' any ')' | comparison
 *   comparison := operand ('==' | '!=' | '<' | '<=' | '>' | '>=' | '=*') operand
 *   operand    := field | number with an optional unit (ns us ms s m h) | "text" | 'text'
 *   field      := ['$evt.'] ( $name | $cpu | $tid | $pid | $time | [scope '.'] path )
 *   scope      := $payload | $ctx | $stream_ctx | $header | $pkt_ctx | $pkt_header
 *   path       := name ('.' name | '[' index ']')*
 *
 * In expressions of periods a field may also be `$begin.` or `$parent.$begin.` followed by a field as above.
 *
 * This is the comparison part of lttng-analyses' period language (README, "Period options"), with these additions: `$evt.`
 * may be left out, `$cpu $tid $pid $time`, element indexes, units. A field without a scope is searched in the payload, the
 * event's context, the header, the stream's context, the packet's context, the packet's header, in this order; where no
 * scope has it, `name`, `cpu`, `tid`, `pid` and `time` mean `$name`, `$cpu`, …
 */
import type { Scope } from '../layout.ts';

/** A step below a member: its name, or the index of a list's element. */
export type Step = string | number;

/** What every event has, whatever its class. */
export type BaseField = 'name' | 'cpu' | 'tid' | 'pid' | 'time';

/** Another event than the one at hand: where the expression is one of a period, the one that began it, or its parent. */
export type EventSource = 'begin' | 'parent';

/** A field of an event: of the one at hand, unless `of` says another one. */
export type EventField =
  | { readonly kind: 'base'; readonly base: BaseField; readonly of?: EventSource }
  | {
      readonly kind: 'field';
      readonly scope: Scope | undefined;
      readonly path: readonly Step[];
      readonly of?: EventSource;
    };

/** One side of a comparison. */
export type Operand =
  | EventField
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  /** `pattern` is the text as written, its backslashes kept: what `=*` compares with. */
  | { readonly kind: 'text'; readonly value: string; readonly pattern: string };

export type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '=*';

/** A filter: a tree of comparisons, no deeper than `nestingDepthMax`. */
export type FilterExpression =
  | { readonly kind: 'all'; readonly terms: readonly FilterExpression[] }
  | { readonly kind: 'any'; readonly terms: readonly FilterExpression[] }
  | { readonly kind: 'not'; readonly term: FilterExpression }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    };

/** Where a field without a scope is searched, in this order. */
export const searchOrder: readonly Scope[] = [
  'payload',
  'specific-context',
  'event-header',
  'common-context',
  'packet-context',
  'packet-header',
];

/** An expression that cannot be understood: a mistake of the user, not of a file. */
export class ExpressionError extends Error {
  /** The expression as written. */
  readonly expression: string;
  /** Where in it, in UTF-16 units from 0. */
  readonly position: number;
  /** One sentence, without the place. */
  readonly reason: string;
  /** What to write instead. */
  readonly hint: string | undefined;

  /** @param what the text was given as, where it is no filter: `--period` */
  constructor(expression: string, position: number, reason: string, hint?: string, what = 'the filter') {
    super(`${reason} (column ${position + 1} of ${what})`);
    this.name = 'ExpressionError';
    this.expression = expression;
    this.position = position;
    this.reason = reason;
    this.hint = hint;
  }

  /** The expression with a marker below the place, two lines. */
  marked(): string {
    const shown = this.expression.replace(/[\u0000-\u001f\u007f]/g, ' ');
    return `${shown}\n${' '.repeat(this.position)}^`;
  }
}
