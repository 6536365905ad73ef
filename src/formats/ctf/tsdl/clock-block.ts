/** `clock { … }` and `env { … }` (CTF 1.8.3 §8, §7.4). */
import type { Clock } from '../../../events/clock.ts';
import type { EnvironmentValue } from '../../../events/reader.ts';
import {
  attributesByName,
  booleanValue,
  integerValue,
  textValue,
  unsignedValue,
  uuidValue,
  wrongValue,
} from './attribute-values.ts';
import type { Source } from './source.ts';
import type { Assignment, Block } from './syntax.ts';

export const frequencyDefaultHz = 1_000_000_000n;

export function assignmentsOf(block: Block): Assignment[] {
  return block.entries.filter((entry) => entry.kind === 'assignment');
}

/** The clocks in the order of their blocks. */
export function readClocks(source: Source, blocks: readonly Block[]): Clock[] {
  const clocks: Clock[] = [];
  const names = new Set<string>();
  for (const block of blocks) {
    if (block.name !== 'clock') continue;
    const clock = readClock(source, block);
    if (names.has(clock.name)) {
      source.fail({
        code: 'metadata-duplicate',
        at: block.at,
        message: `Clock "${clock.name}" is described twice.`,
      });
    }
    names.add(clock.name);
    clocks.push(clock);
  }
  return clocks;
}

const clockAttributes = 'name uuid description freq precision offset_s offset absolute'.split(' ');

function readClock(source: Source, block: Block): Clock {
  const given = attributesByName(source, assignmentsOf(block), 'clock');
  const nameGiven = given.get('name');
  if (nameGiven === undefined) {
    source.fail({ code: 'metadata-missing', at: block.at, message: 'The clock has no "name".' });
  }
  const name = textValue(source, nameGiven);
  const [uuid, description, frequency] = [given.get('uuid'), given.get('description'), given.get('freq')];
  const [precision, seconds, cycles] = [given.get('precision'), given.get('offset_s'), given.get('offset')];
  const absolute = given.get('absolute');
  const frequencyHz = frequency ? unsignedValue(source, frequency) : frequencyDefaultHz;
  if (frequency && frequencyHz === 0n) wrongValue(source, frequency, 'a frequency above 0 Hz');
  for (const attribute of given.values()) {
    if (!clockAttributes.includes(attribute.path)) {
      source.warn(attribute.at, `Attribute "${attribute.path}" of the clock is not known.`);
    }
  }
  const uuidText = uuid ? uuidValue(source, uuid) : undefined;
  const offsetSeconds = seconds ? integerValue(source, seconds) : 0n;
  const offsetCycles = cycles ? integerValue(source, cycles) : 0n;
  const isAbsolute = absolute ? booleanValue(source, absolute) : false;
  return {
    name,
    ...(uuidText === undefined ? {} : { uuid: uuidText }),
    ...(description ? { description: textValue(source, description) } : {}),
    frequencyHz,
    offsetSeconds,
    offsetCycles,
    precisionCycles: precision ? unsignedValue(source, precision) : 0n,
    isAbsolute,
    origin: originOf(name, uuidText, isAbsolute || offsetSeconds !== 0n || offsetCycles !== 0n),
  };
}

/** §8 counts offsets from the Unix epoch; a clock with neither offset nor the word `absolute` says no more than its own zero. */
function originOf(name: string, uuid: string | undefined, isFromEpoch: boolean): string {
  if (isFromEpoch) return 'unix-epoch';
  return uuid === undefined ? `clock ${name}` : `clock ${uuid}`;
}

/** All environment entries; of one given twice the last counts. */
export function readEnvironment(source: Source, blocks: readonly Block[]): Map<string, EnvironmentValue> {
  const environment = new Map<string, EnvironmentValue>();
  for (const block of blocks) {
    if (block.name !== 'env') continue;
    for (const { at, path, value } of assignmentsOf(block)) {
      if (environment.has(path)) source.warn(at, `Environment entry "${path}" is given twice.`);
      if (value.kind === 'path') {
        source.warn(at, `Environment entry "${path}" is neither a string nor an integer.`);
        environment.set(path, value.names.join('.'));
      } else {
        environment.set(path, value.value);
      }
    }
  }
  return environment;
}
