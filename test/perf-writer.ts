// Writes perf.data files of either byte order by hand: for what no recording at hand has.

/** Bytes one after the other. */
export class Bytes {
  readonly #parts: number[] = [];
  readonly isLittle: boolean;

  constructor(isLittle = true) {
    this.isLittle = isLittle;
  }

  get sizeBytes(): number {
    return this.#parts.length;
  }

  number(value: number | bigint, sizeBytes: number): this {
    const bits = BigInt.asUintN(sizeBytes * 8, BigInt(value));
    const bytes = Array.from({ length: sizeBytes }, (_, at) => Number((bits >> BigInt(at * 8)) & 0xffn));
    this.#parts.push(...(this.isLittle ? bytes : bytes.reverse()));
    return this;
  }

  u16(...values: (number | bigint)[]): this {
    for (const value of values) this.number(value, 2);
    return this;
  }

  u32(...values: (number | bigint)[]): this {
    for (const value of values) this.number(value, 4);
    return this;
  }

  u64(...values: (number | bigint)[]): this {
    for (const value of values) this.number(value, 8);
    return this;
  }

  add(bytes: ArrayLike<number>): this {
    for (let at = 0; at < bytes.length; at++) this.#parts.push(bytes[at] as number);
    return this;
  }

  /** With a NUL, and as many as make whole words of 8 bytes. */
  text(value: string): this {
    this.add(new TextEncoder().encode(`${value}\0`));
    return this.align();
  }

  align(): this {
    while (this.#parts.length % 8 !== 0) this.#parts.push(0);
    return this;
  }

  get all(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#parts);
  }
}

export interface WrittenAttribute {
  readonly type?: number;
  readonly config?: number;
  readonly sampleType: number;
  readonly readFormat?: number;
  /** Bits, from 0 up: `sampleIdAll` is 18. */
  readonly flags?: readonly number[];
  readonly branchSampleType?: number;
  readonly regsUser?: number;
  readonly regsIntr?: number;
  readonly ids?: readonly number[];
}

const sampleIdAll = 18;
const attributeSizeBytes = 112;

export function writeAttribute(attribute: WrittenAttribute, isLittle: boolean): Uint8Array {
  const flags = new Uint8Array(8);
  for (const bit of attribute.flags ?? [sampleIdAll])
    flags[bit >> 3] = (flags[bit >> 3] as number) | (isLittle ? 1 << (bit & 7) : 0x80 >> (bit & 7));
  return new Bytes(isLittle)
    .u32(attribute.type ?? 1, attributeSizeBytes)
    .u64(attribute.config ?? 0, 4000, attribute.sampleType, attribute.readFormat ?? 0)
    .add(flags)
    .u32(0, 0)
    .u64(0, 0, attribute.branchSampleType ?? 0, attribute.regsUser ?? 0)
    .u32(0, 0)
    .u64(attribute.regsIntr ?? 0)
    .u64(0).all;
}

export function record(type: number, body: Bytes, misc = 0): Uint8Array {
  const head = new Bytes(body.isLittle).u32(type).u16(misc, 8 + body.sizeBytes);
  return head.add(body.all).all;
}

export interface WrittenFile {
  readonly isLittle?: boolean;
  readonly magic?: string;
  readonly attributes: readonly WrittenAttribute[];
  readonly records: readonly Uint8Array[];
  /** By number. */
  readonly features?: ReadonlyMap<number, Uint8Array>;
  /** In the header, in place of the real one. */
  readonly dataSizeBytes?: number;
}

const headerBytes = 104;

export function writeFile(file: WrittenFile): Uint8Array<ArrayBuffer> {
  const isLittle = file.isLittle ?? true;
  const data = concat(file.records);
  const ids = file.attributes.map((attribute) => new Bytes(isLittle).u64(...(attribute.ids ?? [])).all);
  const attrsAt = headerBytes + ids.reduce((sum, bytes) => sum + bytes.length, 0);
  const entryBytes = attributeSizeBytes + 16;
  const dataAt = attrsAt + file.attributes.length * entryBytes;
  const features = [...(file.features ?? [])].sort(([a], [b]) => a - b);
  const bits = features.reduce((sum, [feature]) => sum | (1n << BigInt(feature)), 0n);
  const bytes = new Bytes(isLittle)
    .add(new TextEncoder().encode(file.magic ?? (isLittle ? 'PERFILE2' : '2ELIFREP')))
    .u64(headerBytes, entryBytes, attrsAt, file.attributes.length * entryBytes)
    .u64(dataAt, file.dataSizeBytes ?? data.length, 0, 0)
    .u64(bits, 0, 0, 0);
  for (const part of ids) bytes.add(part);
  let idsAt = headerBytes;
  for (const [index, attribute] of file.attributes.entries()) {
    const sizeBytes = (ids[index] as Uint8Array).length;
    bytes.add(writeAttribute(attribute, isLittle)).u64(idsAt, sizeBytes);
    idsAt += sizeBytes;
  }
  const table = new Bytes(isLittle);
  let featureAt = dataAt + data.length + features.length * 16;
  for (const [, content] of features) {
    table.u64(featureAt, content.length);
    featureAt += content.length;
  }
  return concat([bytes.all, data, table.all, ...features.map(([, content]) => content)]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
