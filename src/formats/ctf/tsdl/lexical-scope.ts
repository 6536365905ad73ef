/** Names of types, in the scopes of the text where they hold (CTF 1.8.3 §7.3.1). */
import type { Frame } from './frames.ts';
import type { LeafType } from './leaf-types.ts';
import type { Source } from './source.ts';
import type { Declarator, TypeSpecifier } from './syntax.ts';

/** A type that has a name. */
export interface NamedType {
  readonly at: number;
  readonly type: TypeSpecifier;
  /** The arrays of `typedef uint8_t name[16]`. */
  readonly declarator: Declarator | undefined;
  /** Where the names in its own text are looked up. */
  readonly scope: LexicalScope;
  /** The structure that it is declared in, where its references begin to look; undefined outside structures. */
  readonly frame: Frame | undefined;
  /** A type without parts, ready to be copied; of an enumeration's name from its first use on. */
  leaf: LeafType | undefined;
}

export class LexicalScope {
  readonly #outer: LexicalScope | undefined;
  /** Made with the first definition: most scopes have none, and each structure in use has a scope. */
  #types: Map<string, NamedType> | undefined;
  /** `unsigned long int` under the same key as `long unsigned`, for look-ups that find nothing else. */
  #canonical: Map<string, NamedType> | undefined;

  constructor(outer?: LexicalScope) {
    this.#outer = outer;
  }

  /** @throws TraceError `metadata-duplicate` when this very scope has the name already; hiding an outer one is allowed */
  define(source: Source, name: string, type: NamedType): void {
    this.#types ??= new Map();
    this.#canonical ??= new Map();
    if (this.#types.has(name)) {
      source.fail({
        code: 'metadata-duplicate',
        at: type.at,
        message: `Type "${name}" is defined twice in one scope.`,
      });
    }
    this.#types.set(name, type);
    const canonical = canonicalName(name);
    if (!this.#canonical.has(canonical)) this.#canonical.set(canonical, type);
  }

  find(name: string): NamedType | undefined {
    const canonical = canonicalName(name);
    for (let scope: LexicalScope | undefined = this; scope !== undefined; scope = scope.#outer) {
      const found = scope.#types?.get(name) ?? scope.#canonical?.get(canonical);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

const cWord = /^(?:unsigned|signed|short|long|int|char|double)(?= |$)/;

/** C's integer types have several spellings: the order of words is free, and `int` after another word says nothing. */
function canonicalName(name: string): string {
  if (!cWord.test(name)) return name;
  const words = name.split(' ');
  const stars = words.filter((word) => word === '*');
  const types = words.filter((word) => word !== '*').sort();
  const isIntRedundant = types.some((word) => word === 'long' || word === 'short' || word === 'unsigned');
  const isInt = types.includes('int') || types.length === 1;
  const kept = isIntRedundant
    ? types.filter((word) => word !== 'int' && word !== 'signed')
    : isInt && types.includes('signed')
      ? ['int']
      : types;
  return [...kept, ...stars].join(' ');
}
