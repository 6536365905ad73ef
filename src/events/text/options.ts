/** The lists that `--names` and `--fields` take, with babeltrace2's meaning. */
import type { FieldKind, NameKind } from './style.ts';

/** A word that the option does not know. */
export class TextOptionError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'TextOptionError';
    this.hint = hint;
  }
}

const nameWords: ReadonlyMap<string, NameKind> = new Map([
  ['payload', 'payload'],
  ['args', 'payload'],
  ['arg', 'payload'],
  ['context', 'context'],
  ['ctx', 'context'],
  ['scope', 'scope'],
  ['header', 'header'],
]);

const fieldKinds: readonly FieldKind[] = [
  'trace',
  'trace:hostname',
  'trace:domain',
  'trace:procname',
  'trace:vpid',
  'loglevel',
  'emf',
  'callsite',
];

/**
 * Names from a list such as `payload,scope`, `all`, `none`: only those listed.
 * @throws TextOptionError for an unknown word, and for `all` together with `none`
 */
export function readNames(list: string): ReadonlySet<NameKind> {
  return readList('--names', list, nameWords, 'payload, context, scope, header, all or none');
}

/** Fields from a list such as `trace,loglevel`, `all`: only those listed. @throws TextOptionError likewise */
export function readFields(list: string): ReadonlySet<FieldKind> {
  const words = new Map(fieldKinds.map((kind) => [kind as string, kind]));
  return readList('--fields', list, words, `${fieldKinds.join(', ')}, all or none`);
}

function readList<T>(
  option: string,
  list: string,
  words: ReadonlyMap<string, T>,
  known: string,
): ReadonlySet<T> {
  const found = new Set<T>();
  const parts = list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  for (const part of parts) {
    if (part === 'none') continue;
    const kind = words.get(part);
    if (kind !== undefined) found.add(kind);
    else if (part !== 'all')
      throw new TextOptionError(`${option} does not know "${part}".`, `It takes ${known}.`);
  }
  if (!parts.includes('all')) return found;
  if (parts.includes('none'))
    throw new TextOptionError(`${option} has both "all" and "none".`, 'Leave out one of them.');
  return new Set(words.values());
}
