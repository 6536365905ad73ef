/**
 * The compound types that are being made, from the outermost to the one whose members are read now, and what variants'
 * tags and sequences' lengths refer to among them (CTF 1.8.3 §7.3.2).
 *
 *   event.fields := struct {               frame, path []
 *       uint8_t len;                       ← found by relative [len] from below, or as event.fields.len
 *       struct {                           frame, path [outer]; its `up` is the frame above
 *           uint8_t data[len];
 *       } outer;
 *   };
 */
import type { FieldType, IntegerType, StructType, VariantType } from '../../../events/layout.ts';
import type { Declaration } from './syntax.ts';

export interface Frame {
  readonly kind: 'struct' | 'variant';
  /** Where a relative reference that finds nothing here goes on: for a named type, the structure that declares it. */
  readonly up: Frame | undefined;
  /** From the root of its dynamic scope, as shown. */
  readonly path: readonly string[];
  readonly body: readonly Declaration[];
  /** What is complete: types, names as written, names as shown. */
  readonly types: FieldType[];
  readonly written: string[];
  readonly shown: string[];
  readonly taken: Set<string>;
  /** What C bit fields ask of the structure beyond their own alignment. */
  minimumAlignmentBits: number;
  /** The member being made, and its frame when it is a compound. */
  open: { readonly written: string; readonly shown: string; frame: Frame | undefined } | undefined;
}

export function newFrame(
  kind: Frame['kind'],
  up: Frame | undefined,
  path: readonly string[],
  body: readonly Declaration[],
): Frame {
  return {
    kind,
    up,
    path,
    body,
    types: [],
    written: [],
    shown: [],
    taken: new Set(),
    minimumAlignmentBits: 1,
    open: undefined,
  };
}

/** Names of the members of complete compounds as they were written, where shown names have lost their underscore. */
export type WrittenNames = WeakMap<StructType | VariantType, readonly string[]>;

/** What a path leads to: several where it goes through a variant without naming one of its options. */
export interface Target {
  readonly type: FieldType;
  readonly path: readonly string[];
}

/** Follows `names` in a compound that is being made. */
export function targetsInFrame(frame: Frame, names: readonly string[], written: WrittenNames): Target[] {
  const [name, ...rest] = names as [string, ...string[]];
  const index = indexOfName(frame.written, frame.shown, name);
  if (index >= 0) {
    const path = [...frame.path, frame.shown[index]!];
    return targetsInType(frame.types[index]!, rest, path, written);
  }
  const open = frame.open;
  if (open?.frame === undefined) return [];
  if (open.written === name || open.shown === name) {
    return rest.length === 0 ? [] : targetsInFrame(open.frame, rest, written);
  }
  return frame.kind === 'variant' ? targetsInFrame(open.frame, names, written) : [];
}

/** Follows `names` in a complete type. Its depth is that of the type, which is limited. */
export function targetsInType(
  type: FieldType,
  names: readonly string[],
  path: readonly string[],
  written: WrittenNames,
): Target[] {
  if (names.length === 0) return [{ type, path }];
  if (type.kind === 'array') return targetsInType(type.element, names, path, written);
  if (type.kind !== 'struct' && type.kind !== 'variant') return [];
  const parts = type.kind === 'struct' ? type.members : type.options;
  const shown = parts.map((part) => part.name);
  const index = indexOfName(written.get(type) ?? shown, shown, names[0]!);
  if (index >= 0) return targetsInType(parts[index]!.type, names.slice(1), [...path, shown[index]!], written);
  if (type.kind === 'struct') return [];
  return parts.flatMap((part) => targetsInType(part.type, names, [...path, part.name], written));
}

/** The name as written counts first, then as shown. */
function indexOfName(written: readonly string[], shown: readonly string[], name: string): number {
  const exact = written.indexOf(name);
  return exact >= 0 ? exact : shown.indexOf(name);
}

/** Whether a structure that is being made declares the name further down: a reference to it looks ahead. */
export function isDeclaredLater(frame: Frame, name: string): boolean {
  return frame.body.some(
    (each) => each.kind === 'fields' && each.declarators.some((declarator) => declarator.name === name),
  );
}

/** Calls back for every integer of a type in the order of reading, with the name of the member that it is. */
export function visitIntegers(
  type: FieldType | undefined,
  visit: (integer: IntegerType, name: string) => void,
  name = '',
): void {
  switch (type?.kind) {
    case 'integer':
      visit(type, name);
      break;
    case 'struct':
      for (const member of type.members) visitIntegers(member.type, visit, member.name);
      break;
    case 'variant':
      for (const option of type.options) visitIntegers(option.type, visit, option.name);
      break;
    case 'array':
      visitIntegers(type.element, visit);
      break;
  }
}

/** §4.2.1: readers remove one leading underscore. */
export function withoutUnderscore(name: string): string {
  return name.length > 1 && name.startsWith('_') ? name.slice(1) : name;
}
