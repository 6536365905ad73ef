/** Masks of CPUs and the like as the kernel prints them (`%*pb` and `%*pbl`). */

/** `00000000,0000000f`, or `0-3,8`. */
export function maskText(bytes: Uint8Array, isBigEndian: boolean, isList: boolean): string {
  return isList ? listOf(bytes, isBigEndian) : hexOf(bytes, isBigEndian);
}

/** A comma every 32 bits, counted from the lowest. */
function hexOf(bytes: Uint8Array, isBigEndian: boolean): string {
  let text = '';
  for (let index = bytes.length - 1; index >= 0; index--) {
    text += byteAt(bytes, index, isBigEndian).toString(16).padStart(2, '0');
    if (index > 0 && index % 4 === 0) text += ',';
  }
  return text;
}

function listOf(bytes: Uint8Array, isBigEndian: boolean): string {
  const parts: string[] = [];
  let first = -1;
  const bitCount = bytes.length * 8;
  for (let bit = 0; bit <= bitCount; bit++) {
    const isSet = bit < bitCount && ((byteAt(bytes, bit >>> 3, isBigEndian) >>> (bit & 7)) & 1) === 1;
    if (isSet && first < 0) first = bit;
    if (isSet || first < 0) continue;
    parts.push(first === bit - 1 ? String(first) : `${first}-${bit - 1}`);
    first = -1;
  }
  return parts.join(',');
}

function byteAt(bytes: Uint8Array, index: number, isBigEndian: boolean): number {
  return bytes[isBigEndian ? bytes.length - 1 - index : index] as number;
}
