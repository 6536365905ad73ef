/** `namespace`, `name` and `uid` of a class, and what its attributes say. */
import { nestingDepthMax } from '../../../bytes/limits.ts';
import { type JsonValue, writeJson } from '../../../results/json-text.ts';
import type { ClassIdentity } from '../trace-class.ts';
import { isObject, type JsonNode } from './json-node.ts';

export function identityOf(node: JsonNode): ClassIdentity {
  const identity: { namespace?: string; name?: string; uid?: string } = {};
  for (const key of ['namespace', 'name', 'uid'] as const) {
    const value = node.get(key)?.text();
    if (value !== undefined) identity[key] = value;
  }
  return identity;
}

/** Namespaces whose event attributes have LTTng's meanings: Babeltrace copies them to its own. */
const lttngNamespaces = ['lttng.org,2009', 'babeltrace.org,2020'];

/** The levels of LTTng-UST by name (lttng-ust(3)); syslog's first. */
const logLevels: readonly string[] = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'info',
  'debug:system',
  'debug:program',
  'debug:process',
  'debug:module',
  'debug:unit',
  'debug:function',
  'debug:line',
  'debug',
];

export interface EventAttributes {
  readonly logLevel: number | undefined;
  readonly attributes: ReadonlyMap<string, string | bigint>;
}

/** Attributes of an event record class: `NAMESPACE/NAME`, and LTTng's EMF URI by the name that it has in CTF 1.8. */
export function eventAttributes(node: JsonNode): EventAttributes {
  const attributes = new Map<string, string | bigint>();
  let logLevel: number | undefined;
  for (const [namespace, group] of node.get('attributes')?.entries() ?? []) {
    if (!isObject(group.value)) {
      attributes.set(namespace, plain(group));
      continue;
    }
    const isLttng = lttngNamespaces.includes(namespace);
    for (const [name, attribute] of group.entries()) {
      attributes.set(`${namespace}/${name}`, plain(attribute));
      if (isLttng && name === 'log-level') logLevel ??= levelOf(attribute);
      if (isLttng && name === 'emf-uri' && typeof attribute.value === 'string') {
        attributes.set('model.emf.uri', attribute.value);
      }
    }
  }
  return { logLevel, attributes };
}

function plain({ value }: JsonNode): string | bigint {
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return isDeep(value) ? '…' : writeJson(value);
}

/** Attributes may be nested without a limit; what is deeper than types can be is not shown. */
function isDeep(root: JsonValue): boolean {
  let level: JsonValue[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > nestingDepthMax) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}

function levelOf({ value }: JsonNode): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value !== 'string') return undefined;
  const level = logLevels.indexOf(value.toLowerCase());
  return level < 0 ? undefined : level;
}
