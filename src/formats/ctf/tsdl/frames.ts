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
import type { FieldType, IntegerType, Member, StructType, VariantType } from '../../../events/layout.ts';
import type { Declaration } from './syntax.ts';

/** Names of members to their places: as they are written in the text, and as they are shown. */
export interface MemberNames {
  readonly written: Map<string, number>;
  readonly shown: Map<string, number>;
  /** Whether some member is shown under another name. */
  isRenamed: boolean;
}

export interface Frame {
  readonly kind: 'struct' | 'variant';
  /** Where a relative reference that finds nothing here goes on: for a named type, the structure that declares it. */
  readonly up: Frame | undefined;
  /** From the root of its dynamic scope, as shown. */
  readonly path: readonly string[];
  readonly body: readonly Declaration[];
  /** What is complete. */
  readonly members: Member[];
  readonly names: MemberNames;
  /** What C bit fields ask of the structure beyond their own alignment. */
  minimumAlignmentBits: number;
  /** How far members were measured for them: the bits of the first `count`, undefined when they vary. */
  readonly measured: { count: number; sizeBits: number | undefined };
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
    members: [],
    names: { written: new Map(), shown: new Map(), isRenamed: false },
    minimumAlignmentBits: 1,
    measured: { count: 0, sizeBits: 0 },
    open: undefined,
  };
}

/** Takes in a member that is complete. */
export function addMember(frame: Frame, written: string, member: Member): void {
  if (written !== member.name) frame.names.isRenamed = true;
  frame.names.written.set(written, frame.members.length);
  frame.names.shown.set(member.name, frame.members.length);
  frame.members.push(member);
}

/**
 * The names of complete compounds' members, whose types know only what is shown. Only what is asked for is kept: compounds may be a
 * million, and what is kept for each of them would outlive it until memory is collected as a whole.
 */
export class NamesOfTypes {
  /** Names as written, to places, of compounds that show a member under another name. */
  readonly #written = new WeakMap<StructType | VariantType, ReadonlyMap<string, number>>();
  /** Names as shown, made when a path first goes through the compound. */
  readonly #shown = new WeakMap<StructType | VariantType, ReadonlyMap<string, number>>();

  /** Keeps what a complete compound does not say itself. */
  keep(type: StructType | VariantType, { written, isRenamed }: MemberNames): void {
    if (isRenamed) this.#written.set(type, written);
  }

  /** For a compound made from another with the same members. */
  copy(from: StructType, to: StructType): void {
    const written = this.#written.get(from);
    if (written) this.#written.set(to, written);
  }

  /** The name as written counts first, then as shown. */
  indexOf(type: StructType | VariantType, name: string): number | undefined {
    const index = this.#written.get(type)?.get(name);
    if (index !== undefined) return index;
    let shown = this.#shown.get(type);
    if (shown === undefined) {
      const parts = type.kind === 'struct' ? type.members : type.options;
      shown = new Map(parts.map((part, place) => [part.name, place]));
      this.#shown.set(type, shown);
    }
    return shown.get(name);
  }
}

/** What a path leads to: several where it goes through a variant without naming one of its options. */
export interface Target {
  readonly type: FieldType;
  readonly path: readonly string[];
}

/** Follows `path` in a compound that is being made. */
export function targetsInFrame(frame: Frame, path: readonly string[], namesOf: NamesOfTypes): Target[] {
  const name = path[0]!;
  const index = indexOfName(frame.names, name);
  if (index !== undefined) {
    const member = frame.members[index]!;
    return targetsInType(member.type, path.slice(1), [...frame.path, member.name], namesOf);
  }
  const open = frame.open;
  if (open?.frame === undefined) return [];
  if (open.written === name || open.shown === name) {
    return path.length === 1 ? [] : targetsInFrame(open.frame, path.slice(1), namesOf);
  }
  return frame.kind === 'variant' ? targetsInFrame(open.frame, path, namesOf) : [];
}

/** Follows `path` in a complete type, which is at `at`. Its depth is that of the type, which is limited. */
export function targetsInType(
  type: FieldType,
  path: readonly string[],
  at: readonly string[],
  namesOf: NamesOfTypes,
): Target[] {
  if (path.length === 0) return [{ type, path: at }];
  if (type.kind === 'array') return targetsInType(type.element, path, at, namesOf);
  if (type.kind !== 'struct' && type.kind !== 'variant') return [];
  const parts = type.kind === 'struct' ? type.members : type.options;
  const index = namesOf.indexOf(type, path[0]!);
  if (index !== undefined) {
    const part = parts[index]!;
    return targetsInType(part.type, path.slice(1), [...at, part.name], namesOf);
  }
  if (type.kind === 'struct') return [];
  return parts.flatMap((part) => targetsInType(part.type, path, [...at, part.name], namesOf));
}

/** The name as written counts first, then as shown. */
function indexOfName(names: MemberNames, name: string): number | undefined {
  return names.written.get(name) ?? names.shown.get(name);
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
