// Rewrites trace.dat files: with other options (version 7), and with every number in big-endian order (version 6), as a kernel and a
// recorder of that byte order would have written them.
import { memorySource } from '../src/bytes/source.ts';
import type { FieldType } from '../src/events/layout.ts';
import type { EventFormat } from '../src/tracepoints/event-format.ts';
import { RingBufferPage } from '../src/tracepoints/ring-buffer-page.ts';
import { readTracingData, type TracingData } from '../src/tracepoints/tracing-data.ts';

export interface RawOption {
  readonly id: number;
  readonly bytes: Uint8Array;
}

const decoder = new TextDecoder();

/** Where a version 7 file says where its first options are. */
function optionsPointerAt(bytes: Uint8Array): number {
  // Magic and version, byte order, long size, page size; then two texts.
  let at = 18;
  for (let texts = 0; texts < 2; at++) if (bytes[at] === 0) texts++;
  return at;
}

/** The options of a little-endian version 7 file whose sections of options are not compressed, without those that lead to the next section. */
export function optionsOf(bytes: Uint8Array): readonly RawOption[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const options: RawOption[] = [];
  let at = Number(view.getBigUint64(optionsPointerAt(bytes), true));
  while (at !== 0) {
    let next = at + 16;
    for (;;) {
      const id = view.getUint16(next, true);
      const size = view.getUint32(next + 2, true);
      const content = bytes.slice(next + 6, next + 6 + size);
      next += 6 + size;
      if (id !== 0) {
        options.push({ id, bytes: content });
        continue;
      }
      at = Number(new DataView(content.buffer).getBigUint64(0, true));
      break;
    }
  }
  return options;
}

/** The same file with these options, in a section at its end. */
export function withOptions(bytes: Uint8Array, options: readonly RawOption[]): Uint8Array {
  const done: RawOption = { id: 0, bytes: new Uint8Array(8) };
  const all = [...options, done];
  const size = all.reduce((sum, option) => sum + 6 + option.bytes.length, 0);
  const result = new Uint8Array(bytes.length + 16 + size);
  result.set(bytes);
  const view = new DataView(result.buffer);
  view.setBigUint64(optionsPointerAt(bytes), BigInt(bytes.length), true);
  view.setBigUint64(bytes.length + 8, BigInt(size), true);
  let at = bytes.length + 16;
  for (const option of all) {
    view.setUint16(at, option.id, true);
    view.setUint32(at + 2, option.bytes.length, true);
    result.set(option.bytes, at + 6);
    at += 6 + option.bytes.length;
  }
  return result;
}

/** A version 6 file of a little-endian machine as one of a big-endian machine. */
export function toBigEndian(bytes: Uint8Array): Uint8Array {
  const source = memorySource('trace.dat', bytes);
  const { data } = readTracingData(source, 0, undefined);
  return new BigEndianFile(bytes, data).write();
}

class BigEndianFile {
  readonly #old: Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #tracing: TracingData;
  #at = 0;
  #cpuCount = 0;
  #hasClock = false;

  constructor(bytes: Uint8Array, tracing: TracingData) {
    this.#old = bytes;
    this.#bytes = bytes.slice();
    this.#tracing = tracing;
  }

  write(): Uint8Array {
    this.#head();
    const instances = this.#buffer();
    for (const at of instances) {
      this.#at = at;
      this.#buffer();
    }
    return this.#bytes;
  }

