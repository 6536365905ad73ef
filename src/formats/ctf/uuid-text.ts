const digits = '0123456789abcdef';

/** Sixteen bytes, from `begin` on, as a UUID: every packet of metadata and data has one. */
export function uuidText(bytes: ArrayLike<number>, begin: number): string {
  let text = '';
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    const byte = bytes[begin + index] as number;
    text += digits.charAt((byte >> 4) & 0xf) + digits.charAt(byte & 0xf);
  }
  return text;
}
