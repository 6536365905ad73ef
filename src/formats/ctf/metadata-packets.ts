/**
 * The text in a metadata file: plain, or in packets (CTF 1.8.3 §7.1), whose header is 37 bytes in either byte order:
 *
 *   byte  0  magic 0x75D11D57     4  uuid[16]     20  checksum      24  content_size (bits, header included)
 *        28  packet_size (bits)  32  compression  33  encryption    34  checksum scheme   35  major   36  minor
 *        37  reserved[3]         40  header_size (bits)                   both only in the 44 bytes of CTF2-PMETA-1.0
 *
 * LTTng writes CTF 2 with the header of 37 bytes, as version 1.8 or 2.0: the version does not tell which header it is, but the
 * reserved bytes do, as text has no NUL.
 *
 *   |header|text ……………|padding|header|text …|padding|        sizes are the packet's own; the texts are one text
 */
import { metadataSizeMaxBytes } from '../../bytes/limits.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import type { ByteOrder } from '../../events/layout.ts';
import { uuidText } from './uuid-text.ts';

/** A metadata file's text and what its packets say beside it. */
export interface MetadataText {
  /** Without padding and byte order mark. */
  readonly text: string;
  /** TSDL is CTF 1.8's; JSON, each text after a U+001E (RFC 7464), is CTF 2's. */
  readonly language: 'tsdl' | 'json';
  readonly form: 'plain' | 'packets';
  /** `1.8`, of the first packet's header; undefined for plain text. */
  readonly version: string | undefined;
  /** That of the packet headers, which is the tracer's. */
  readonly byteOrder: ByteOrder | undefined;
  /** Of the first packet's header; undefined for plain text, or where it is zero. */
  readonly uuid: string | undefined;
}

const magic = 0x75d11d57;
const headerSizeBytes = 37;
const longHeaderSizeBytes = 44;

interface PacketHeader {
  readonly headerSizeBytes: number;
  readonly contentSizeBytes: number;
  readonly packetSizeBytes: number;
  readonly version: string;
  readonly uuid: string;
}

/**
 * @param file the metadata file as the user knows it
 * @throws TraceError `metadata-empty`, `metadata-limit`, or `metadata-packet` with its byte
 */
export function metadataText(bytes: Uint8Array, file: string): MetadataText {
  if (bytes.length > metadataSizeMaxBytes) {
    const message = `The metadata is ${bytes.length} bytes, more than the ${metadataSizeMaxBytes} that are read.`;
    throw new TraceError({ code: 'metadata-limit', file, message });
  }
  const byteOrder = packetByteOrder(bytes);
  const read = byteOrder === undefined ? plainText(bytes) : packetText(bytes, file, byteOrder);
  if (read.text.trim() === '') {
    const message =
      bytes.length === 0 ? 'The metadata is empty.' : `The ${bytes.length} bytes of metadata have no text.`;
    const hint = 'The tracer may have ended before it wrote its metadata.';
    throw new TraceError({ code: 'metadata-empty', file, message, hint });
  }
  return read;
}

/** The byte order of metadata in packets; undefined when the bytes do not begin with their magic number. */
function packetByteOrder(bytes: Uint8Array): ByteOrder | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) === magic) return 'le';
  return view.getUint32(0, false) === magic ? 'be' : undefined;
}

function plainText(bytes: Uint8Array): MetadataText {
  const text = decoded(bytes.subarray(0, contentEnd(bytes)));
  return {
    text,
    language: languageOf(text),
    form: 'plain',
    version: undefined,
    byteOrder: undefined,
    uuid: undefined,
  };
}

/** UTF-8; bytes that are not become U+FFFD, as only strings and comments can have them. A byte order mark is left out. */
function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** NULs at the end are padding. */
function contentEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end;
}

function packetText(bytes: Uint8Array, file: string, byteOrder: ByteOrder): MetadataText {
  const contents = new Uint8Array(bytes.length);
  let length = 0;
  let first: PacketHeader | undefined;
  let offset = 0;
  while (offset < bytes.length) {
    const header = readPacketHeader(bytes, offset, file, byteOrder);
    first ??= header;
    if (header.uuid !== first.uuid) {
      packetFail(
        file,
        offset + 4,
        `Expected the UUID of the first packet, ${first.uuid}, found ${header.uuid}.`,
      );
    }
    const content = bytes.subarray(offset + header.headerSizeBytes, offset + header.contentSizeBytes);
    const used = content.subarray(0, contentEnd(content));
    contents.set(used, length);
    length += used.length;
    offset += header.packetSizeBytes;
  }
  const text = decoded(contents.subarray(0, length));
  return {
    text,
    language: languageOf(text),
    form: 'packets',
    version: first?.version,
    byteOrder,
    uuid: first === undefined || /^[0-]*$/.test(first.uuid) ? undefined : first.uuid,
  };
}

