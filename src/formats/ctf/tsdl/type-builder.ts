/**
 * From type specifiers to layouts (CTF 1.8.3 §4). Each use of a named type is made anew, so that every field is an
 * object of its own: a decoder keeps the value last read by it.
 */
import {
  fieldTypeCharacters,
  fieldTypeCountMax,
  memberCountMax,
  nestingDepthMax,
} from '../../../bytes/limits.ts';
import {
  type ArrayType,
  alignmentOf,
  type FieldReference,
  type FieldType,
  type IntegerType,
  type Member,
  type Scope,
  type StructType,
  type VariantType,
} from '../../../events/layout.ts';
import { bitFieldType } from './bit-fields.ts';
import { addMember, type Frame, NamesOfTypes, newFrame, withoutUnderscore } from './frames.ts';
import {
  alignmentValue,
  copyOf,
  enumerationRanges,
  isLeaf,
  type LeafContext,
  leafType,
  unresolved,
} from './leaf-types.ts';
import { LexicalScope, type NamedType } from './lexical-scope.ts';
import { type ReferenceContext, resolveReference } from './references.ts';
import type { MetadataErrorCode } from './source.ts';
import type {
  Declaration,
  Declarator,
  EnumSpecifier,
  Expression,
  StructSpecifier,
  TypeSpecifier,
  VariantSpecifier,
} from './syntax.ts';
import { type RangesOfLabels, variantOptions } from './variant-options.ts';

/** Integers of one name that a clock is given to, where the metadata forgot to map it. */
export interface ImplicitClock {
  readonly names: readonly string[];
  readonly clock: number | undefined;
}

/** One dynamic scope that is made: `event.header := struct { … }`. */
export interface Definition {
  readonly scope: Scope;
  /** The dynamic scopes that are read before it. */
  readonly complete: ReadonlyMap<Scope, StructType>;
  /** What messages name first: `stream 0`, `event sched_switch`. */
  readonly chain: readonly string[];
  readonly implicitClock?: ImplicitClock;
}

/** Where a specifier stands. */
interface Here {
  readonly scope: LexicalScope;
  readonly frame: Frame | undefined;
  readonly depth: number;
}

export class TypeBuilder {
  readonly #context: LeafContext;
  readonly #environment: ReadonlyMap<string, string | bigint>;
  readonly #namesOf = new NamesOfTypes();
  readonly #rangesOf: RangesOfLabels = new WeakMap();
  /** Undefined while a named type is only checked: its references cannot be followed before it is used. */
  #definition: Definition | undefined;
  #root: Frame | undefined;
  /** The compound that encloses what is made now in the record, not in the text. */
  #enclosing: Frame | undefined;
  readonly #typeCountMax: number;
  #typeCount = 0;

  constructor(context: LeafContext, environment: ReadonlyMap<string, string | bigint>) {
    this.#context = context;
    this.#environment = environment;
    this.#typeCountMax = fieldTypeCountMax + Math.floor(context.source.text.length / fieldTypeCharacters);
  }

  /** The structure that a dynamic scope is. */
  define(specifier: TypeSpecifier, scope: LexicalScope, definition: Definition): StructType {
    this.#definition = definition;
    this.#root = undefined;
    this.#enclosing = undefined;
    const type = this.#build(specifier, { scope, frame: undefined, depth: 0 });
    this.#definition = undefined;
    if (type.kind !== 'struct') {
      const message = `Expected a structure for the ${definition.scope.replace('-', ' ')}, found ${type.kind}.`;
      this.#fail('metadata-attribute', specifier.at, message, definition.chain);
    }
    this.#register(specifier, scope, undefined);
    return type;
  }

  /** Takes in a declaration of a type outside of any structure. */
  declare(declaration: Declaration, scope: LexicalScope): void {
    this.#declare(declaration, { scope, frame: undefined, depth: 0 });
  }

