/** Which of a tracer's classes mean what in the vocabulary: the one function that formats call. */
import type { FieldType, Scope, StructType } from '../events/layout.ts';
import type { CanonicalMeaning, FieldSource } from '../events/reader.ts';
import type { CanonicalName, FieldKind } from './events.ts';
import { fieldKind, vocabulary } from './events.ts';
import { describeLttngClass } from './lttng.ts';
import { perfNames } from './perf.ts';
import type { SyscallArchitecture } from './syscall-names.ts';
import { syscallArchitecture } from './syscall-names.ts';

/** What is known of a class before its meaning. */
export interface NamedClass {
  readonly name: string;
  /** Looked at only when a field is asked for: a format may have to make it first. */
  readonly scopes: ReadonlyMap<Scope, StructType>;
}

/** What is known of the trace; a `TraceAbout` fits. */
export interface TracerIdentity {
  readonly tracer: string | undefined;
  readonly domain: string | undefined;
  readonly architecture: string | undefined;
}

/** Where a class's records have what every event has, and what they mean. */
export interface ClassMeaning {
  readonly canonical: CanonicalMeaning | undefined;
  readonly tid: FieldSource | undefined;
  readonly pid: FieldSource | undefined;
  /** A field that says which CPU recorded it; where there is none, the stream says it. */
  readonly cpu: FieldSource | undefined;
}

/** A tracer's name for an event, with constants that its name implies. */
export interface NamedMeaning {
  readonly event: CanonicalName;
  readonly constants?: Readonly<Record<string, string | number>>;
  /** Canonical field → the tracer's names for it, the best first; without an entry it has the same name. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  /** What must be added to a field's recorded number. */
  readonly plus?: Readonly<Record<string, number>>;
}

/** How one tracer names things. */
export interface TracerNames {
  /** @param tracer as the trace says it: `lttng-modules 2.8.0` */
  meaningOf(
    name: string,
    architecture: SyscallArchitecture | undefined,
    tracer: string | undefined,
  ): NamedMeaning | undefined;
  /** The scopes that have what every event has. A payload's `tid` is often another thread's: the one woken. */
  readonly scopes: readonly Scope[];
  readonly tid: readonly string[];
  readonly pid: readonly string[];
  readonly cpu: readonly string[];
}

/**
 * The meaning of a class; where its fields are is found out when they are asked for. LTTng's names are also tried on traces that do not say who made them; user-space events keep
 * their own names and have only threads and processes.
 */
export function describeClass(named: NamedClass, trace: TracerIdentity): ClassMeaning {
  const architecture = syscallArchitecture(trace.architecture);
  const names = namesOf(named, trace);
  const meaning =
    trace.domain === 'ust' ? undefined : names.meaningOf(named.name, architecture, trace.tracer);
  return new LaterMeaning(named, names, meaning);
}

/** Where the fields are is found out when it is first asked for; most of a trace's thousand classes are never asked. */
class LaterMeaning implements ClassMeaning {
  readonly canonical: CanonicalMeaning | undefined;
  readonly #named: NamedClass;
  readonly #names: TracerNames;
  #found: Partial<Record<'tid' | 'pid' | 'cpu', { readonly source: FieldSource | undefined }>> | undefined;

  constructor(named: NamedClass, names: TracerNames, meaning: NamedMeaning | undefined) {
    this.#named = named;
    this.#names = names;
    this.canonical = meaning && new LaterFields(named, meaning);
  }

  get tid(): FieldSource | undefined {
    return this.#find('tid');
  }

  get pid(): FieldSource | undefined {
    return this.#find('pid');
  }

  get cpu(): FieldSource | undefined {
    return this.#find('cpu');
  }

