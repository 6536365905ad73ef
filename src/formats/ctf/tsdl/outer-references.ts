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
  if (tainted.size > taintedCountMax) return true;
  const names = namesOfIntegers(outer);
  const words = [...tainted].map((word) => `|${word.replaceAll('$', '\\$')}`).join('');
  const pattern = new RegExp(`[[<][^\\]>]*${words}`, 'g');
  let found: RegExpExecArray | null = null;
  for (const { at, end } of bodies) {
    // What was found last may lie behind many bodies.
    if (found === null || found.index < at) {
      pattern.lastIndex = at;
      found = pattern.exec(text);
    }
    for (; found !== null && found.index < end; found = pattern.exec(text)) {
      if (!isBracket(found[0]) || mentions(found[0], names)) return true;
    }
    if (found === null) return false;
  }
  return false;
}

/** As a reference may write them: the underscore that readers remove may stand before. */
function namesOfIntegers(outer: readonly (StructType | undefined)[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of outer) visitIntegers(type, (_, name) => names.add(name).add(`_${name}`));
  return names;
}

function isBracket(found: string): boolean {
  return found.startsWith('[') || found.startsWith('<');
}

/** Whether a word behind a bracket, `[len` or `<tag`, is one of the names. */
function mentions(brackets: string, names: ReadonlySet<string>): boolean {
  // A comment or a text may hide where the bracket ends.
  if (/["'/;]/.test(brackets)) return true;
  return brackets.match(/[^\s.()+\-[<]+/g)?.some((word) => names.has(word)) === true;
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
