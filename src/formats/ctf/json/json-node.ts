/** A value of a metadata fragment that knows where it stands, and reads itself as what the specification wants there. */
import { TraceError } from '../../../bytes/trace-error.ts';
import type { JsonObject, JsonValue } from '../../../results/json-text.ts';
import { draftOf } from './drafts.ts';
import type { FragmentText } from './fragments.ts';
import { placeOf } from './fragments.ts';
import { locateValue } from './locate-value.ts';

export type JsonErrorCode =
  | 'metadata-duplicate'
  | 'metadata-extension'
  | 'metadata-draft'
  | 'metadata-limit'
  | 'metadata-missing'
  | 'metadata-nesting'
  | 'metadata-order'
  | 'metadata-property'
  | 'metadata-reference'
  | 'metadata-role'
  | 'metadata-unknown-type'
  | 'metadata-unsupported'
  | 'metadata-version';

/** The metadata text that is being read. */
export interface MetadataSource {
  readonly text: string;
  readonly file: string;
  readonly warnings: string[];
}

/** What a fragment's nodes share. */
interface FragmentPlace extends FragmentText {
  /** As it says, for messages; undefined until it is known to be one. */
  type: string | undefined;
}

export class JsonNode {
  readonly value: JsonValue;
  readonly #source: MetadataSource;
  readonly #fragment: FragmentPlace;
  readonly #parent: JsonNode | undefined;
  readonly #key: string | number | undefined;
  /** The property that names the alias whose value this is. */
  #usedBy: JsonNode | undefined;

  private constructor(
    value: JsonValue,
    source: MetadataSource,
    fragment: FragmentPlace,
    parent: JsonNode | undefined,
    key: string | number | undefined,
  ) {
    this.value = value;
    this.#source = source;
    this.#fragment = fragment;
    this.#parent = parent;
    this.#key = key;
  }

  static ofFragment(value: JsonValue, source: MetadataSource, fragment: FragmentText): JsonNode {
    return new JsonNode(value, source, { ...fragment, type: undefined }, undefined, undefined);
  }

  /** Said in messages from now on. */
  set fragmentType(type: string) {
    this.#fragment.type = type;
  }

  get fragmentNumber(): number {
    return this.#fragment.number;
  }

