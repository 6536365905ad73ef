/** Network and hardware addresses and identifiers as the kernel's `%pM`, `%pI…` and `%pU` print them. */

const hex = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, '0');

/** `M`, `m`, with `R` for the other order and `F` for dashes. */
export function macText(bytes: Uint8Array, form: string): string {
  if (bytes.length !== 6) return 'INVALIDMAC';
  const parts = Array.from(bytes, hex);
  if (form.includes('R')) parts.reverse();
  return parts.join(form.startsWith('m') ? '' : form.includes('F') ? '-' : ':');
}

/** `I4`, or `i4` with leading zeros; `l`, and `h` on little-endian machines, reverse it. */
export function ip4Text(bytes: Uint8Array, form: string): string {
  if (bytes.length !== 4) return 'INVALIDIPv4';
  const parts = Array.from(bytes, (byte) =>
    form.startsWith('i') ? String(byte).padStart(3, '0') : String(byte),
  );
  if (/[hl]$/.test(form)) parts.reverse();
  return parts.join('.');
}

/** `I6` with colons, `i6` without, `I6c` compressed as RFC 5952 says. */
export function ip6Text(bytes: Uint8Array, form: string): string {
  if (bytes.length !== 16) return 'INVALIDIPv6';
  const words = Array.from({ length: 8 }, (_, index) => hex(bytes[index * 2]) + hex(bytes[index * 2 + 1]));
  if (form.includes('c')) return compressed(bytes, words);
  return words.join(form.startsWith('i') ? '' : ':');
}

function compressed(bytes: Uint8Array, words: readonly string[]): string {
  const short = words.map((word) => word.replace(/^0{1,3}/, ''));
  const isMapped = words.slice(0, 5).every((word) => word === '0000') && words[5] === 'ffff';
  const isIsatap = /^0[02]00$/.test(words[4] as string) && words[5] === '5efe';
  const hasIp4 = isMapped || isIsatap;
  const shown = hasIp4 ? short.slice(0, 6) : short;
  const { start, count } = longestZeros(shown);
  const tail = hasIp4 ? [ip4Text(bytes.subarray(12), 'I4')] : [];
  if (count < 2) return [...shown, ...tail].join(':');
  const behind = [...shown.slice(start + count), ...tail].join(':');
  return `${shown.slice(0, start).join(':')}::${behind}`;
}

/** The first of the longest. */
function longestZeros(words: readonly string[]): { readonly start: number; readonly count: number } {
  let best = { start: 0, count: 0 };
  for (let start = 0; start < words.length; start++) {
    let count = 0;
    while (words[start + count] === '0') count++;
    if (count > best.count) best = { start, count };
  }
  return best;
}

const familyIp4 = 2;
const familyIp6 = 10;

/** `IS`, with `p` for the port and `c` for compressed: a `struct sockaddr`, whose family is in the machine's byte order. */
export function socketAddressText(bytes: Uint8Array, form: string, isLittle: boolean): string {
  const [first = 0, second = 0] = bytes;
  const family = isLittle ? first + (second << 8) : (first << 8) + second;
  const port = `:${((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)}`;
  const hasPort = form.includes('p');
  if (family === familyIp4) {
    if (bytes.length < 16) return 'INVALIDIPv4';
    return (
      ip4Text(bytes.subarray(4, 8), `${form[0]}4${/[hl]$/.test(form) ? 'l' : ''}`) + (hasPort ? port : '')
    );
  }
  if (family !== familyIp6) return '';
  if (bytes.length < 28) return 'INVALIDIPv6';
  const text = ip6Text(bytes.subarray(8, 24), `${form[0]}6${form.includes('c') ? 'c' : ''}`);
  return hasPort ? `[${text}]${port}` : text;
}

const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** `U` and `Ub`, `Ul` in the order of GUIDs; capitals where the letter is one. */
export function uuidText(bytes: Uint8Array, form: string): string {
  if (bytes.length !== 16) return 'INVALIDUUID';
  const ordered = /[lL]/.test(form) ? guidOrder.map((index) => bytes[index]) : Array.from(bytes);
  const digits = ordered.map(hex).join('');
  const text = [0, 8, 12, 16, 20].map((at, index) => digits.slice(at, [8, 12, 16, 20, 32][index])).join('-');
  return /[LB]/.test(form) ? text.toUpperCase() : text;
}
