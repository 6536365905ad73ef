/** Where in a JSON text a value stands: looked for only when a message needs it. */

/** A string, a bracket, or a number or word; what is between them is no value. */
const tokenPattern = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[^\s,:"{}[\]]+/g;

/** An object or array on the way, in which the next key is looked for. */
interface OnTheWay {
  readonly key: string | number;
  readonly isArray: boolean;
  /** Elements that have begun. */
  count: number;
  /** The name whose value comes next. */
  name: string | undefined;
}

/**
 * The offset of the value that `keys` lead to (property names and indexes), or of the last one on the way that is there. One pass
 * over the text, however deep the way is.
 * @param json a text that was read without an error
 */
export function locateValue(json: string, keys: readonly (string | number)[]): number {
  /** Where the values begin that no key, one key, two keys … lead to. */
  const offsets: number[] = [];
  const way: OnTheWay[] = [];
  let depth = 0;
  for (const { 0: token, index } of json.matchAll(tokenPattern)) {
    if (token === '}' || token === ']') {
      depth--;
      if (depth < way.length) way.length = depth;
      continue;
    }
    const inner = depth === way.length ? way.at(-1) : undefined;
    if (inner !== undefined && !inner.isArray && inner.name === undefined) {
      inner.name = token;
      continue;
    }
    const isOnTheWay = inner === undefined ? depth === 0 : takesKey(inner);
    // Of several properties of one name the last counts, as in every JSON parser.
    if (isOnTheWay) offsets.splice(depth, offsets.length, index);
    if (token !== '{' && token !== '[') continue;
    const key = keys[depth];
    if (isOnTheWay && key !== undefined) way.push({ key, isArray: token === '[', count: 0, name: undefined });
    depth++;
  }
  return offsets.at(-1) ?? 0;
}

/** Whether the value that begins now is the one that the key means. */
function takesKey(inner: OnTheWay): boolean {
  const { key, name } = inner;
  if (inner.isArray) return inner.count++ === key;
  inner.name = undefined;
  return name !== undefined && textOf(name) === key;
}

function textOf(token: string): string | undefined {
  try {
    return JSON.parse(token) as string;
  } catch {
    return undefined;
  }
}
