/**
 * JSON text with exact integers: those beyond 2^53 are bigint, in both directions, and are written bare.
 *
 * `JSON.parse` would round them, and its way to get at the source text is missing from Node 20.
 */

/** A value read from JSON; integers beyond 2^53 are bigint. */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;

/** Keys and values in the order of the text; made without a prototype, so that no key is special. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** The text is not JSON, or not what it should be. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** Deeper nesting is refused unless the caller allows it, so that no text can exhaust the stack. */
const depthMaxDefault = 64;

/** Writes a value on one line. Numbers must be finite. */
export function writeJson(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return writeText(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return `[${value.map(writeJson).join(', ')}]`;
  const members = Object.entries(value).map(([key, member]) => `${writeText(key)}: ${writeJson(member)}`);
  return `{${members.join(', ')}}`;
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** C1 control characters, which JSON lets through, can steer a terminal: they are escaped as well. */
function writeText(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** An integral double beyond 2^53 keeps an exponent, which tells it from an exact integer. */
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} cannot be written as JSON.`);
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}

/** Reads one JSON text. Throws a `JsonError` with the position in characters. */
export function readJson(text: string, depthMax = depthMaxDefault): JsonValue {
  const reader = new JsonReader(text, depthMax);
  const value = reader.readValue(0);
  reader.expectEnd();
  return value;
}

class JsonReader {
  readonly #text: string;
  readonly #depthMax: number;
  #at = 0;

  constructor(text: string, depthMax: number) {
    this.#text = text;
    this.#depthMax = depthMax;
  }

  expectEnd(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('the end');
  }

  readValue(depth: number): JsonValue {
    if (depth > this.#depthMax) this.#fail(`at most ${this.#depthMax} levels of nesting`);
    this.#skipSpace();
    const character = this.#text[this.#at];
    if (character === '{') return this.#readObject(depth);
    if (character === '[') return this.#readArray(depth);
    if (character === '"') return this.#readText();
    if (this.#accept('true')) return true;
    if (this.#accept('false')) return false;
    if (this.#accept('null')) return null;
    return this.#readNumber();
  }

  #readObject(depth: number): JsonObject {
    const object: Record<string, JsonValue> = Object.create(null);
    this.#at += 1;
    this.#skipSpace();
    if (this.#accept('}')) return object;
    for (;;) {
      this.#skipSpace();
      const key = this.#readText();
      this.#skipSpace();
      if (!this.#accept(':')) this.#fail('":"');
      object[key] = this.readValue(depth + 1);
      this.#skipSpace();
      if (this.#accept('}')) return object;
      if (!this.#accept(',')) this.#fail('"," or "}"');
    }
  }

  #readArray(depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#at += 1;
    this.#skipSpace();
    if (this.#accept(']')) return items;
    for (;;) {
      items.push(this.readValue(depth + 1));
      this.#skipSpace();
      if (this.#accept(']')) return items;
      if (!this.#accept(',')) this.#fail('"," or "]"');
    }
  }

  #readText(): string {
    const token = this.#match(/"[^"\\\u0000-\u001f]*(?:\\.[^"\\\u0000-\u001f]*)*"/y);
    if (token === undefined) return this.#fail('text in quotes');
    try {
      return JSON.parse(token) as string;
    } catch {
      return this.#fail('text with valid escapes');
    }
  }

  #readNumber(): number | bigint {
    const token = this.#match(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y);
    if (token === undefined) return this.#fail('a value');
    const value = Number(token);
    if (!Number.isFinite(value)) return this.#fail('a number that a double can hold');
    return /[.eE]/.test(token) || Number.isSafeInteger(value) ? value : BigInt(token);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    if (token !== undefined) this.#at += token.length;
    return token;
  }

  #accept(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #skipSpace(): void {
    this.#match(/[ \t\r\n]*/y);
  }

  #fail(wanted: string): never {
    const found =
      this.#at < this.#text.length ? JSON.stringify(this.#text.slice(this.#at, this.#at + 12)) : 'the end';
    throw new JsonError(`JSON: ${wanted} is expected at character ${this.#at}, found ${found}.`);
  }
}
