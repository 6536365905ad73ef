/** Clock classes (CTF2-SPEC-2.0 §5.7). */
import type { Clock } from '../../../events/clock.ts';
import { writeJson } from '../../../results/json-text.ts';
import type { ClassIdentity } from '../trace-class.ts';
import { identityOf } from './identity.ts';
import type { JsonNode } from './json-node.ts';

/** A clock class with what only other fragments ask for. */
export interface ClockClass {
  readonly id: string;
  readonly identity: ClassIdentity;
  readonly clock: Clock;
  /** What two classes of one identity must have alike (§5.7): each with its value, undefined where there is none. */
  readonly shared: Readonly<Record<string, bigint | string | undefined>>;
}

const originProperties = new Set(['namespace', 'name', 'uid']);
const offsetProperties = new Set(['seconds', 'cycles']);

/** @param traceUuid tells clocks without an identity from those of other traces */
export function readClockClass(node: JsonNode, traceUuid: string | undefined): ClockClass {
  const id = node.need('id').text();
  const identity = identityOf(node);
  const frequencyNode = node.need('frequency');
  const frequencyHz = frequencyNode.integerFrom(1n, 'a frequency above 0 Hz');
  const given = readOrigin(node.get('origin'));
  const offset = readOffset(node.get('offset-from-origin'), frequencyHz);
  const precision = node.get('precision')?.integerFrom(0n, 'a precision of 0 cycles or more');
  const accuracy = node.get('accuracy')?.integerFrom(0n, 'an accuracy of 0 cycles or more');
  const description = node.get('description')?.text();
  const { uid } = identity;
  return {
    id,
    identity,
    clock: {
      name: identity.name || id,
      ...(uid !== undefined && uuidPattern.test(uid) ? { uuid: uid } : {}),
      ...(description === undefined ? {} : { description }),
      frequencyHz,
      ...offset,
      precisionCycles: precision ?? 0n,
      ...(accuracy === undefined ? {} : { accuracyCycles: accuracy }),
      isAbsolute: given === 'unix-epoch',
      origin: given ?? ownOrigin(id, identity, traceUuid),
    },
    shared: { frequency: frequencyHz, precision, accuracy, origin: given },
  };
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** §5.7.1: clocks whose origins are equal are comparable. */
function readOrigin(node: JsonNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (typeof node.value === 'string') return node.oneOf(['unix-epoch']);
  node.allow(originProperties);
  const parts = [node.get('namespace')?.text() ?? '', node.need('name').text(), node.need('uid').text()];
  return `origin ${writeJson(parts)}`;
}

/** Without an origin a clock is comparable to those of the same identity alone. */
function ownOrigin(
  id: string,
  { namespace, name, uid }: ClassIdentity,
  traceUuid: string | undefined,
): string {
  if (name === undefined || uid === undefined)
    return traceUuid === undefined ? `clock ${id}` : `clock ${id} of trace ${traceUuid}`;
  // As for CTF 1.8, where a clock's UUID is its identity.
  return uuidPattern.test(uid) ? `clock ${uid}` : `clock ${writeJson([namespace ?? '', name, uid])}`;
}

/** §5.7.2. */
function readOffset(node: JsonNode | undefined, frequencyHz: bigint) {
  node?.allow(offsetProperties);
  const seconds = node?.get('seconds')?.integer() ?? 0n;
  const cyclesNode = node?.get('cycles');
  const cycles = cyclesNode?.integerFrom(0n, 'an offset of 0 cycles or more') ?? 0n;
  if (cycles >= frequencyHz) {
    cyclesNode?.fail(
      'metadata-property',
      `Expected an offset below the frequency of ${frequencyHz}, found ${cycles} cycles.`,
    );
  }
  return { offsetSeconds: seconds, offsetCycles: cycles };
}

/**
 * Two classes of one identity must agree in all that is compared (§5.7).
 * @param known the first class of each identity; `clock` is added
 */
export function checkIdentity(node: JsonNode, clock: ClockClass, known: Map<string, ClockClass>): void {
  const { namespace, name, uid } = clock.identity;
  if (name === undefined || uid === undefined) return;
  const key = writeJson([namespace ?? null, name, uid]);
  const other = known.get(key);
  if (other === undefined) {
    known.set(key, clock);
  } else {
    for (const property of Object.keys(clock.shared)) {
      if (clock.shared[property] === other.shared[property]) continue;
      (node.get(property) ?? node).fail(
        'metadata-duplicate',
        `Clock class "${clock.id}" has the identity of "${other.id}", but another ${property}.`,
      );
    }
  }
}
