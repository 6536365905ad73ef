// Damage to the JSON metadata of CTF 2 that leaves most of it well-formed: values, properties, members and fragments instead of bytes.
import { alias, fieldClasses, members, numbers, properties, values, words } from './json-pieces.ts';
import type { Random } from './random.ts';

/** Begins each fragment (RFC 7464). */
export const recordSeparator = '\x1e';

interface Token {
  readonly text: string;
  readonly begin: number;
  readonly end: number;
}

interface Edit {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
  readonly what: string;
}

/** A value and, within an object, its key. */
interface Place {
  readonly key: Token | undefined;
  readonly begin: number;
  readonly end: number;
}

interface Document {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly places: readonly Place[];
}

type Mutation = (document: Document, random: Random) => Edit | undefined;

const mutations: readonly Mutation[] = [
  changeNumber,
  changeNumber,
  changeValue,
  changeValue,
  changeFieldClass,
  changeFieldClass,
  addMember,
  addMember,
  addMember,
  addProperty,
  dropPlace,
  repeatPlace,
  swapWords,
  nestFieldClass,
  changeFragments,
  useAlias,
];

/** Damages JSON metadata once; the text as it is where the chosen damage has no place in it. */
export function damageJson(text: string, random: Random): { readonly text: string; readonly what: string } {
  const tokens = tokensOf(text);
  const document = { text, tokens, places: placesOf(tokens) };
  for (let tries = 0; tries < 8; tries++) {
    const edit = random.pick(mutations)(document, random);
    if (edit === undefined) continue;
    return { text: text.slice(0, edit.begin) + edit.text + text.slice(edit.end), what: edit.what };
  }
  return { text, what: 'nothing' };
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = /"(?:\\.|[^"\\\n])*"|-?\d[\d.eE+-]*|[a-z]+|[^\s\w]/g;
  // One by one: all matches at once would take more memory than any trace may.
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
    tokens.push({ text: match[0], begin: match.index, end: pattern.lastIndex });
  return tokens;
}

