/** For tests: a page of the ring buffer by hand, in either byte order. */
import type { ByteOrder } from '../events/layout.ts';
import { usualPageLayout } from './page-layout.ts';
import { BytesWriter } from './tracing-data.test-helpers.ts';

export const testPageSizeBytes = 256;

export interface TestPage {
  readonly byteOrder: ByteOrder;
  readonly longSizeBytes: 4 | 8;
  readonly timestamp?: bigint;
  /** In place of the size of what `fill` wrote. */
  readonly commit?: number;
}

/** Writes records of a page. */
export class PageWriter extends BytesWriter {
  readonly #isLittle: boolean;

  constructor(byteOrder: ByteOrder) {
    super(byteOrder);
    this.#isLittle = byteOrder === 'le';
  }

  word(type: number, delta: number): this {
    return this.number(this.#isLittle ? delta * 32 + type : type * 2 ** 27 + delta, 4);
  }

  /** A record of `words` words that begins with a type. */
  record(delta: number, type: number, words = 2): this {
    this.word(words, delta).number(type, 2).number(0, 2);
    for (let count = 1; count < words; count++) this.number(0, 4);
    return this;
  }
}

export function testPage(page: TestPage, fill: (writer: PageWriter) => void): Uint8Array {
  const { byteOrder, longSizeBytes, timestamp = 1000n } = page;
  const data = new PageWriter(byteOrder);
  fill(data);
  const head = new BytesWriter(byteOrder)
    .number(timestamp, 8)
    .number(page.commit ?? data.length, longSizeBytes);
  const bytes = new Uint8Array(testPageSizeBytes);
  bytes.set(head.bytes());
  bytes.set(data.bytes(), usualPageLayout(longSizeBytes, testPageSizeBytes).dataOffsetBytes);
  return bytes;
}
