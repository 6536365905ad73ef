/**
 * From a field location to the integer that it means (CTF2-SPEC-2.0 §5.3.1, §6.4.2). What the procedure follows while it decodes
 * is followed here once, in types:
 *
 *   payload  { n, outer [ { m, inner { … field …} } ] }     frames: payload ← outer's element ← inner, each with what is read of it
 *
 *   {"path": ["x"]}              x of inner, the structure that the field is in (arrays, optionals, variants are no structures)
 *   {"path": [null, "m"]}        m of the structure around it: the element that is being read
 *   {"origin": …, "path": […]}   from the outermost structure of a scope
 *
 * A member that is a variant leads to one place for each option; which counts is known when it is read.
 */
import { nestingDepthMax } from '../../../bytes/limits.ts';
import {
  type FieldReference,
  type FieldType,
  type IntegerType,
  type Scope,
  type StructType,
  scopes,
} from '../../../events/layout.ts';
import type { JsonNode } from './json-node.ts';

/** A structure that is being made. */
export interface Frame {
  /** The structure around it, in the same scope. */
  readonly parent: Frame | undefined;
  /** Names of the members that lead here from the scope's structure. */
  readonly path: readonly string[];
  /** Complete members, which are read before what comes now. */
  readonly members: Map<string, FieldType>;
  /** The member that is being made, and the structure within it that is being made. */
  current: string | undefined;
  child: Frame | undefined;
  /** Names of all members, also those that come later. */
  readonly names: ReadonlySet<string>;
}

/** What is known where a location stands. */
export interface LocationContext {
  readonly scope: Scope;
  readonly root: Frame;
  /** The scopes that are read before it. */
  readonly complete: ReadonlyMap<Scope, StructType>;
  /** Integers of the layout that are none for the specification: bit arrays and bit maps. */
  readonly bitFields: WeakSet<FieldType>;
  /** Counts a place that was looked at. @throws TraceError beyond the limit */
  readonly onVisit: (node: JsonNode) => void;
}

type Position =
  | { readonly kind: 'open'; readonly frame: Frame }
  | { readonly kind: 'complete'; readonly struct: StructType; readonly path: readonly string[] };

const origins: ReadonlyMap<string, Scope> = new Map([
  ['packet-header', 'packet-header'],
  ['packet-context', 'packet-context'],
  ['event-record-header', 'event-header'],
  ['event-record-common-context', 'common-context'],
  ['event-record-specific-context', 'specific-context'],
  ['event-record-payload', 'payload'],
]);

const properties = new Set(['origin', 'path']);

/** What a location says, with its form checked. */
export interface FieldLocation {
  readonly node: JsonNode;
  readonly origin: { readonly node: JsonNode; readonly scope: Scope } | undefined;
  readonly path: readonly { readonly node: JsonNode; readonly name: string | undefined }[];
}

export function readLocation(node: JsonNode): FieldLocation {
  node.allow(properties);
  const originNode = node.get('origin');
  const origin = originNode && {
    node: originNode,
    scope: origins.get(originNode.oneOf([...origins.keys()]))!,
  };
  const pathNode = node.need('path');
  const lengthMax = 4 * nestingDepthMax;
  if (Array.isArray(pathNode.value) && pathNode.value.length > lengthMax) {
    pathNode.fail('metadata-limit', `Expected at most ${lengthMax} names, found ${pathNode.value.length}.`);
  }
  const path = pathNode.elements().map((element) => {
    return { node: element, name: element.value === null ? undefined : element.text() };
  });
  if (path.length === 0)
    pathNode.fail('metadata-property', 'Expected one name or more, found an empty path.');
  const last = path.at(-1)!;
  if (last.name === undefined)
    last.node.fail('metadata-property', 'Expected a name at the end of the path, found null.');
  return { node, origin, path };
}

/**
 * The integers that a location can mean, in the order of options.
 * @param here the innermost structure that is being made
 * @throws TraceError `metadata-reference`: nothing there, not read before, or not an integer
 */
export function resolveLocation(
  location: FieldLocation,
  context: LocationContext,
  here: Frame,
): FieldReference {
  const { path, node, origin } = location;
  const scope = origin?.scope ?? context.scope;
  let positions = [originOf(location, context, here)];
  let names: readonly string[] = [];
  let found: FieldType[] = [];
  const steps = withoutReturns(path);
  for (const [index, step] of steps.entries()) {
    if (step.name === undefined) {
      positions = [parentOf(positions[0], step.node)];
      continue;
    }
    const next = follow(positions, step.name, step.node, context);
    names = next.path;
    if (index === steps.length - 1) found = next.types;
    else positions = structuresOf(next, step.node);
  }
  const integers = found.map((type) => integerOf(type, path.at(-1)!.node, context));
  const [type, ...others] = integers;
  if (type === undefined) return node.fail('metadata-reference', 'The location leads to no field.');
  const reference = { scope, path: names, type };
  return others.length === 0 ? reference : { ...reference, others };
}