  /** Turns a number round and returns its value. */
  #number(size: number): number {
    const at = this.#at;
    this.#at += size;
    return this.#turn(at, size);
  }

  #turn(at: number, size: number): number {
    const old = this.#old.subarray(at, at + size);
    this.#bytes.set(old.toReversed(), at);
    return old.reduceRight((value, byte) => value * 256 + byte, 0);
  }

  #text(): string {
    const end = this.#old.indexOf(0, this.#at);
    const text = decoder.decode(this.#old.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  #sized(size: number): void {
    const sizeBytes = this.#number(size);
    this.#at += sizeBytes;
  }

  #head(): void {
    this.#at = 12;
    this.#bytes[this.#at++] = 1;
    this.#at++;
    this.#number(4);
    for (let index = 0; index < 2; index++) {
      this.#text();
      this.#sized(8);
    }
    for (let left = this.#number(4); left > 0; left--) this.#sized(8);
    for (let systems = this.#number(4); systems > 0; systems--) {
      this.#text();
      for (let left = this.#number(4); left > 0; left--) this.#sized(8);
    }
    this.#sized(4);
    this.#sized(4);
    this.#sized(8);
    this.#cpuCount = this.#number(4);
  }

  /** @returns where buffers of instances begin */
  #buffer(): number[] {
    const instances: number[] = [];
    if (this.#word().startsWith('options')) {
      for (let id = this.#number(2); id !== 0; id = this.#number(2)) {
        const size = this.#number(4);
        const next = this.#at + size;
        if (id === 3) instances.push(this.#number(8));
        if (id === 8) this.#cpuCount = this.#number(4);
        if (id === 11) this.#number(8);
        if (id === 4) this.#hasClock = true;
        this.#at = next;
      }
      this.#word();
    }
    for (let cpu = 0; cpu < this.#cpuCount; cpu++) this.#pages(this.#number(8), this.#number(8));
    if (this.#hasClock) this.#sized(8);
    return instances;
  }

  /** `options`, `flyrecord` or `latency`. */
  #word(): string {
    this.#at += 10;
    return decoder.decode(this.#old.subarray(this.#at - 10, this.#at));
  }

  #pages(offset: number, size: number): void {
    const { pageSizeBytes, pageLayout } = this.#tracing;
    for (let at = offset; at < offset + size; at += pageSizeBytes) {
      const page = new RingBufferPage(pageLayout, 'le');
      page.begin(this.#old, at, pageSizeBytes);
      while (page.next()) this.#record(page.recordAt, page.recordEnd);
      this.#turn(at + pageLayout.timestampOffsetBytes, 8);
      this.#turn(at + pageLayout.commitOffsetBytes, pageLayout.commitSizeBytes);
      this.#headers(at + pageLayout.dataOffsetBytes, at + pageLayout.dataOffsetBytes + page.dataSizeBytes);
    }
  }

  /** The words before records: the type of 5 bits goes from the lowest to the highest. */
  #headers(from: number, end: number): void {
    const [old, view] = [this.#old, this.#bytes].map(
      (bytes) => new DataView(bytes.buffer, bytes.byteOffset),
    ) as [DataView, DataView];
    for (let at = from; at + 4 <= end; ) {
      const word = old.getUint32(at, true);
      const type = word & 31;
      view.setUint32(at, ((type << 27) | (word >>> 5)) >>> 0, false);
      at += 4;
      if (type >= 1 && type <= 28) at += type * 4;
      else {
        if (type === 29 && word >>> 5 === 0) return;
        const second = this.#turn(at, 4);
        at += type >= 30 ? 4 : Math.ceil(second / 4) * 4;
      }
    }
  }

  #record(at: number, end: number): void {
    const type = this.#old[at]! | (this.#old[at + 1]! << 8);
    const format = this.#tracing.formats.get(type);
    if (format === undefined) throw new Error(`there is no format ${type}`);
    for (const field of [...format.commonFields, ...format.fields]) this.#field(format, field, at, end);
  }

  #field(format: EventFormat, field: EventFormat['fields'][number], at: number, end: number): void {
    const { type, offsetBytes, sizeBytes } = field;
    const fieldAt = at + offsetBytes;
    if (type.kind !== 'array' || type.length.kind !== 'located') {
      const isOpen = sizeBytes === 0;
      this.#value(type, fieldAt, isOpen ? end - fieldAt : sizeBytes);
      return;
    }
    const word = this.#turn(fieldAt, 4);
    const from = type.length.from === 'scope' ? at : fieldAt + 4;
    this.#elements(type.element, from + (word & 0xffff), word >>> 16);
    if (from + (word & 0xffff) + (word >>> 16) > end)
      throw new Error(`${format.name} goes beyond its record`);
  }

  #value(type: FieldType, at: number, sizeBytes: number): void {
    if (type.kind === 'integer') this.#turn(at, type.sizeBits / 8);
    else if (type.kind === 'array') this.#elements(type.element, at, sizeBytes);
    else if (type.kind !== 'string') throw new Error(`a ${type.kind} is not turned round`);
  }

  #elements(element: FieldType, at: number, sizeBytes: number): void {
    if (element.kind !== 'integer') throw new Error('elements are integers');
    const size = element.sizeBits / 8;
    for (let index = 0; size > 1 && index + size <= sizeBytes; index += size) this.#turn(at + index, size);
  }
}
