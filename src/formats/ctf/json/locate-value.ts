/** Where in a JSON text a value stands: looked for only when a message needs it. */

const stringPattern = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const scalarPattern = /[^\s,\]}]+/y;
const spacePattern = /[\s,:]*/y;

/**
 * The offset of the value that `keys` lead to (property names and indexes), or of the last one on the way that is there.
 * @param json a text that was read without an error
 */
export function locateValue(json: string, keys: readonly (string | number)[]): number {
  let at = skip(json, 0, spacePattern);
  for (const key of keys) {
    const next = typeof key === 'number' ? elementAt(json, at, key) : propertyAt(json, at, key);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

function propertyAt(json: string, from: number, key: string): number | undefined {
  if (json[from] !== '{') return undefined;
  let found: number | undefined;
  for (let at = skip(json, from + 1, spacePattern); at < json.length && json[at] !== '}'; ) {
    const end = skip(json, at, stringPattern);
    const value = skip(json, end, spacePattern);
    // Of several properties of one name the last counts, as in every JSON parser.
    if (textOf(json.slice(at, end)) === key) found = value;
    at = skip(json, endOfValue(json, value), spacePattern);
    if (at <= end) return found;
  }
  return found;
}

function elementAt(json: string, from: number, index: number): number | undefined {
  if (json[from] !== '[') return undefined;
  let at = skip(json, from + 1, spacePattern);
  for (let count = 0; at < json.length && json[at] !== ']'; count++) {
    if (count === index) return at;
    at = skip(json, endOfValue(json, at), spacePattern);
  }
  return undefined;
}

function textOf(token: string): string | undefined {
  try {
    return JSON.parse(token) as string;
  } catch {
    return undefined;
  }
}

function endOfValue(json: string, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; ) {
    const character = json[at];
    if (character === '"') at = skip(json, at, stringPattern);
    else if (character === '{' || character === '[') {
      depth++;
      at++;
    } else if (character === '}' || character === ']') {
      depth--;
      at++;
    } else at = Math.max(at + 1, skip(json, at, depth === 0 ? scalarPattern : spacePattern));
    if (depth <= 0) return at;
  }
  return json.length;
}

function skip(json: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return pattern.test(json) ? pattern.lastIndex : at;
}