function originOf({ origin }: FieldLocation, context: LocationContext, here: Frame): Position {
  if (origin === undefined) return { kind: 'open', frame: here };
  const { node, scope } = origin;
  if (scope === context.scope) return { kind: 'open', frame: context.root };
  if (scopes.indexOf(scope) > scopes.indexOf(context.scope)) {
    return node.fail(
      'metadata-reference',
      `Expected an origin that is read before the ${context.scope}, found ${node.shown}.`,
    );
  }
  const struct = context.complete.get(scope);
  if (struct === undefined)
    return node.fail('metadata-reference', `There is no ${node.shown} that the field could be in.`);
  return { kind: 'complete', struct, path: [] };
}

type Step = FieldLocation['path'][number];

/**
 * A name and the null after it lead nowhere: both are left out, as other readers do, though the name should be that of a structure
 * (§6.4.2). What remains begins with all its nulls.
 */
function withoutReturns(path: readonly Step[]): Step[] {
  const steps: Step[] = [];
  for (const step of path) {
    const last = steps.at(-1);
    if (step.name !== undefined || last?.name === undefined) {
      steps.push(step);
      continue;
    }
    last.node.warn(`The path goes to ${last.node.shown} and back, which is not followed.`);
    steps.pop();
  }
  return steps;
}

/** Only structures that are being made are left by null, as no name comes before it. */
function parentOf(position: Position | undefined, node: JsonNode): Position {
  const parent = position?.kind === 'open' ? position.frame.parent : undefined;
  if (parent !== undefined) return { kind: 'open', frame: parent };
  return node.fail(
    'metadata-reference',
    'There is no structure around the outermost one, which null stands for here.',
  );
}

/** Where a name leads: types, each below its position, or an open structure. */
interface Followed {
  readonly types: FieldType[];
  readonly positions: Position[];
  readonly path: readonly string[];
  readonly hasArray: boolean;
}

function follow(
  positions: readonly Position[],
  name: string,
  node: JsonNode,
  context: LocationContext,
): Followed {
  const types: FieldType[] = [];
  const below: Position[] = [];
  let path: readonly string[] | undefined;
  let hasArray = false;
  for (const position of positions) {
    context.onVisit(node);
    const at = [...(position.kind === 'open' ? position.frame.path : position.path), name];
    if (position.kind === 'open' && position.frame.current === name) {
      if (position.frame.child === undefined) failLater(node, name);
      below.push({ kind: 'open', frame: position.frame.child });
      path ??= at;
      continue;
    }
    const type =
      position.kind === 'open' ? position.frame.members.get(name) : memberOf(position.struct, name);
    if (type === undefined) {
      if (position.kind === 'open' && position.frame.names.has(name)) failLater(node, name);
      continue;
    }
    path ??= at;
    for (const option of optionsOf(type)) {
      context.onVisit(node);
      types.push(option);
      if (option.kind === 'struct') below.push({ kind: 'complete', struct: option, path: at });
      if (option.kind === 'array') hasArray = true;
    }
  }
  if (path === undefined) node.fail('metadata-reference', `No field "${name}" is there.`);
  return { types, positions: below, path, hasArray };
}

function failLater(node: JsonNode, name: string): never {
  node.fail('metadata-reference', `Field "${name}" is not read before what depends on it.`);
}

function structuresOf(followed: Followed, node: JsonNode): Position[] {
  if (followed.positions.length > 0) return followed.positions;
  const hint = followed.hasArray ? 'An array can be gone through only by what is in it.' : undefined;
  return node.fail('metadata-reference', `Expected a structure at ${node.shown}, as the path goes on.`, hint);
}

/** Itself, or what a variant can be; of an optional field the field. Nested no deeper than types are. */
function optionsOf(type: FieldType): FieldType[] {
  if (type.kind !== 'variant') return [type];
  const options = type.isOptional === true ? type.options.slice(1) : type.options;
  return options.flatMap((option) => optionsOf(option.type));
}

const memberMaps = new WeakMap<StructType, Map<string, FieldType>>();

function memberOf(struct: StructType, name: string): FieldType | undefined {
  let map = memberMaps.get(struct);
  if (map === undefined) {
    map = new Map(struct.members.map((member) => [member.name, member.type]));
    memberMaps.set(struct, map);
  }
  return map.get(name);
}

function integerOf(type: FieldType, node: JsonNode, context: LocationContext): IntegerType {
  if (type.kind === 'integer' && !context.bitFields.has(type)) return type;
  const kind =
    type.kind === 'integer'
      ? 'a bit array'
      : type.kind === 'array'
        ? 'an array, a text or a BLOB'
        : `a ${type.kind}`;
  const hint = type.kind === 'array' ? 'An array can be gone through only by what is in it.' : undefined;
  return node.fail('metadata-reference', `Expected an integer at ${node.shown}, found ${kind}.`, hint);
}