function readPacketHeader(
  bytes: Uint8Array,
  offset: number,
  file: string,
  byteOrder: ByteOrder,
): PacketHeader {
  const remaining = bytes.length - offset;
  if (remaining < headerSizeBytes) {
    const message = `Expected ${headerSizeBytes} bytes of a metadata packet's header, found ${remaining}.`;
    packetFail(file, offset, message, 'The metadata is cut off.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, headerSizeBytes);
  const isLittle = byteOrder === 'le';
  if (view.getUint32(0, isLittle) !== magic) {
    const found = view.getUint32(0, isLittle).toString(16).padStart(8, '0');
    packetFail(file, offset, `Expected a metadata packet's magic number 0x75d11d57, found 0x${found}.`);
  }
  for (const [index, what] of ['compression', 'encryption', 'checksum'].entries()) {
    const scheme = view.getUint8(32 + index);
    if (scheme === 0) continue;
    packetFail(
      file,
      offset + 32 + index,
      `Expected metadata without ${what} (scheme 0), found scheme ${scheme}.`,
    );
  }
  const contentSizeBytes = sizeInBytes(view.getUint32(24, isLittle), 'content', file, offset + 24);
  const packetSizeBytes = sizeInBytes(view.getUint32(28, isLittle), 'total', file, offset + 28);
  if (contentSizeBytes < headerSizeBytes || contentSizeBytes > packetSizeBytes) {
    const message = `Expected a content size from ${headerSizeBytes} to the packet's ${packetSizeBytes} bytes, found ${contentSizeBytes}.`;
    packetFail(file, offset + 24, message);
  }
  // Padding may be missing at the end of the file: it says nothing.
  if (contentSizeBytes > remaining) {
    const message = `The metadata packet has ${contentSizeBytes} bytes of content, but only ${remaining} remain.`;
    packetFail(file, offset, message, 'The metadata is cut off.');
  }
  return {
    headerSizeBytes: readHeaderSize(bytes, offset, file, byteOrder, contentSizeBytes),
    contentSizeBytes,
    packetSizeBytes,
    version: `${view.getUint8(35)}.${view.getUint8(36)}`,
    uuid: uuidText(bytes, offset + 4),
  };
}

/** Where the text begins: behind 37 bytes, unless NULs follow, which are CTF2-PMETA-1.0's reserved bytes before its own size. */
function readHeaderSize(
  bytes: Uint8Array,
  offset: number,
  file: string,
  byteOrder: ByteOrder,
  contentSizeBytes: number,
): number {
  const reserved = bytes.subarray(offset + headerSizeBytes, offset + headerSizeBytes + 3);
  if (contentSizeBytes < longHeaderSizeBytes || reserved.some((byte) => byte !== 0)) return headerSizeBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, longHeaderSizeBytes);
  const sizeBits = view.getUint32(40, byteOrder === 'le');
  const size = sizeInBytes(sizeBits, 'header', file, offset + 40);
  if (size >= longHeaderSizeBytes && size <= contentSizeBytes) return size;
  return packetFail(
    file,
    offset + 40,
    `Expected a header size from ${longHeaderSizeBytes} to the content's ${contentSizeBytes} bytes, found ${size}.`,
  );
}

function sizeInBytes(bits: number, which: string, file: string, offset: number): number {
  if (bits % 8 === 0) return bits / 8;
  return packetFail(
    file,
    offset,
    `The ${which} size of the metadata packet is ${bits} bits, not a multiple of 8.`,
  );
}

function packetFail(file: string, offset: number, message: string, hint?: string): never {
  throw new TraceError({ code: 'metadata-packet', file, place: { unit: 'byte', offset }, message, hint });
}

/** TSDL never begins with a record separator; drafts of CTF 2 were without one, and began with a JSON text. */
function languageOf(text: string): 'tsdl' | 'json' {
  return /^[\s\0]*[\x1e{[]/.test(text) ? 'json' : 'tsdl';
}
