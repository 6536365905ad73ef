/**
 * Times and durations as they are typed.
 *
 *   1433154061.25              seconds since the clock's epoch, as other readers of traces take them
 *   1433154061250ms            a number with its unit: ns, us, ms, s, m (minutes), h
 *   2015-06-01 10:21:01.25     a date, of this time zone or of UTC (--clock-gmt)
 *   10:21:01.25                that time on the day on which the trace begins
 *   +1.5s, +2m                 after the beginning of the trace
 */
import { nsPerUnit, unitPattern, unitsText } from '../bytes/time-units.ts';
import { UsageError } from './failure.ts';

/** A point in time before it is known when the trace begins. */
export type TypedTime =
  | { readonly kind: 'since-epoch'; readonly ns: bigint }
  | { readonly kind: 'of-day'; readonly ns: bigint }
  | { readonly kind: 'after-begin'; readonly ns: bigint };

export type TimeZone = 'local' | 'utc';

const nsPerSecond = 1_000_000_000n;

const number = /^([+-]?)(\d+)(?:\.(\d*))?$/;
const withUnit = new RegExp(`^([+-]?)(\\d+)(?:\\.(\\d*))?\\s*(${unitPattern})$`);
const dateAndTime = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z?)$/;
const timeOfDay = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;

const timeHint =
  'a time is seconds (1433154061.25), a date ("2015-06-01 10:21:01"), a time of day (10:21:01), ' +
  'a number with its unit (1500ms), or +1.5s after the beginning of the trace; ' +
  `units are ${unitsText}`;

/** @param option what the message calls it, `--begin` */
export function parseTime(text: string, option: string, zone: TimeZone): TypedTime {
  const trimmed = text.trim();
  if (trimmed.startsWith('+')) return { kind: 'after-begin', ns: parseDuration(trimmed.slice(1), option) };
  const withoutUnit = number.exec(trimmed);
  if (withoutUnit !== null) return { kind: 'since-epoch', ns: decimalNs(withoutUnit, nsPerSecond) };
  const united = withUnit.exec(trimmed);
  if (united !== null) return { kind: 'since-epoch', ns: decimalNs(united, nsPerUnit.get(united[4]!)!) };
  const date = dateAndTime.exec(trimmed);
  if (date !== null) return { kind: 'since-epoch', ns: dateNs(date, option, text, zone) };
  const day = timeOfDay.exec(trimmed);
  if (day !== null) return { kind: 'of-day', ns: dayNs(day, option, text) };
  throw new UsageError(`${option}: "${text}" is not a time`, timeHint);
}

/** Nanoseconds; a duration always has its unit. */
export function parseDuration(text: string, option: string): bigint {
  const match = withUnit.exec(text.trim());
  if (match !== null) return decimalNs(match, nsPerUnit.get(match[4]!)!);
  const hint = number.test(text.trim())
    ? `a duration has a unit: ${text.trim()}ns, ${text.trim()}us, ${text.trim()}ms, ${text.trim()}s, …; units are ${unitsText}`
    : `a duration is a number and its unit: 250ns, 10us, 1.5ms, 2s; units are ${unitsText}`;
  throw new UsageError(`${option}: "${text}" is not a duration`, hint);
}

/** `B,E`, with brackets or without. */
export function parseTimeRange(
  text: string,
  option: string,
  zone: TimeZone,
): readonly [TypedTime, TypedTime] {
  const parts = text.trim().replace(/^\[/, '').replace(/\]$/, '').split(',');
  if (parts.length !== 2) throw new UsageError(`${option}: "${text}" is not two times`, 'write BEGIN,END');
  return [parseTime(parts[0]!, option, zone), parseTime(parts[1]!, option, zone)];
}

/**
 * Nanoseconds since the clock's epoch.
 * @param beginNs where the traces begin, likewise
 */
export function resolveTime(time: TypedTime, beginNs: bigint, zone: TimeZone): bigint {
  switch (time.kind) {
    case 'since-epoch':
      return time.ns;
    case 'after-begin':
      return beginNs + time.ns;
    case 'of-day':
      return startOfDayNs(beginNs, zone) + time.ns;
  }
}

function startOfDayNs(originNs: bigint, zone: TimeZone): bigint {
  const date = new Date(Number(originNs / 1_000_000n));
  if (zone === 'utc') date.setUTCHours(0, 0, 0, 0);
  else date.setHours(0, 0, 0, 0);
  return BigInt(date.getTime()) * 1_000_000n;
}

/** Groups 1 to 3: sign, whole, fraction. Digits below a nanosecond are dropped. */
function decimalNs(match: RegExpExecArray, unitNs: bigint): bigint {
  const fraction = match[3] ?? '';
  const scale = 10n ** BigInt(fraction.length);
  const ns = (BigInt(match[2]! + fraction) * unitNs) / scale;
  return match[1] === '-' ? -ns : ns;
}

function dateNs(match: RegExpExecArray, option: string, text: string, zone: TimeZone): bigint {
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((group) =>
    Number(match[group] ?? 0),
  );
  const parts = [year!, month! - 1, day!, hour!, minute!, second!] as const;
  const isUtc = zone === 'utc' || match[8] === 'Z';
  const ms = isUtc ? Date.UTC(...parts) : new Date(...parts).getTime();
  const back = new Date(Date.UTC(year!, month! - 1, day!));
  const isReal = back.getUTCMonth() === month! - 1 && back.getUTCDate() === day!;
  if (!isReal || hour! > 23 || minute! > 59 || second! > 59) {
    throw new UsageError(`${option}: there is no such date as "${text}"`, timeHint);
  }
  return BigInt(ms) * 1_000_000n + BigInt((match[7] ?? '').padEnd(9, '0'));
}

function dayNs(match: RegExpExecArray, option: string, text: string): bigint {
  const [hour, minute, second] = [1, 2, 3].map((group) => Number(match[group] ?? 0));
  if (hour! > 23 || minute! > 59 || second! > 59) {
    throw new UsageError(`${option}: there is no such time as "${text}"`, timeHint);
  }
  const seconds = BigInt((hour! * 60 + minute!) * 60 + second!);
  return seconds * nsPerSecond + BigInt((match[4] ?? '').padEnd(9, '0'));
}
