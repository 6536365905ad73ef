/** What LAMI asks for before there is a result: the version, the metadata object, and the error object of all phases. */
import type { JsonObject, JsonValue } from '../../results/json-text.ts';
import type { ShapeDescription } from '../../results/shapes.ts';
import { type LamiTableClass, tableClassesOf } from './tables.ts';

/** The version of LAMI that is spoken. */
export const lamiVersion = { major: 1, minor: 0 } as const;

export interface LamiIdentity {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Of the program: `1.2.3`, or `1.2.3-rc.1`. */
  readonly version: string;
}

/** Classes by name, for all descriptions; the first of a name counts. */
export function tableClasses(descriptions: readonly ShapeDescription[]): ReadonlyMap<string, LamiTableClass> {
  const classes = new Map<string, LamiTableClass>();
  for (const { name, tableClass } of descriptions.flatMap(tableClassesOf)) {
    if (!classes.has(name)) classes.set(name, tableClass);
  }
  return classes;
}

/** The metadata object. Every class has a title and columns: Trace Compass refuses one without. */
export function metadataObject(
  identity: LamiIdentity,
  descriptions: readonly ShapeDescription[],
): JsonObject {
  const { title, description, tags } = identity;
  return {
    'mi-version': lamiVersion,
    version: versionObject(identity.version),
    title,
    authors: ['The authors of diatrace'],
    description,
    tags,
    'table-classes': Object.fromEntries(tableClasses(descriptions)) as unknown as JsonObject,
  };
}

function versionObject(version: string): JsonObject {
  const [numbers = '', ...extra] = version.split('-');
  const [major = 0, minor = 0, patch = 0] = numbers.split('.').map(Number);
  const object: Record<string, JsonValue> = { major, minor, patch };
  if (extra.length > 0) object['extra'] = extra.join('-');
  return object;
}

/** The error object of all phases. */
export function errorObject(message: string, code?: string): JsonObject {
  return code === undefined ? { 'error-message': message } : { 'error-message': message, 'error-code': code };
}
