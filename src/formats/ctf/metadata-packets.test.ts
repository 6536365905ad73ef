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
}

/** A metadata packet, right unless an option makes it wrong. */
function packet(content: string, options: PacketOptions = {}): number[] {
  const { isLittle = true, padding = 0, schemes = [0, 0, 0], uuidByte = 0xab, magic = 0x75d11d57 } = options;
  const text = new TextEncoder().encode(content);
  const bytes = new Uint8Array(37 + text.length + padding);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, isLittle);
  bytes.fill(uuidByte, 4, 20);
  view.setUint32(24, options.contentBits ?? (37 + text.length) * 8, isLittle);
  view.setUint32(28, options.packetBits ?? bytes.length * 8, isLittle);
  bytes.set(schemes, 32);
  bytes.set([1, 8], 35);
  bytes.set(text, 37);
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
  expect(metadataText(bytes, 'metadata')).toEqual({ text, ...plain });
});

test.each([true, false])('packets, little endian: %s', (isLittle) => {
  const bytes = bytesOf(packet('/* CTF', { isLittle, padding: 9 }), packet(' é */\0\0', { isLittle }));
  expect(metadataText(bytes, 'metadata')).toEqual({
    text: '/* CTF é */',
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
  ['CTF 2', bytesOf([0x1e], '{"type":"preamble"}\n'), 'ctf2-metadata', undefined, 'CTF 2'],
  ['CTF 2 without separator', bytesOf('{"type":"preamble"}\n'), 'ctf2-metadata', undefined, 'CTF 2'],
  ['CTF 2 in packets', bytesOf(packet('\x1e{"type":"preamble"}')), 'ctf2-metadata', undefined, 'CTF 2'],
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
