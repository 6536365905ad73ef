import { expect, test } from 'vitest';
import { TraceError } from '../../bytes/trace-error.ts';
import { metadataText } from './metadata-packets.ts';

interface PacketOptions {
  readonly isLittle?: boolean;
  readonly padding?: number;
  readonly contentBits?: number;
  readonly packetBits?: number;
  readonly schemes?: readonly number[];
  readonly uuidByte?: number;
  readonly magic?: number;
  readonly version?: readonly [number, number];
  /** Makes it a header of CTF2-PMETA-1.0, which ends in its own size. */
  readonly headerBits?: number;
}

/** A metadata packet, right unless an option makes it wrong. */
function packet(content: string, options: PacketOptions = {}): number[] {
  const { isLittle = true, padding = 0, schemes = [0, 0, 0], uuidByte = 0xab, magic = 0x75d11d57 } = options;
  const { version = [1, 8], headerBits } = options;
  const headerSize = headerBits === undefined ? 37 : 44;
  const text = new TextEncoder().encode(content);
  const bytes = new Uint8Array(headerSize + text.length + padding);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, isLittle);
  bytes.fill(uuidByte, 4, 20);
  view.setUint32(24, options.contentBits ?? (headerSize + text.length) * 8, isLittle);
  view.setUint32(28, options.packetBits ?? bytes.length * 8, isLittle);
  bytes.set(schemes, 32);
  bytes.set(version, 35);
  if (headerBits !== undefined) view.setUint32(40, headerBits, isLittle);
  bytes.set(text, headerSize);
  return [...bytes];
}

const bytesOf = (...parts: (string | readonly number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)),
  );

test.each([
  ['plain', bytesOf('/* CTF 1.8 */\ntrace'), '/* CTF 1.8 */\ntrace'],
  ['carriage returns', bytesOf('/* CTF 1.8 */\r\ntrace'), '/* CTF 1.8 */\r\ntrace'],
  ['byte order mark', bytesOf([0xef, 0xbb, 0xbf], '/* CTF'), '/* CTF'],
  ['padding', bytesOf('trace', [0, 0, 0]), 'trace'],
  ['without the signature', bytesOf('trace { }'), 'trace { }'],
])('plain text: %s', (_, bytes, text) => {
  const plain = { form: 'plain', version: undefined, byteOrder: undefined, uuid: undefined };
  expect(metadataText(bytes, 'metadata')).toEqual({ text, language: 'tsdl', ...plain });
});

test.each([true, false])('packets, little endian: %s', (isLittle) => {
  const bytes = bytesOf(packet('/* CTF', { isLittle, padding: 9 }), packet(' é */\0\0', { isLittle }));
  expect(metadataText(bytes, 'metadata')).toEqual({
    text: '/* CTF é */',
    language: 'tsdl',
    form: 'packets',
    version: '1.8',
    byteOrder: isLittle ? 'le' : 'be',
    uuid: 'abababab-abab-abab-abab-abababababab',
  });
});

test('a character may be cut by packets, the last padding may be missing, the UUID may be nothing', () => {
  const [first, second] = [packet('', { uuidByte: 0 }), packet('x', { uuidByte: 0, packetBits: 4096 * 8 })];
  const half = [...first, 0xc3];
  half[24] = half[28] = 38 * 8 - 256;
  half[25] = half[29] = 1;
  second[37] = 0xa9;
  expect(metadataText(bytesOf(half, second), 'metadata')).toMatchObject({ text: 'é', uuid: undefined });
});

const json = '\x1e{"type":"preamble","version":2}';

test.each([
  ['plain', bytesOf(json)],
  ['after padding', bytesOf('\n', json)],
  ['LTTng-UST: 37 bytes, version 1.8', bytesOf(packet(json))],
  ['LTTng-modules: 37 bytes, version 2.0', bytesOf(packet(json, { version: [2, 0] }))],
  ['CTF2-PMETA: 44 bytes', bytesOf(packet(json, { version: [2, 0], headerBits: 352 }))],
  ['CTF2-PMETA, big endian', bytesOf(packet(json, { isLittle: false, version: [2, 0], headerBits: 352 }))],
])('JSON: %s', (_, bytes) => {
  const { text, language } = metadataText(bytes, 'metadata');
  expect([text.trim(), language]).toEqual([json, 'json']);
});

test('JSON may be cut by packets anywhere', () => {
  for (let at = 0; at <= json.length; at++) {
    for (const headerBits of [undefined, 352]) {
      const options = { version: [2, 0], padding: 7, ...(headerBits ? { headerBits } : {}) } as const;
      const bytes = bytesOf(packet(json.slice(0, at), options), packet(json.slice(at), options));
      expect(metadataText(bytes, 'metadata').text).toBe(json);
    }
  }
});

test('drafts of CTF 2 without separators are JSON as well', () => {
  expect(metadataText(bytesOf('{"type":"preamble"}'), 'metadata').language).toBe('json');
});

const good = packet('trace');

test.each<[string, Uint8Array, string, number | undefined, string]>([
  ['nothing', bytesOf(), 'metadata-empty', undefined, 'is empty'],
  ['padding alone', bytesOf([0, 0, 0, 0]), 'metadata-empty', undefined, '4 bytes of metadata have no text'],
  ['an empty packet', bytesOf(packet('')), 'metadata-empty', undefined, 'no text'],
  ['a header cut off', bytesOf(good, good.slice(0, 36)), 'metadata-packet', 42, '37 bytes'],
  ['content cut off', bytesOf(good, good.slice(0, 41)), 'metadata-packet', 42, 'only 41 remain'],
  ['no magic number', bytesOf(good, packet('x', { magic: 0x12 })), 'metadata-packet', 42, 'found 0x00000012'],
  ['compressed', bytesOf(packet('x', { schemes: [3, 0, 0] })), 'metadata-packet', 32, 'compression'],
  ['encrypted', bytesOf(packet('x', { schemes: [0, 1, 0] })), 'metadata-packet', 33, 'encryption'],
  ['checksum', bytesOf(packet('x', { schemes: [0, 0, 2] })), 'metadata-packet', 34, 'checksum'],
  ['bits', bytesOf(packet('x', { contentBits: 303 })), 'metadata-packet', 24, '303 bits'],
  ['packet bits', bytesOf(packet('x', { packetBits: 305 })), 'metadata-packet', 28, '305 bits'],
  ['content below the header', bytesOf(packet('x', { contentBits: 8 })), 'metadata-packet', 24, 'found 1'],
  [
    'content above the packet',
    bytesOf(packet('x', { packetBits: 37 * 8 })),
    'metadata-packet',
    24,
    'found 38',
  ],
  ['another UUID', bytesOf(good, packet('x', { uuidByte: 1 })), 'metadata-packet', 46, 'UUID'],
  [
    'a header size of bits',
    bytesOf(packet('\x1e{}', { headerBits: 353 })),
    'metadata-packet',
    40,
    '353 bits',
  ],
  ['a short header size', bytesOf(packet('\x1e{}', { headerBits: 344 })), 'metadata-packet', 40, 'found 43'],
  ['a long header size', bytesOf(packet('\x1e{}', { headerBits: 400 })), 'metadata-packet', 40, 'found 50'],
])('refused: %s', (_, bytes, code, offset, reason) => {
  const place = offset === undefined ? { unit: 'file' } : { unit: 'byte', offset };
  let error: unknown;
  try {
    metadataText(bytes, 'trace/metadata');
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(TraceError);
  expect(error).toMatchObject({
    code,
    place,
    file: 'trace/metadata',
    reason: expect.stringContaining(reason),
  });
});
