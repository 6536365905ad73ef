/** Field classes (CTF2-SPEC-2.0 §5.3) to types. Each use of an alias is made anew: every field is an object of its own. */
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
  type VariantOption,
  type VariantType,
} from '../../../events/layout.ts';
import type { PacketRole } from '../trace-class.ts';
import { draftOfType } from './drafts.ts';
import {
  checkAttachments,
  classProperties,
  memberProperties,
  optionProperties,
} from './field-class-properties.ts';
import { type Frame, readLocation, resolveLocation } from './field-location.ts';
import { complementOf, findShared, type IntegerRange, readRanges } from './integer-ranges.ts';
import type { JsonNode } from './json-node.ts';
import {
  readAlignment,
  readBitArray,
  readBitMap,
  readBlob,
  readBoolean,
  readCount,
  readFixedInteger,
  readFloat,
  readNullTerminated,
  readTextArray,
  readVariableInteger,
} from './leaf-classes.ts';
import { oneRole, readRoles } from './roles.ts';
import { checkLength, checkSelector, unresolved } from './selectors.ts';

/** The part of a record that is made; undefined for an alias, which is checked without its surroundings. */
export interface ScopeContext {
  readonly scope: Scope | undefined;
  readonly complete: ReadonlyMap<Scope, StructType>;
  /** The default clock of the data stream class. */
  readonly clock: number | undefined;
}

interface Surroundings extends ScopeContext {
  root: Frame | undefined;
}

/** Where a field class stands. */
interface Here {
  readonly around: Surroundings;
  readonly frame: Frame | undefined;
  readonly depth: number;
  /** Not within an array, an optional or a variant. */
  readonly isMember: boolean;
}

export class TypeBuilder {
  /** Roles of packet fields, and the ids and selectors found so far, by type object. */
  readonly roles = new Map<FieldType, PacketRole>();
  readonly classIds = new Set<IntegerType>();
  readonly selectors = new Set<FieldType>();
  readonly #withRoles = new Set<FieldType>();
  readonly #aliases = new Map<string, JsonNode>();
  readonly #bitFields = new WeakSet<FieldType>();
  readonly #checkedOptions = new WeakSet<object>();
  readonly #typeCountMax: number;
  readonly #hasUuid: boolean;
  #typeCount = 0;

  constructor(textLength: number, hasUuid: boolean) {
    this.#typeCountMax = fieldTypeCountMax + Math.floor(textLength / fieldTypeCharacters);
    this.#hasUuid = hasUuid;
  }

  hasRole(type: FieldType): boolean {
    return this.#withRoles.has(type);
  }