  #declare(declaration: Declaration, here: Here): void {
    switch (declaration.kind) {
      case 'typealias': {
        const { type, declarator, name } = declaration;
        if (declarator.name !== '') {
          const message = `Expected ":=" after the type of the typealias, found "${declarator.name}".`;
          this.#fail('metadata-syntax', declarator.at, message);
        }
        this.#name(name, type, declarator, here);
        this.#register(type, here.scope, here.frame);
        break;
      }
      case 'typedef':
        for (const declarator of declaration.declarators) {
          this.#name(declarator.name, declaration.type, declarator, here);
        }
        this.#register(declaration.type, here.scope, here.frame);
        break;
      case 'type':
        this.#check(declaration.type, undefined, here);
        this.#register(declaration.type, here.scope, here.frame);
        break;
      case 'fields':
        this.#fail(
          'metadata-syntax',
          declaration.at,
          'Fields can only be declared in structures and variants.',
        );
    }
  }

  #name(name: string, type: TypeSpecifier, declarator: Declarator, here: Here): void {
    const checked = this.#check(type, declarator, here);
    const leaf = isLeaf(checked) ? checked : undefined;
    const { scope, frame } = here;
    // A name for a name is that name's type, so that chains of names take no depth.
    const isOtherName = type.kind === 'named' && declarator.lengths.length === 0 && declarator.pointers === 0;
    const target = isOtherName
      ? this.#find(type.name, type.at, here)
      : { type, declarator, scope, frame, leaf };
    scope.define(this.#context.source, name, { ...target, at: declarator.at });
  }

  /** Makes a type once without use, so that its mistakes are found where it stands. */
  #check(type: TypeSpecifier, declarator: Declarator | undefined, here: Here): FieldType {
    const definition = this.#definition;
    this.#definition = undefined;
    const checked = declarator ? this.#declared(type, declarator, here) : this.#build(type, here);
    this.#definition = definition;
    return checked;
  }

  /** `struct name { … }` is known by its name from then on, wherever it stands. */
  #register(type: TypeSpecifier, scope: LexicalScope, frame: Frame | undefined): void {
    if (type.kind !== 'struct' && type.kind !== 'variant' && type.kind !== 'enum') return;
    if (type.name === undefined || type.body === undefined) return;
    const named: NamedType = { at: type.at, type, declarator: undefined, scope, frame, leaf: undefined };
    scope.define(this.#context.source, `${type.kind} ${type.name}`, named);
  }

  /** A type with the arrays and pointers of its declarator. */
  #declared(specifier: TypeSpecifier, declarator: Declarator, here: Here): FieldType {
    const { lengths } = declarator;
    const depth = here.depth + lengths.length;
    let type =
      declarator.pointers > 0
        ? this.#pointer(specifier, declarator, { ...here, depth })
        : this.#build(specifier, { ...here, depth });
    for (let index = lengths.length - 1; index >= 0; index--) type = this.#array(type, lengths[index]!, here);
    return type;
  }

  /** A pointer has a layout when an alias says so: `typealias integer { … } := void *`. */
  #pointer(specifier: TypeSpecifier, declarator: Declarator, here: Here): FieldType {
    const base =
      specifier.kind === 'named'
        ? specifier.name
        : `${specifier.kind} ${'name' in specifier ? specifier.name : ''}`;
    const name = base + ' *'.repeat(declarator.pointers);
    const type = this.#build({ kind: 'named', at: specifier.at, name, isConst: false }, here);
    return type.kind === 'integer' ? this.#own(type, { ...type, displayBase: 16 }) : type;
  }

  #build(specifier: TypeSpecifier, here: Here): FieldType {
    if (++this.#typeCount > this.#typeCountMax) {
      this.#fail(
        'metadata-limit',
        specifier.at,
        `The metadata describes more than ${this.#typeCountMax} fields.`,
      );
    }
    if (here.depth > nestingDepthMax) {
      this.#fail('metadata-nesting', specifier.at, `Types are nested deeper than ${nestingDepthMax} levels.`);
    }
    switch (specifier.kind) {
      case 'named':
        return this.#use(this.#find(specifier.name, specifier.at, here), here);
      case 'integer':
      case 'float':
      case 'string':
        return leafType(this.#context, specifier);
      case 'enum':
        return this.#enum(specifier, here);
      case 'struct':
        return this.#struct(specifier, here);
      case 'variant':
        return this.#variant(specifier, here);
    }
  }

  #find(name: string, at: number, here: Here): NamedType {
    const named = here.scope.find(name);
    if (named !== undefined) return named;
    const hint = name === 'int' ? 'An enumeration without base type needs a type named "int".' : undefined;
    this.#fail('metadata-unknown-type', at, `Type "${name}" is not defined before its use.`, undefined, hint);
  }

  /** A named type in use: names in it mean what they meant where it was declared. */
  #use(named: NamedType, here: Here): FieldType {
    if (named.leaf !== undefined) return copyOf(this.#context, named.leaf);
    const inside = { scope: named.scope, frame: named.frame ?? here.frame, depth: here.depth };
    const type = named.declarator
      ? this.#declared(named.type, named.declarator, inside)
      : this.#build(named.type, inside);
    if (isLeaf(type)) named.leaf = copyOf(this.#context, type);
    return type;
  }

  #enum(specifier: EnumSpecifier, here: Here): FieldType {
    if (specifier.body === undefined)
      return this.#use(this.#find(`enum ${specifier.name}`, specifier.at, here), here);
    const inside = { ...here, depth: here.depth + 1 };
    const base = specifier.base
      ? this.#build(specifier.base, inside)
      : this.#use(this.#find('int', specifier.at, here), inside);
    if (base.kind !== 'integer') {
      this.#fail(
        'metadata-attribute',
        specifier.at,
        `Expected an integer as the enumeration's base, found ${base.kind}.`,
      );
    }
    return this.#own(base, {
      ...base,
      labels: enumerationRanges(this.#context.source, specifier.body, base),
    });
  }

  /** `made` takes the place of `type`: what is remembered of one is remembered of the other. */
  #own(type: IntegerType, made: IntegerType): IntegerType {
    if (this.#context.characters.has(type)) this.#context.characters.add(made);
    return made;
  }

  #array(element: FieldType, length: Expression, here: Here): ArrayType {
    const isText =
      element.kind === 'integer' &&
      element.sizeBits === 8 &&
      element.alignmentBits === 8 &&
      this.#context.characters.has(element);
    return {
      kind: 'array',
      alignmentBits: alignmentOf(element),
      element: isText ? { ...element, isText } : element,
      length: this.#length(length, here),
      isText,
    };
  }

  #length(length: Expression, here: Here): ArrayType['length'] {
    if (length.kind === 'string')
      this.#fail('metadata-syntax', length.at, 'Expected a number or a field as the length.');
    if (length.kind === 'path' && length.names[0] !== 'env') {
      return { kind: 'field', field: this.#reference(length.names, length.at, 'length', here.frame) };
    }
    let count = length.kind === 'integer' ? length.value : undefined;
    if (length.kind === 'path') {
      const name = length.names.slice(1).join('.');
      const value = this.#environment.get(name);
      if (typeof value !== 'bigint') {
        this.#fail(
          'metadata-reference',
          length.at,
          `The length is "env.${name}", but the environment has no such integer.`,
        );
      }
      count = value;
    }
    if (count === undefined || count < 0n || count > BigInt(Number.MAX_SAFE_INTEGER)) {
      this.#fail(
        'metadata-attribute',
        length.at,
        `Expected a number of elements from 0 to 2^53, found ${count}.`,
      );
    }
    return { kind: 'fixed', count: Number(count) };
  }

  #struct(specifier: StructSpecifier, here: Here): FieldType {
    if (specifier.body === undefined) {
      const type = this.#use(this.#find(`struct ${specifier.name}`, specifier.at, here), here);
      return type.kind === 'struct' ? this.#realigned(type, specifier) : type;
    }
    const frame = newFrame('struct', here.frame, this.#pathHere(), specifier.body);
    this.#inside(frame, { scope: new LexicalScope(here.scope), frame, depth: here.depth + 1 });
    const { members } = frame;
    const most = (bits: number, member: Member) => Math.max(bits, alignmentOf(member.type));
    const alignmentBits = members.reduce(most, frame.minimumAlignmentBits);
    const type = this.#realigned({ kind: 'struct', alignmentBits, members }, specifier);
    this.#namesOf.keep(type, frame.names);
    return type;
  }

  /** `align(n)` can only raise what the members need. */
  #realigned(type: StructType, specifier: StructSpecifier): StructType {
    if (specifier.alignment === undefined) return type;
    const minimum = this.#alignment(specifier.alignment);
    if (minimum <= type.alignmentBits) return type;
    const raised = { ...type, alignmentBits: minimum };
    this.#namesOf.copy(type, raised);
    return raised;
  }

  #alignment(value: Expression): number {
    const attribute = { kind: 'assignment', at: value.at, path: 'align', value } as const;
    return alignmentValue(this.#context.source, attribute);
  }

  #variant(specifier: VariantSpecifier, here: Here): FieldType {
    let body = specifier.body;
    let tag = specifier.tag;
    let inside = here;
    let tagFrame = here.frame;
    if (body === undefined) {
      const named = this.#find(`variant ${specifier.name}`, specifier.at, here);
      if (named.type.kind !== 'variant') return this.#use(named, here);
      inside = { scope: named.scope, frame: named.frame ?? here.frame, depth: here.depth };
      body = named.type.body ?? [];
      if (tag === undefined) tagFrame = inside.frame;
      tag ??= named.type.tag;
    }
    if (tag !== undefined && tag.kind !== 'path') {
      this.#fail('metadata-syntax', tag.at, 'Expected the name of a field as the tag of the variant.');
    }
    if (tag === undefined && this.#definition !== undefined) {
      this.#fail(
        'metadata-reference',
        specifier.at,
        'The variant is used without a tag.',
        undefined,
        'Write variant <tag> { … }.',
      );
    }
    const selector = this.#reference(tag?.names ?? [], tag?.at ?? specifier.at, 'tag', tagFrame);
    const frame = newFrame('variant', inside.frame, this.#pathHere(), body);
    this.#inside(frame, { scope: new LexicalScope(inside.scope), frame, depth: here.depth + 1 });
    const type: VariantType = {
      kind: 'variant',
      selector,
      options: variantOptions(this.#context.source, frame, selector, this.#rangesOf, specifier.at),
    };
    this.#namesOf.keep(type, frame.names);
    return type;
  }

  #reference(
    names: readonly string[],
    at: number,
    use: 'length' | 'tag',
    from: Frame | undefined,
  ): FieldReference {
    const definition = this.#definition;
    if (definition === undefined || this.#root === undefined) return unresolved;
    const context: ReferenceContext = {
      source: this.#context.source,
      namesOf: this.#namesOf,
      scope: definition.scope,
      root: this.#root,
      complete: definition.complete,
      chain: () => this.#chain(),
    };
    return resolveReference(context, { names, at, use, from });
  }

  /** Reads the declarations of a compound into its frame. */
  #inside(frame: Frame, here: Here): void {
    const enclosing = this.#enclosing;
    const root = this.#root;
    if (enclosing?.open !== undefined) enclosing.open.frame = frame;
    if (this.#definition !== undefined) this.#root ??= frame;
    this.#enclosing = frame;
    for (const declaration of frame.body) {
      if (declaration.kind === 'fields') this.#fields(declaration, frame, here);
      else this.#declareInside(declaration, here);
    }
    this.#enclosing = enclosing;
    this.#root = root;
  }

  /** A type declared in a compound is checked apart from the members around it. */
  #declareInside(declaration: Declaration, here: Here): void {
    const enclosing = this.#enclosing;
    this.#enclosing = undefined;
    this.#declare(declaration, here);
    this.#enclosing = enclosing;
  }

  #fields(declaration: Declaration & { kind: 'fields' }, frame: Frame, here: Here): void {
    for (const [index, declarator] of declaration.declarators.entries()) {
      const shown = this.#shownName(frame, declarator);
      frame.open = { written: declarator.name, shown, frame: undefined };
      let type = this.#declared(declaration.type, declarator, here);
      if (declarator.bits !== undefined)
        type = bitFieldType(this.#context.source, type, declarator.bits, frame);
      frame.open = undefined;
      if (index === 0) this.#register(declaration.type, here.scope, here.frame);
      addMember(frame, declarator.name, {
        name: shown,
        type: this.#withImplicitClock(type, shown, declarator.at),
      });
    }
  }

  /** §4.2.1: readers remove one leading underscore. Where that would make two fields alike, the second keeps its own. */
  #shownName(frame: Frame, declarator: Declarator): string {
    const { written, shown } = frame.names;
    const stripped = withoutUnderscore(declarator.name);
    const name = shown.has(stripped) ? declarator.name : stripped;
    if (name !== '' && (shown.has(name) || written.has(declarator.name))) {
      this.#fail('metadata-duplicate', declarator.at, `Field "${declarator.name}" is declared twice.`);
    }
    if (name === '' && frame.kind === 'variant') {
      this.#fail('metadata-syntax', declarator.at, 'Expected a name for the option of the variant.');
    }
    if (frame.members.length >= memberCountMax) {
      const message = `There are more than ${memberCountMax} members in one type.`;
      this.#fail('metadata-limit', declarator.at, message);
    }
    return name;
  }

  #withImplicitClock(type: FieldType, name: string, at: number): FieldType {
    if (type.kind !== 'integer' || this.#definition === undefined) return type;
    if (this.#definition.scope === 'packet-context' && name === 'timestamp_end') {
      // The end of a packet is no reading of the clock at this point of the packet.
      const { clock: _, ...unmapped } = type;
      return unmapped;
    }
    const implicit = this.#definition.implicitClock;
    if (type.clock !== undefined || !implicit?.names.includes(name)) return type;
    if (implicit.clock === undefined) {
      this.#context.source.warn(at, `"${name}" is mapped to no clock, and the trace has several.`);
      return type;
    }
    return { ...type, clock: implicit.clock };
  }

  #pathHere(): readonly string[] {
    const enclosing = this.#enclosing;
    if (enclosing === undefined) return [];
    return enclosing.open ? [...enclosing.path, enclosing.open.shown] : enclosing.path;
  }

  #chain(): readonly string[] {
    const path = this.#pathHere();
    const field = path.length > 0 ? [`field ${path.join('.')}`] : [];
    return [...(this.#definition?.chain ?? []), ...field];
  }

  #fail(code: MetadataErrorCode, at: number, message: string, chain = this.#chain(), hint?: string): never {
    this.#context.source.fail({ code, at, message, chain, hint });
  }
}
