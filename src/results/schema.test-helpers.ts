/** As much of JSON Schema (draft 2020-12) as `schema/` uses; a keyword that is not known is a mistake. */
import type { JsonValue } from './json-text.ts';

type Schema = Readonly<Record<string, unknown>>;

const annotations = ['$schema', '$id', '$defs', 'title', 'description'];

/** What is wrong, each with its path; empty when the value fits. */
export function schemaFaults(root: Schema, value: JsonValue): readonly string[] {
  return check(root, root, value, '');
}

function check(root: Schema, schema: Schema, value: JsonValue | undefined, path: string): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    if (annotations.includes(keyword)) return [];
    return checkKeyword(root, keyword, wanted, value, path, schema);
  });
}

function checkKeyword(
  root: Schema,
  keyword: string,
  wanted: unknown,
  value: JsonValue | undefined,
  path: string,
  schema: Schema,
): readonly string[] {
  const fault = (text: string) => [`${path}: ${text}`];
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const members = isObject ? Object.entries(value) : [];
  switch (keyword) {
    case 'type':
      return [wanted].flat().some((type) => hasType(String(type), value))
        ? []
        : fault(`not ${String(wanted)}`);
    case 'const':
      return value === wanted ? [] : fault(`not ${String(wanted)}`);
    case 'enum':
      return (wanted as unknown[]).includes(value) ? [] : fault(`not one of ${String(wanted)}`);
    case 'required':
      return (wanted as string[])
        .filter((key) => !members.some(([name]) => name === key))
        .map((key) => `${path}: no ${key}`);
    case 'properties':
      return members.flatMap(([key, member]) => {
        const inner = (wanted as Record<string, Schema>)[key];
        return inner === undefined ? [] : check(root, inner, member, `${path}.${key}`);
      });
    case 'additionalProperties': {
      const known = Object.keys((schema['properties'] as object | undefined) ?? {});
      const others = members.filter(([key]) => !known.includes(key));
      return others.flatMap(([key, member]) => check(root, wanted as Schema, member, `${path}.${key}`));
    }
    case 'items':
      if (!Array.isArray(value)) return [];
      return value.flatMap((item, index) => check(root, wanted as Schema, item, `${path}[${index}]`));
    case '$ref': {
      const name = String(wanted).replace('#/$defs/', '');
      return check(root, (root['$defs'] as Record<string, Schema>)[name]!, value, path);
    }
    case 'allOf':
      return (wanted as Schema[]).flatMap((part) => check(root, part, value, path));
    case 'oneOf': {
      const faults = (wanted as Schema[]).map((part) => check(root, part, value, path));
      return faults.filter((list) => list.length === 0).length === 1
        ? []
        : fault('not exactly one of the alternatives');
    }
    default:
      throw new Error(`The schema has an unknown keyword: ${keyword}.`);
  }
}

function hasType(type: string, value: JsonValue | undefined): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'number':
      return typeof value === 'bigint' || typeof value === 'number';
    default:
      return typeof value === type;
  }
}
