/** What stands in a frame of a flame graph. */
import { clip, safeText, textWidth } from './text-width.ts';

/** Of a name that has no more letters nothing can be told. */
const nameWidthMin = 3;

/** `main 76.9 %`, without its percentage or cut where there is less room: of a place in a file, the address says most. */
export function frameLabel(frame: string, part: number, room: number, unicode: boolean): string {
  const name = safeText(frame, unicode);
  const whole = `${name} ${percent(part)}`;
  if (textWidth(whole) <= room) return whole;
  const cutAt = /\+0x[0-9a-f]+$/.test(name) ? 'begin' : 'end';
  return room < nameWidthMin ? '' : clip(name, room, unicode, cutAt);
}

export function percent(part: number): string {
  return `${Number((100 * part).toFixed(1))} %`;
}