  #find(what: 'tid' | 'pid' | 'cpu'): FieldSource | undefined {
    this.#found ??= {};
    let found = this.#found[what];
    if (found === undefined) {
      const { scopes, [what]: names } = this.#names;
      found = { source: find(this.#named, names, scopes, isInteger) };
      this.#found[what] = found;
    }
    return found.source;
  }
}

class LaterFields implements CanonicalMeaning {
  readonly #named: NamedClass;
  readonly #meaning: NamedMeaning;

  constructor(named: NamedClass, meaning: NamedMeaning) {
    this.#named = named;
    this.#meaning = meaning;
  }

  get name(): CanonicalName {
    return this.#meaning.event;
  }

  get fields(): CanonicalMeaning['fields'] {
    return this;
  }

  get(field: string): FieldSource | undefined {
    const meaning = this.#meaning;
    const constant = meaning.constants?.[field];
    if (constant !== undefined) return { kind: 'constant', value: constant };
    if (!Object.hasOwn(vocabulary[meaning.event], field)) return undefined;
    const isWanted = fits[fieldKind(meaning.event, field)];
    const source = find(this.#named, meaning.fields?.[field] ?? [field], payload, isWanted);
    const plus = meaning.plus?.[field];
    return source?.kind === 'field' && plus !== undefined ? { ...source, plus } : source;
  }
}

const payload: readonly Scope[] = ['payload'];

function namesOf(named: NamedClass, trace: TracerIdentity): TracerNames {
  const isPerf = trace.tracer?.startsWith('perf') ?? /^[a-z_0-9]+:[a-z_0-9]+$/i.test(named.name);
  return isPerf ? perfNames() : describeLttngClass;
}

/** The first of the names that a scope has, with a type that fits. */
function find(
  named: Pick<NamedClass, 'scopes'>,
  names: readonly string[],
  where: readonly Scope[],
  isWanted: (type: FieldType) => boolean,
): FieldSource | undefined {
  // Most classes have no contexts.
  if (where.every((scope) => !named.scopes.has(scope))) return undefined;
  for (const name of names) {
    for (const scope of where) {
      const source = sourceIn(named.scopes.get(scope), scope, name);
      if (source !== undefined && isWanted(source.type)) return source;
    }
  }
  return undefined;
}

const elementForm = /^(.+)\[(\d+)\]$/;

/** A member, or with `name[3]` an element of one that is an array. */
function sourceIn(struct: StructType | undefined, scope: Scope, name: string) {
  const match = name.endsWith(']') ? elementForm.exec(name) : null;
  const member = memberOf(struct, match?.[1] ?? name);
  if (member === undefined) return undefined;
  const field = { scope, path: [member.name] };
  if (match === null) return { kind: 'field', field, type: member.type } as const;
  if (member.type.kind !== 'array') return undefined;
  return { kind: 'field', field, type: member.type.element, element: Number(match[2]) } as const;
}

/** perf writes `_name` for words that CTF reserves, and `name_dupl_0` for the second of a name. */
function memberOf(struct: StructType | undefined, name: string) {
  return (
    struct?.members.find((member) => member.name === name) ??
    struct?.members.find((member) => member.name === `_${name}` || member.name === `${name}_dupl_0`)
  );
}

function isInteger(type: FieldType): boolean {
  return type.kind === 'integer';
}

function isExact(type: FieldType): boolean {
  return isInteger(type) || (type.kind === 'array' && isInteger(type.element));
}

/** What a field of each kind may be recorded as. */
const fits: Readonly<Record<FieldKind, (type: FieldType) => boolean>> = {
  integer: isInteger,
  signed: isInteger,
  address: isInteger,
  exact: isExact,
  text: isText,
};

function isText(type: FieldType): boolean {
  return type.kind === 'string' || (type.kind === 'array' && type.isText);
}

/** Where a class's context has the name of the thread that caused the event (LTTng's `procname`). */
export function processNameSource(scopes: NamedClass['scopes']): FieldSource | undefined {
  return find({ scopes }, ['procname'], ['common-context', 'specific-context'], isText);
}
