/** From the words of a variant's tag or a sequence's length to the integer that they mean (CTF 1.8.3 §7.3.2). */
import {
  type FieldReference,
  type FieldType,
  type IntegerType,
  type Scope,
  type StructType,
  scopes,
} from '../../../events/layout.ts';
import {
  type Frame,
  isDeclaredLater,
  type NamesOfTypes,
  type Target,
  targetsInFrame,
  targetsInType,
} from './frames.ts';
import type { Source } from './source.ts';

/** What is known where the reference stands. */
export interface ReferenceContext {
  readonly source: Source;
  readonly namesOf: NamesOfTypes;
  /** The dynamic scope that is being made. */
  readonly scope: Scope;
  /** Its outermost structure. */
  readonly root: Frame;
  /** The dynamic scopes that are read before it. */
  readonly complete: ReadonlyMap<Scope, StructType>;
  readonly chain: () => readonly string[];
}

const prefixes: readonly (readonly [Scope, string])[] = [
  ['packet-header', 'trace.packet.header.'],
  ['packet-context', 'stream.packet.context.'],
  ['event-header', 'stream.event.header.'],
  ['common-context', 'stream.event.context.'],
  ['specific-context', 'event.context.'],
  ['payload', 'event.fields.'],
];

export interface Wanted {
  readonly names: readonly string[];
  readonly at: number;
  readonly use: 'length' | 'tag';
  /** Where a relative look-up begins. */
  readonly from: Frame | undefined;
}

/** @throws TraceError `metadata-reference`: nothing there, not read before, or not an integer that can be used so */
export function resolveReference(context: ReferenceContext, wanted: Wanted): FieldReference {
  const path = wanted.names.join('.');
  const absolute = prefixes.find(([, prefix]) => path.startsWith(prefix));
  const found = absolute ? findAbsolute(context, wanted, absolute) : findRelative(context, wanted);
  if (found === undefined || found.targets.length === 0) return notFound(context, wanted, absolute?.[0]);
  const types = found.targets.map((target) => checkedTarget(context, wanted, target.type));
  const [type, ...others] = types as [IntegerType, ...IntegerType[]];
  const reference = { scope: found.scope, path: found.targets[0]!.path, type };
  return others.length === 0 ? reference : { ...reference, others };
}

interface Found {
  readonly scope: Scope;
  readonly targets: readonly Target[];
}

function findAbsolute(
  context: ReferenceContext,
  wanted: Wanted,
  [scope, prefix]: readonly [Scope, string],
): Found | undefined {
  const names = wanted.names.slice(prefix.split('.').length - 1);
  if (scope === context.scope)
    return { scope, targets: targetsInFrame(context.root, names, context.namesOf) };
  const type = context.complete.get(scope);
  if (type === undefined || scopes.indexOf(scope) > scopes.indexOf(context.scope)) return undefined;
  return { scope, targets: targetsInType(type, names, [], context.namesOf) };
}

/**
 * From the nearest structure outwards, then through the dynamic scopes read before, the last first: §6 says that they
 * are implicitly in reach, and §6.2's own example uses it.
 */
function findRelative(context: ReferenceContext, wanted: Wanted): Found | undefined {
  for (let frame = wanted.from; frame !== undefined; frame = frame.up) {
    if (frame.kind === 'variant') continue;
    const targets = targetsInFrame(frame, wanted.names, context.namesOf);
    if (targets.length > 0) return { scope: context.scope, targets };
  }
  for (let index = scopes.indexOf(context.scope) - 1; index >= 0; index--) {
    const scope = scopes[index]!;
    const type = context.complete.get(scope);
    const targets = type ? targetsInType(type, wanted.names, [], context.namesOf) : [];
    if (targets.length > 0) return { scope, targets };
  }
  return undefined;
}

const uses = { length: 'The length of a sequence', tag: 'The tag of a variant' } as const;

function checkedTarget(context: ReferenceContext, wanted: Wanted, type: FieldType): IntegerType {
  const isUsable =
    type.kind === 'integer' && (wanted.use === 'tag' ? type.labels !== undefined : !type.isSigned);
  if (isUsable) return type;
  const kind =
    type.kind === 'integer' ? (type.isSigned ? 'a signed integer' : 'an integer without labels') : type.kind;
  context.source.fail({
    code: 'metadata-reference',
    at: wanted.at,
    chain: context.chain(),
    message: `${uses[wanted.use]} must be ${wanted.use === 'tag' ? 'an enumeration' : 'an unsigned integer'}, "${wanted.names.join('.')}" is ${kind}.`,
  });
}

function notFound(context: ReferenceContext, wanted: Wanted, scope: Scope | undefined): never {
  const name = wanted.names[0]!;
  let isLater = scope !== undefined && scopes.indexOf(scope) > scopes.indexOf(context.scope);
  for (let frame = wanted.from; scope === undefined && frame !== undefined && !isLater; frame = frame.up) {
    isLater = isDeclaredLater(frame, name);
  }
  const path = wanted.names.join('.');
  context.source.fail({
    code: 'metadata-reference',
    at: wanted.at,
    chain: context.chain(),
    message: isLater
      ? `${uses[wanted.use]} must be read before it, "${path}" comes after.`
      : `${uses[wanted.use]} is "${path}", but no field of that name is read before it.`,
  });
}
