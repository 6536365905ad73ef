/** For tests: tracing data by hand, in either byte order. */
import type { ByteOrder } from '../events/layout.ts';

/** Puts bytes together. */
export class BytesWriter {
  readonly #byteOrder: ByteOrder;
  readonly #bytes: number[] = [];

  constructor(byteOrder: ByteOrder) {
    this.#byteOrder = byteOrder;
  }

  get length(): number {
    return this.#bytes.length;
  }

  number(value: number | bigint, sizeBytes: number): this {
    const bytes = Array.from({ length: sizeBytes }, (_, index) =>
      Number((BigInt(value) >> BigInt(8 * index)) & 0xffn),
    );
    this.#bytes.push(...(this.#byteOrder === 'le' ? bytes : bytes.reverse()));
    return this;
  }

  text(text: string): this {
    this.#bytes.push(...new TextEncoder().encode(text));
    return this;
  }

  /** A size of so many bytes, then the text. */
  sized(text: string, sizeBytes: number): this {
    return this.number(new TextEncoder().encode(text).length, sizeBytes).text(text);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export interface TracingDataParts {
  readonly byteOrder?: ByteOrder;
  readonly version?: string;
  readonly headerPage?: string;
  readonly ftrace?: readonly string[];
  readonly systems?: Readonly<Record<string, readonly string[]>>;
  readonly kallsyms?: string;
  readonly printkFormats?: string;
  readonly commandLines?: string;
}

export function headerPageText(longSizeBytes: 4 | 8): string {
  const data = 8 + longSizeBytes;
  return `\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
\tfield: local_t commit;\toffset:8;\tsize:${longSizeBytes};\tsigned:1;
\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;
\tfield: char data;\toffset:${data};\tsize:${4096 - data};\tsigned:0;
`;
}

export function formatText(name: string, id: number, fields = ''): string {
  return `name: ${name}\nID: ${id}\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n${fields}\nprint fmt: ""\n`;
}

export function tracingDataBytes(parts: TracingDataParts): Uint8Array {
  const { byteOrder = 'le', version = '0.6' } = parts;
  const writer = new BytesWriter(byteOrder);
  writer.number(0x17, 1).number(0x08, 1).number(0x44, 1).text(`tracing${version}\0`);
  writer
    .number(byteOrder === 'le' ? 0 : 1, 1)
    .number(8, 1)
    .number(4096, 4);
  writer.text('header_page\0').sized(parts.headerPage ?? headerPageText(8), 8);
  writer.text('header_event\0').sized('# compressed entry header\n', 8);
  writeFormats(writer, parts.ftrace ?? []);
  const systems = Object.entries(parts.systems ?? {});
  writer.number(systems.length, 4);
  for (const [system, formats] of systems) writeFormats(writer.text(`${system}\0`), formats);
  writer.sized(parts.kallsyms ?? '', 4).sized(parts.printkFormats ?? '', 4);
  if (version !== '0.5') writer.sized(parts.commandLines ?? '', 8);
  return writer.bytes();
}

function writeFormats(writer: BytesWriter, formats: readonly string[]): void {
  writer.number(formats.length, 4);
  for (const format of formats) writer.sized(format, 8);
}