  /** The same value, met where `user` names the alias that it has. */
  asUsedBy(user: JsonNode): JsonNode {
    const node = new JsonNode(this.value, this.#source, this.#fragment, this.#parent, this.#key);
    node.#usedBy = user;
    return node;
  }

  /** `payload-field-class.member-classes[2].field-class`; empty for the fragment itself. */
  get path(): string {
    return this.#keys.map((key, index) => shownKey(key, index)).join('');
  }

  get #keys(): (string | number)[] {
    const keys: (string | number)[] = [];
    for (let node: JsonNode | undefined = this; node !== undefined; node = node.#parent) {
      if (node.#key !== undefined) keys.push(node.#key);
    }
    return keys.reverse();
  }

  /** Which fragment, where in it, and from where it was used if it stands in an alias; outermost first. */
  get #chain(): string[] {
    let user: JsonNode | undefined;
    for (
      let node: JsonNode | undefined = this;
      node !== undefined && user === undefined;
      node = node.#parent
    ) {
      user = node.#usedBy;
    }
    const { number, type } = this.#fragment;
    const own = [`fragment ${number}${type === undefined ? '' : ` (${type})`}`];
    if (this.path !== '') own.push(this.path);
    return user === undefined ? own : [...user.#chain, ...own];
  }

  /** @throws TraceError always: with the line, the fragment and the path of this value */
  fail(code: JsonErrorCode, message: string, hint?: string): never {
    const { text, file } = this.#source;
    const place = placeOf(text, this.#fragment.at + locateValue(this.#fragment.json, this.#keys));
    const chain = this.#chain.map(shortened);
    throw new TraceError({
      code,
      file,
      place,
      chain,
      message: shortened(message),
      ...(hint ? { hint } : {}),
    });
  }

  /** An oddity that does not stop reading. */
  warn(sentence: string): void {
    if (this.#source.warnings.length >= warningCountMax) return;
    this.#source.warnings.push(
      `${shortened(sentence)} (${[this.#source.file, ...this.#chain.map(shortened)].join(', ')})`,
    );
  }

  /** The property's value, undefined when there is none; this must be an object. */
  get(name: string): JsonNode | undefined {
    const object = this.#object();
    if (!Object.hasOwn(object, name)) return undefined;
    return this.#child(object[name] as JsonValue, name);
  }

  /** The property's value. */
  need(name: string): JsonNode {
    return (
      this.get(name) ?? this.fail('metadata-missing', `${this.#title} has no "${name}", which it must have.`)
    );
  }

  /** Refuses all properties but these (§5: which are allowed depends on the type). */
  allow(names: ReadonlySet<string>): void {
    const object = this.#object();
    for (const name in object) {
      if (names.has(name)) continue;
      const node = this.#child(object[name] as JsonValue, name);
      const draft = draftOf(this.typeName, name);
      if (draft !== undefined) node.fail('metadata-draft', draft.message, draft.hint);
      node.fail('metadata-property', `${this.#title} cannot have a property "${name}".`);
    }
  }

  /** `"type"`, if it is text. */
  get typeName(): string | undefined {
    if (!isObject(this.value)) return undefined;
    const type = Object.hasOwn(this.value, 'type') ? this.value['type'] : undefined;
    return typeof type === 'string' ? type : undefined;
  }

  entries(): [string, JsonNode][] {
    return Object.entries(this.#object()).map(([name, value]) => [name, this.#child(value, name)]);
  }

  elements(): JsonNode[] {
    if (!Array.isArray(this.value)) this.fail('metadata-property', `Expected an array, found ${this.shown}.`);
    return (this.value as readonly JsonValue[]).map((value, index) => this.#child(value, index));
  }

  text(): string {
    return typeof this.value === 'string'
      ? this.value
      : this.fail('metadata-property', `Expected text, found ${this.shown}.`);
  }

  oneOf<T extends string>(names: readonly T[]): T {
    const found = names.find((name) => name === this.value);
    return found ?? this.fail('metadata-property', `Expected ${listed(names)}, found ${this.shown}.`);
  }

  /** JSON does not tell 8 from 8.0: both are integers. */
  integer(): bigint {
    const { value } = this;
    if (typeof value === 'bigint') return value;
    if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
    return this.fail('metadata-property', `Expected an integer, found ${this.shown}.`);
  }

  /** @param what for the message: `a length above 0` */
  integerFrom(least: bigint, what: string): bigint {
    const value = this.integer();
    return value >= least ? value : this.fail('metadata-property', `Expected ${what}, found ${value}.`);
  }

  /** The value as a message shows it. */
  get shown(): string {
    const { value } = this;
    if (Array.isArray(value)) return `an array of ${value.length}`;
    if (typeof value === 'object' && value !== null) return 'an object';
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  }

  get #title(): string {
    const type = this.typeName;
    if (type !== undefined) return `"${type}"`;
    return typeof this.#key === 'number'
      ? 'This element'
      : this.#key === undefined
        ? 'The fragment'
        : `"${this.#key}"`;
  }

  #object(): JsonObject {
    return isObject(this.value)
      ? this.value
      : this.fail('metadata-property', `Expected an object, found ${this.shown}.`);
  }

  #child(value: JsonValue, key: string | number): JsonNode {
    return new JsonNode(value, this.#source, this.#fragment, this, key);
  }
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `"a", "b" or "c"`. */
function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length === 1 ? quoted[0]! : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

function shownKey(key: string | number, index: number): string {
  if (typeof key === 'number') return `[${key}]`;
  const text = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return index === 0 ? text : `.${text}`;
}

/** Nobody reads more than these. */
export const warningCountMax = 200;

/** Names of the text stand in messages, and may be as long as the text. */
const messageLengthMax = 300;

function shortened(text: string): string {
  if (text.length <= messageLengthMax) return text;
  return `${text.slice(0, messageLengthMax / 2)} … ${text.slice(-messageLengthMax / 2)}`;
}
