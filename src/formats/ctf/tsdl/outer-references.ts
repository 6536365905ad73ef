/**
 * Whether lengths and tags in the bodies of events may mean fields outside of their event (`stream.event.header.id`, or just a name
 * that only the packet's context has), told from the text alone: bodies that were stepped over have no types yet.
 *
 * The answer errs on one side: what only looks like such a reference counts as one, and the bodies are read to see.
 */
import type { StructType } from '../../../events/layout.ts';
import { visitIntegers } from './frames.ts';
import type { Declaration, Declarator, Expression, TypeSpecifier } from './syntax.ts';

/** A part of the text: offsets of its first character and of the one after its last. */
export interface TextRange {
  readonly at: number;
  readonly end: number;
}

/** More named types with references than this are not looked for in the text. */
const taintedCountMax = 100;

/**
 * @param bodies of the text, in its order
 * @param declarations at the root of the text, in its order
 * @param outer the structures that are read before an event's own
 */
export function mayReferOutside(
  text: string,
  bodies: readonly TextRange[],
  declarations: readonly Declaration[],
  outer: readonly (StructType | undefined)[],
): boolean {
  // Names may be written with escapes.
  if (text.includes('\\')) return true;
  const tainted = typesWithReferences(declarations);
  if (tainted.size > taintedCountMax || mentions(text, bodies, tainted)) return true;
  return bracketsName(text, bodies, namesOfIntegers(outer));
}

/** As a reference may write them: the underscore that readers remove may stand before. */
function namesOfIntegers(outer: readonly (StructType | undefined)[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of outer) visitIntegers(type, (_, name) => names.add(name).add(`_${name}`));
  return names;
}

/** Whether a word between brackets, `[len]` or `<tag>`, is one of the names. */
function bracketsName(text: string, bodies: readonly TextRange[], names: ReadonlySet<string>): boolean {
  for (const at of placesIn(text, bodies, /[[<]/g)) {
    const end = /[\]>]/g;
    end.lastIndex = at;
    const inside = text.slice(at + 1, end.exec(text)?.index ?? text.length);
    // A comment may hide where the bracket ends.
    if (inside.includes('/')) return true;
    for (const [word] of inside.matchAll(/[^\s.()+\-\]>]+/g)) if (names.has(word)) return true;
  }
  return false;
}

function mentions(text: string, bodies: readonly TextRange[], words: ReadonlySet<string>): boolean {
  if (words.size === 0) return false;
  const pattern = [...words].map((word) => word.replaceAll('$', '\\$')).join('|');
  for (const _ of placesIn(text, bodies, new RegExp(pattern, 'g'))) return true;
  return false;
}

/** Offsets in the bodies where the pattern begins to match. */
function* placesIn(text: string, bodies: readonly TextRange[], pattern: RegExp): Generator<number> {
  let at = -1;
  for (const body of bodies) {
    if (at < body.at) at = nextPlace(text, pattern, body.at);
    for (; at < body.end; at = nextPlace(text, pattern, at + 1)) yield at;
  }
}

function nextPlace(text: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? Number.POSITIVE_INFINITY;
}

/** The last words of the names of types that have a reference, or are made from one that has. */
function typesWithReferences(declarations: readonly Declaration[]): ReadonlySet<string> {
  const tainted = new Set<string>();
  for (const declaration of declarations) {
    if (!declarationRefers(declaration, tainted)) continue;
    for (const name of namesOf(declaration)) tainted.add(name);
  }
  return tainted;
}

function namesOf(declaration: Declaration): readonly string[] {
  const { type } = declaration;
  const own = 'name' in type && 'body' in type && type.name !== undefined ? [type.name] : [];
  if (declaration.kind === 'typealias') return [...own, lastWord(declaration.name)];
  if (declaration.kind === 'typedef') return [...own, ...declaration.declarators.map(({ name }) => name)];
  return own;
}

function lastWord(name: string): string {
  return name.replaceAll(' *', '').split(' ').at(-1) ?? name;
}

/** Its depth is that of the text, which is limited where it is parsed. */
function declarationRefers(declaration: Declaration, tainted: ReadonlySet<string>): boolean {
  const declarators: readonly Declarator[] =
    declaration.kind === 'typealias'
      ? [declaration.declarator]
      : declaration.kind === 'type'
        ? []
        : declaration.declarators;
  const isReference = (length: Expression) => length.kind === 'path' && length.names[0] !== 'env';
  return (
    declarators.some(({ lengths }) => lengths.some(isReference)) || typeRefers(declaration.type, tainted)
  );
}

function typeRefers(type: TypeSpecifier, tainted: ReadonlySet<string>): boolean {
  switch (type.kind) {
    case 'named':
      return tainted.has(lastWord(type.name));
    case 'variant':
      return true;
    case 'struct':
      if (type.body === undefined) return tainted.has(type.name ?? '');
      return type.body.some((declaration) => declarationRefers(declaration, tainted));
    default:
      return false;
  }
}