/** Every value of the text, whole objects and arrays too, in the order of their ends. */
function placesOf(tokens: readonly Token[]): readonly Place[] {
  const places: Place[] = [];
  const open: { readonly token: Token; readonly key: Token | undefined }[] = [];
  tokens.forEach((token, index) => {
    const key = tokens[index - 1]?.text === ':' ? tokens[index - 2] : undefined;
    if (token.text === '{' || token.text === '[') open.push({ token, key });
    else if (token.text === '}' || token.text === ']') {
      const begun = open.pop();
      if (begun !== undefined) places.push({ key: begun.key, begin: begun.token.begin, end: token.end });
    } else if (/^["\w-]/.test(token.text) && tokens[index + 1]?.text !== ':') {
      places.push({ key, begin: token.begin, end: token.end });
    }
  });
  return places;
}

function pickFrom<T>(list: readonly T[], random: Random): T | undefined {
  return list.length === 0 ? undefined : random.pick(list);
}

function changeNumber({ tokens }: Document, random: Random): Edit | undefined {
  const token = pickFrom(
    tokens.filter(({ text }) => /^[-\d]/.test(text)),
    random,
  );
  if (token === undefined) return undefined;
  const text = random.oneIn(3) ? String(random.below(70)) : random.pick(numbers);
  return { ...token, text, what: `${token.text} at ${token.begin} becomes ${text.slice(0, 40)}` };
}

function changeValue({ places }: Document, random: Random): Edit | undefined {
  const place = pickFrom(places, random);
  if (place === undefined) return undefined;
  const text = random.pick(values);
  return { ...place, text, what: `the value at ${place.begin} becomes ${text.slice(0, 40)}` };
}

function isFieldClass({ key }: Place): boolean {
  return key !== undefined && /field-class"$/.test(key.text);
}

function changeFieldClass({ places }: Document, random: Random): Edit | undefined {
  const place = pickFrom(places.filter(isFieldClass), random);
  if (place === undefined) return undefined;
  const text = random.pick(fieldClasses);
  return { ...place, text, what: `the field class at ${place.begin} becomes ${text}` };
}

/** As the first of a structure, or after another one. */
function addMember({ text, places }: Document, random: Random): Edit | undefined {
  const list = pickFrom(
    places.filter(({ key }) => key?.text === '"member-classes"'),
    random,
  );
  if (list === undefined) return undefined;
  const tag = random.below(1000);
  const added = random.pick(members).replace(/"_([a-z]+)"/g, `"_$1${tag}"`);
  const isEmpty = /^\[\s*\]$/.test(text.slice(list.begin, list.end));
  const isFirst = random.oneIn(2);
  const at = isFirst ? list.begin + 1 : list.end - 1;
  const piece = isEmpty ? added : isFirst ? `${added},` : `,${added}`;
  return { begin: at, end: at, text: piece, what: `member at ${at}: ${added}` };
}

function addProperty({ tokens }: Document, random: Random): Edit | undefined {
  const token = pickFrom(
    tokens.filter(({ text }) => text === '{'),
    random,
  );
  if (token === undefined) return undefined;
  const text = `"${random.pick(properties)}": ${random.pick(values)}, `;
  return { begin: token.end, end: token.end, text, what: `property at ${token.end}: ${text.slice(0, 60)}` };
}

/** With its key and the comma behind it. */
function dropPlace(document: Document, random: Random): Edit | undefined {
  const place = pickFrom(document.places, random);
  if (place === undefined) return undefined;
  const begin = place.key?.begin ?? place.begin;
  const comma = /^\s*,/.exec(document.text.slice(place.end))?.[0].length ?? 0;
  return { begin, end: place.end + comma, text: '', what: `${begin} to ${place.end + comma} dropped` };
}

function repeatPlace({ text, places }: Document, random: Random): Edit | undefined {
  const place = pickFrom(places, random);
  if (place === undefined || place.end - place.begin > 2000) return undefined;
  const begin = place.key?.begin ?? place.begin;
  const times = random.oneIn(8) ? 1 + random.below(300) : 1;
  const piece = `, ${text.slice(begin, place.end)}`.repeat(times);
  return {
    begin: place.end,
    end: place.end,
    text: piece,
    what: `${begin} to ${place.end} ${times} times more`,
  };
}

/** A string becomes another one of the text, or a word that means something. */
function swapWords({ tokens }: Document, random: Random): Edit | undefined {
  const strings = tokens.filter(({ text }) => text.startsWith('"'));
  const token = pickFrom(strings, random);
  if (token === undefined) return undefined;
  const text = random.oneIn(2) ? random.pick(strings).text : `"${random.pick(words)}"`;
  return { ...token, text, what: `${token.text} at ${token.begin} becomes ${text.slice(0, 60)}` };
}

const wrappers: readonly (readonly [string, string])[] = [
  ['{"type":"structure","member-classes":[{"name":"w","field-class":', '}]}'],
  ['{"type":"static-length-array","length":1,"element-field-class":', '}'],
  ['{"type":"static-length-array","length":1000,"element-field-class":', '}'],
  ['[', ']'],
];

function nestFieldClass({ text, places }: Document, random: Random): Edit | undefined {
  const place = pickFrom(places.filter(isFieldClass), random);
  if (place === undefined) return undefined;
  const depth = random.pick([1, 2, 40, 63, 70, 1000, 20_000]);
  const [open, close] = random.pick(wrappers);
  const inner = text.slice(place.begin, place.end);
  const nested = `${open.repeat(depth)}${inner}${close.repeat(depth)}`;
  return { ...place, text: nested, what: `the field class at ${place.begin} within ${depth} ${open}` };
}

/** Fragments said twice, left out, moved to the end, or without their separator. */
function changeFragments({ text }: Document, random: Random): Edit | undefined {
  const starts = [...text.matchAll(/\x1e/g)].map(({ index }) => index);
  if (starts.length === 0) return undefined;
  const chosen = random.below(starts.length);
  const begin = starts[chosen]!;
  const end = starts[chosen + 1] ?? text.length;
  const fragment = text.slice(begin, end);
  const place = `the fragment at ${begin}`;
  switch (random.below(5)) {
    case 0:
      return { begin, end: begin, text: `${fragment}\n`, what: `${place} twice` };
    case 1:
      return { begin, end, text: '', what: `${place} dropped` };
    case 2:
      return { begin, end: text.length, text: `${text.slice(end)}\n${fragment}`, what: `${place} last` };
    case 3:
      return { begin, end: begin + 1, text: '', what: `${place} without its separator` };
    default: {
      const cut = begin + random.below(fragment.length);
      return { begin: cut, end, text: '', what: `${place} cut at ${cut}` };
    }
  }
}

/** A field class becomes an alias, which is declared before the fragment, behind all of them, of itself, or nowhere. */
function useAlias({ text, places }: Document, random: Random): Edit | undefined {
  const place = pickFrom(places.filter(isFieldClass), random);
  if (place === undefined) return undefined;
  const fragmentBegin = text.lastIndexOf(recordSeparator, place.begin);
  if (fragmentBegin < 0) return undefined;
  const aliased = text.slice(place.begin, place.end);
  const before = text.slice(fragmentBegin, place.begin);
  const [wanted, kind] = random.pick([
    [`${alias('a', aliased)}${before}"a"`, 'an alias'],
    [`${before}"a"`, 'an alias of nothing'],
    [`${alias('a', '"a"')}${before}"a"`, 'an alias of itself'],
    [`${alias('a', '"b"')}${alias('b', '"a"')}${before}"a"`, 'two aliases of each other'],
    [`${alias('a', structureOf('"a"'))}${before}"a"`, 'an alias that is within itself'],
  ] as const);
  return { begin: fragmentBegin, end: place.end, text: wanted, what: `${kind} at ${place.begin}` };
}

function structureOf(fieldClass: string): string {
  return `{"type":"structure","member-classes":[{"name":"s","field-class":${fieldClass}}]}`;
}
