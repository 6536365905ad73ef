/**
 * What TSDL text says before its names are looked up: the phrases of CTF 1.8.3 appendix C.2. `at` is an offset in the text.
 */

export type Expression =
  | { readonly kind: 'integer'; readonly at: number; readonly value: bigint }
  | { readonly kind: 'string'; readonly at: number; readonly value: string }
  /** `a`, `stream.event.header.id`, `clock.monotonic.value`. */
  | { readonly kind: 'path'; readonly at: number; readonly names: readonly string[] };

/** `size = 32;` in an integer, `name = "x";` in an event. Its path is written with dots: `model.emf.uri`. */
export interface Assignment {
  readonly kind: 'assignment';
  readonly at: number;
  readonly path: string;
  readonly value: Expression;
}

/** `fields := struct { … };` */
export interface Definition {
  readonly kind: 'definition';
  readonly at: number;
  readonly path: string;
  readonly type: TypeSpecifier;
}

export interface Enumerator {
  readonly at: number;
  readonly label: string;
  readonly first: Expression | undefined;
  readonly last: Expression | undefined;
}

export interface NamedSpecifier {
  readonly kind: 'named';
  readonly at: number;
  /** `uint8_t`, `unsigned long int`, words separated by one space, without `const`. */
  readonly name: string;
  readonly isConst: boolean;
}

export interface AttributeSpecifier {
  readonly kind: 'integer' | 'float' | 'string';
  readonly at: number;
  /** Empty where the source knows a type that is written like this. */
  readonly attributes: readonly Assignment[];
  /** All of it, if the source may know the type by that. */
  readonly written?: string;
}

export interface StructSpecifier {
  readonly kind: 'struct';
  readonly at: number;
  readonly name: string | undefined;
  readonly body: readonly Declaration[] | undefined;
  readonly alignment: Expression | undefined;
}

export interface VariantSpecifier {
  readonly kind: 'variant';
  readonly at: number;
  readonly name: string | undefined;
  readonly tag: Expression | undefined;
  readonly body: readonly Declaration[] | undefined;
}

export interface EnumSpecifier {
  readonly kind: 'enum';
  readonly at: number;
  readonly name: string | undefined;
  readonly base: TypeSpecifier | undefined;
  readonly body: readonly Enumerator[] | undefined;
}

export type TypeSpecifier =
  | NamedSpecifier
  | AttributeSpecifier
  | StructSpecifier
  | VariantSpecifier
  | EnumSpecifier;

/** A name with what stands around it: `*p`, `a[4][len]`, `flag:1`. */
export interface Declarator {
  readonly at: number;
  /** Empty in the left side of a typealias. */
  readonly name: string;
  readonly pointers: number;
  /** Outermost first, as written. */
  readonly lengths: readonly Expression[];
  /** The size of a C bit field. */
  readonly bits: Expression | undefined;
}

export type Declaration =
  | {
      readonly kind: 'fields';
      readonly at: number;
      readonly type: TypeSpecifier;
      readonly declarators: readonly Declarator[];
    }
  | {
      readonly kind: 'typedef';
      readonly at: number;
      readonly type: TypeSpecifier;
      readonly declarators: readonly Declarator[];
    }
  | {
      readonly kind: 'typealias';
      readonly at: number;
      readonly type: TypeSpecifier;
      readonly declarator: Declarator;
      /** `uint8_t`, `unsigned long`, `struct page *`. */
      readonly name: string;
    }
  /** `struct name { … };` alone. */
  | { readonly kind: 'type'; readonly at: number; readonly type: TypeSpecifier };

export const blockNames = ['trace', 'env', 'clock', 'stream', 'event', 'callsite'] as const;
export type BlockName = (typeof blockNames)[number];

/** What was read of an event while its block was stepped over: its types are parsed when they are first asked for. */
export interface PlainEvent {
  readonly kind: 'plain-event';
  readonly at: number;
  readonly name: string;
  readonly id: bigint;
  readonly streamId: bigint | undefined;
  readonly logLevel: number | undefined;
  /** Its other attributes. */
  readonly attributes: ReadonlyMap<string, string | bigint>;
  readonly hasContext: boolean;
  /** Offset of what follows the attributes: its types. */
  readonly typesAt: number;
  /** Offset of the text after the block. */
  readonly end: number;
}

export interface Block {
  readonly kind: 'block';
  readonly at: number;
  /** Offset of the text after it. */
  readonly end: number;
  readonly name: BlockName;
  readonly entries: readonly (Assignment | Definition | Declaration)[];
}

/** A whole metadata text. */
export interface MetadataSyntax {
  readonly declarations: readonly Declaration[];
  /** All but those of events. */
  readonly blocks: readonly Block[];
  readonly events: readonly (Block | PlainEvent)[];
}