  /** §5.5. */
  declareAlias(name: JsonNode, fieldClass: JsonNode): void {
    const text = name.text();
    const known = this.#aliases.get(text);
    if (known !== undefined) {
      name.fail(
        'metadata-duplicate',
        `An alias named ${name.shown} is in fragment ${known.fragmentNumber} already.`,
      );
    }
    this.#build(fieldClass, this.#rootOf({ scope: undefined, complete: new Map(), clock: undefined }));
    // An alias of an alias is that one's class.
    this.#aliases.set(
      text,
      typeof fieldClass.value === 'string' ? this.#aliases.get(fieldClass.value)! : fieldClass,
    );
  }

  /** The structure of a whole scope. */
  buildScope(node: JsonNode | undefined, context: ScopeContext): StructType | undefined {
    if (node === undefined) return undefined;
    const type = this.#build(node, this.#rootOf(context));
    if (type.kind === 'struct') return type;
    return node.fail(
      'metadata-property',
      `Expected a field class of type "structure", found one of another type.`,
    );
  }

  #rootOf(context: ScopeContext): Here {
    return { around: { ...context, root: undefined }, frame: undefined, depth: 0, isMember: false };
  }

  /** Counts types and what is looked at for locations: aliases can multiply. */
  #count(node: JsonNode): void {
    if (++this.#typeCount > this.#typeCountMax) {
      node.fail('metadata-limit', `The metadata describes more than ${this.#typeCountMax} fields.`);
    }
  }

  /** A field class, or the name of an alias. */
  #build(given: JsonNode, here: Here): FieldType {
    const node = typeof given.value === 'string' ? this.#aliasOf(given) : given;
    this.#count(node);
    if (here.depth > nestingDepthMax) {
      node.fail('metadata-nesting', `Field classes are nested deeper than ${nestingDepthMax} levels.`);
    }
    const type = node.need('type').text();
    const properties = classProperties.get(type);
    if (properties === undefined) return failUnknownType(node.need('type'), type);
    node.allow(properties);
    checkAttachments(node);
    return this.#buildKind(node, type, here);
  }

  #aliasOf(name: JsonNode): JsonNode {
    const alias = this.#aliases.get(name.text());
    // Events that are read as needed are read when all aliases are known, but only those before them are meant.
    if (alias !== undefined && alias.fragmentNumber < name.fragmentNumber) return alias.asUsedBy(name);
    return name.fail('metadata-reference', `No field class alias named ${name.shown} comes before.`);
  }

  #buildKind(node: JsonNode, type: string, here: Here): FieldType {
    switch (type) {
      case 'fixed-length-bit-array':
        return this.#bitField(readBitArray(node));
      case 'fixed-length-bit-map':
        return this.#bitField(readBitMap(node));
      case 'fixed-length-boolean':
        return readBoolean(node);
      case 'fixed-length-unsigned-integer':
        return this.#withRole(node, readFixedInteger(node, false), here);
      case 'fixed-length-signed-integer':
        return readFixedInteger(node, true);
      case 'fixed-length-floating-point-number':
        return readFloat(node);
      case 'variable-length-unsigned-integer':
        return this.#withRole(node, readVariableInteger(node, false), here);
      case 'variable-length-signed-integer':
        return readVariableInteger(node, true);
      case 'null-terminated-string':
        return readNullTerminated(node);
      case 'static-length-string':
        return readTextArray(node, fixedLength(node));
      case 'dynamic-length-string':
        return readTextArray(node, this.#fieldLength(node, here));
      case 'static-length-blob':
        return this.#withRole(node, readBlob(node, fixedLength(node)), here);
      case 'dynamic-length-blob':
        return readBlob(node, this.#fieldLength(node, here));
      case 'structure':
        return this.#struct(node, here);
      case 'static-length-array':
        return this.#array(node, fixedLength(node), here);
      case 'dynamic-length-array':
        return this.#array(node, this.#fieldLength(node, here), here);
      case 'optional':
        return this.#optional(node, here);
      default:
        return this.#variant(node, here);
    }
  }

  #bitField(type: IntegerType): IntegerType {
    this.#bitFields.add(type);
    return type;
  }

  #withRole<T extends IntegerType | ArrayType>(
    node: JsonNode,
    type: T,
    { around, frame, isMember }: Here,
  ): T {
    const isFirst = isMember && frame !== undefined && frame.parent === undefined && frame.members.size === 0;
    const context = {
      scope: around.scope,
      hasClock: around.clock !== undefined,
      hasUuid: this.#hasUuid,
      isFirst,
    };
    const roles = readRoles(node.get('roles'), type, context);
    const withClock =
      roles.isTimestamp && around.clock !== undefined ? { ...type, clock: around.clock } : type;
    const isPacketLayout = roles.packet.length > 0 && around.scope === 'packet-context';
    const made = isPacketLayout ? { ...withClock, isPacketLayout } : withClock;
    const hasRole = roles.packet.length > 0 || roles.isTimestamp || roles.isClassId;
    if (hasRole) this.#withRoles.add(made);
    if (roles.isClassId && made.kind === 'integer') this.classIds.add(made);
    const [role] = oneRole(roles.packet, node);
    if (role !== undefined) this.roles.set(made, role);
    // The specification has no role for the CPU: LTTng and barectf name the field as in CTF 1.8.
    else if (!hasRole && isMember && around.scope === 'packet-context' && frame?.current === 'cpu_id') {
      this.roles.set(made, 'cpu');
    }
    return made;
  }

  #struct(node: JsonNode, here: Here): StructType {
    const alignment = readAlignment(node.get('minimum-alignment'));
    const nodes = node.get('member-classes')?.elements() ?? [];
    if (nodes.length > memberCountMax) {
      node.fail('metadata-limit', `Expected at most ${memberCountMax} members, found ${nodes.length}.`);
    }
    const names = new Set<string>();
    for (const member of nodes) {
      member.allow(memberProperties);
      checkAttachments(member);
      const name = member.need('name');
      if (names.has(name.text()))
        name.fail('metadata-duplicate', `A member named ${name.shown} comes before in the structure.`);
      names.add(name.text());
    }
    const frame = openFrame(here, names);
    here.around.root ??= frame;
    if (here.frame !== undefined) here.frame.child = frame;
    const members = nodes.map((member): Member => {
      const name = member.need('name').text();
      frame.current = name;
      const below = { around: here.around, frame, depth: here.depth + 1, isMember: true };
      const type = this.#build(member.need('field-class'), below);
      frame.members.set(name, type);
      frame.current = undefined;
      frame.child = undefined;
      return { name, type };
    });
    if (here.frame !== undefined) here.frame.child = undefined;
    const alignmentBits = members.reduce(
      (most, member) => Math.max(most, alignmentOf(member.type)),
      alignment,
    );
    return { kind: 'struct', alignmentBits, members };
  }

  #array(node: JsonNode, length: ArrayType['length'], here: Here): ArrayType {
    const alignment = readAlignment(node.get('minimum-alignment'));
    const element = this.#build(node.need('element-field-class'), within(here));
    return {
      kind: 'array',
      alignmentBits: Math.max(alignment, alignmentOf(element)),
      element,
      length,
      isText: false,
    };
  }

  #fieldLength(node: JsonNode, here: Here): ArrayType['length'] {
    const location = node.need('length-field-location');
    const field = this.#locate(location, here);
    if (field !== undefined) checkLength(location, field);
    return { kind: 'field', field: field ?? unresolved };
  }

  /** Undefined in an alias, which can be used anywhere. */
  #locate(node: JsonNode, { around, frame }: Here): FieldReference | undefined {
    const location = readLocation(node);
    const { scope, complete, root } = around;
    if (scope === undefined) return undefined;
    if (frame === undefined || root === undefined)
      return node.fail('metadata-reference', 'There is no structure around the field.');
    const context = {
      scope,
      complete,
      root,
      bitFields: this.#bitFields,
      onVisit: (at: JsonNode) => this.#count(at),
    };
    return resolveLocation(location, context, frame);
  }

  /** §5.3.22: of the selectors that it can have all are booleans, all unsigned or all signed. */
  #optional(node: JsonNode, here: Here): VariantType {
    const location = node.need('selector-field-location');
    const selector = this.#selector(location, here);
    const given = node.get('selector-field-ranges');
    const isBoolean = selector?.type.isBoolean === true;
    let ranges: readonly IntegerRange[] = given === undefined ? [] : readRanges(given);
    if (selector !== undefined && given === undefined && !isBoolean) {
      node.fail(
        'metadata-missing',
        'An optional whose selector is an integer must have "selector-field-ranges".',
      );
    }
    if (isBoolean) {
      given?.warn('Ranges of an optional mean nothing, as its selector is a boolean.');
      ranges = complementOf([{ first: 0n, last: 0n }], false);
    }
    const type = this.#build(node.need('field-class'), within(here));
    const absent = complementOf(ranges, selector?.type.isSigned === true);
    const options = [
      { name: '', type: { kind: 'struct', alignmentBits: 1, members: [] }, ranges: absent } as const,
      { name: '', type, ranges },
    ];
    return { kind: 'variant', selector: selector ?? unresolved, options, isOptional: true };
  }

  #selector(node: JsonNode, here: Here): FieldReference | undefined {
    const reference = this.#locate(node, here);
    if (reference === undefined) return undefined;
    for (const type of [reference.type, ...(reference.others ?? [])]) this.selectors.add(type);
    checkSelector(node, reference);
    return reference;
  }

  /** §5.3.23. */
  #variant(node: JsonNode, here: Here): VariantType {
    const location = node.need('selector-field-location');
    const selector = this.#selector(location, here);
    if (selector?.type.isBoolean === true) {
      location.fail('metadata-reference', 'The selector of a variant must be an integer, this is a boolean.');
    }
    const list = node.need('options');
    const nodes = list.elements();
    if (nodes.length === 0) list.fail('metadata-property', 'Expected one option or more, found none.');
    if (nodes.length > memberCountMax) {
      list.fail('metadata-limit', `Expected at most ${memberCountMax} options, found ${nodes.length}.`);
    }
    const names = new Set<string>();
    const options = nodes.map((option, index) => this.#option(option, index, names, here));
    // An alias may be used many times, with the same options.
    const isChecked = this.#checkedOptions.has(list.value as object);
    const shared = isChecked ? undefined : findShared(options.map((option) => option.ranges));
    this.#checkedOptions.add(list.value as object);
    if (shared !== undefined) {
      const { earlier, later, value } = shared;
      nodes[later]!.need('selector-field-ranges').fail(
        'metadata-duplicate',
        `Option ${later} and option ${earlier} are both for selector ${value}.`,
      );
    }
    return { kind: 'variant', selector: selector ?? unresolved, options };
  }

  #option(node: JsonNode, index: number, names: Set<string>, here: Here): VariantOption {
    node.allow(optionProperties);
    checkAttachments(node);
    const name = node.get('name');
    if (name !== undefined) {
      if (names.has(name.text()))
        name.fail('metadata-duplicate', `An option named ${name.shown} comes before in the variant.`);
      names.add(name.text());
    }
    const ranges = readRanges(node.need('selector-field-ranges'));
    const type = this.#build(node.need('field-class'), within(here));
    return { name: name?.text() ?? String(index), type, ranges };
  }
}

function failUnknownType(node: JsonNode, type: string): never {
  const draft = draftOfType(type);
  if (draft !== undefined) node.fail('metadata-draft', draft.message, draft.hint);
  return node.fail('metadata-unknown-type', `There is no field class type ${node.shown}.`);
}

function fixedLength(node: JsonNode): ArrayType['length'] {
  return { kind: 'fixed', count: readCount(node.need('length')) };
}

/** In an array, an optional or a variant: the same structure, one level deeper. */
function within(here: Here): Here {
  return { ...here, depth: here.depth + 1, isMember: false };
}

function openFrame({ frame: parent }: Here, names: ReadonlySet<string>): Frame {
  const path = parent?.current === undefined ? [] : [...parent.path, parent.current];
  return { parent, path, members: new Map(), current: undefined, child: undefined, names };
}
