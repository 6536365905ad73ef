/**
 * The packets of a data stream one after the other, over all of its files, with what is lost or wrong between them noted.
 *
 * When a packet's head is wrong, its extent is unknown. LTTng's index, where there is one, or the next magic number says
 * where to go on.
 */
import type { ByteSource } from '../../bytes/source.ts';
import type { Health } from '../../results/health.ts';
import { findNextPacket } from './find-packet.ts';
import { damagedPacket, indexMismatch, truncatedPacket, unreadableStream } from './health-kinds.ts';
import type { IndexEntry } from './lttng-index.ts';
import type { PacketHead, StreamClassDecoder } from './packets.ts';
import { PacketFault, PacketHeadReader } from './packets.ts';
import { type PacketLosses, StreamLosses } from './stream-losses.ts';
import type { DataStreamClass, TraceClass } from './trace-class.ts';

/** One file of a stream. */
export interface StreamFile {
  /** Path below the input, for messages. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly open: () => ByteSource;
  /** Empty without a usable index. */
  readonly index: readonly IndexEntry[];
}

export interface FoundPacket extends PacketLosses {
  readonly head: PacketHead;
  readonly source: ByteSource;
  readonly file: string;
}

export class PacketSequence {
  readonly #traceClass: TraceClass;
  readonly #files: readonly StreamFile[];
  readonly #decoderOf: (streamClass: DataStreamClass) => StreamClassDecoder;
  readonly #health: Health;
  readonly losses: StreamLosses;
  #fileIndex = -1;
  #source: ByteSource | undefined;
  #heads: PacketHeadReader | undefined;
  #nextOffset = 0;
  #packetIndex = 0;
  /** What is before the next packet could not be read. */
  #isUnreadable = false;
  /** The first packet of a file that may matter, by its index entry. */
  readonly #firstWanted: (file: StreamFile) => number;
  readonly #through: (source: ByteSource) => ByteSource;

  /**
   * @param firstWanted how many packets at a file's beginning the index proves to be outside of what is selected
   * @param through what each opened file is read through
   */
  constructor(
    traceClass: TraceClass,
    files: readonly StreamFile[],
    decoderOf: (streamClass: DataStreamClass) => StreamClassDecoder,
    health: Health,
    firstWanted: (file: StreamFile) => number = () => 0,
    through: (source: ByteSource) => ByteSource = (source) => source,
  ) {
    this.#traceClass = traceClass;
    this.#files = files;
    this.#decoderOf = decoderOf;
    this.#health = health;
    this.#firstWanted = firstWanted;
    this.#through = through;
    this.losses = new StreamLosses(health, files[0]?.path ?? '');
  }

  next(): FoundPacket | undefined {
    for (;;) {
      const file = this.#files[this.#fileIndex];
      if (
        file === undefined ||
        this.#source === undefined ||
        this.#heads === undefined ||
        this.#nextOffset >= this.#source.sizeBytes
      ) {
        if (!this.#openNextFile()) return undefined;
        continue;
      }
      const head = this.#readHead(file, this.#source, this.#heads);
      if (head === undefined) {
        this.#nextOffset = this.#source.sizeBytes;
        this.#isUnreadable = true;
        continue;
      }
      this.#nextOffset = head.offsetBytes + head.packetBits / 8;
      this.#packetIndex = head.index + 1;
      const losses = this.losses.note(head);
      const isAfterLoss = losses.isAfterLoss || this.#isUnreadable;
      this.#isUnreadable = false;
      this.#checkIndex(file, head);
      if (head.isTruncated) {
        this.#health.add(
          truncatedPacket,
          file.path,
          `packet ${head.index} at byte ${head.offsetBytes}`,
          `the file ends ${this.#source.sizeBytes - head.offsetBytes} bytes after the packet's beginning`,
        );
      }
      const hasLoss = losses.hasLoss || head.isTruncated;
      return { head, source: this.#source, file: file.path, isAfterLoss, hasLoss };
    }
  }

  /** Decodes a head again, for its fields alone. */
  readAgain(head: PacketHead): void {
    this.#heads?.read(head.index, head.offsetBytes);
  }

  close(): void {
    this.#source?.close();
    this.#source = undefined;
  }

  #openNextFile(): boolean {
    this.close();
    this.#fileIndex++;
    const file = this.#files[this.#fileIndex];
    if (file === undefined) return false;
    this.#source = this.#through(file.open());
    this.#heads = new PacketHeadReader(this.#traceClass, this.#source, this.#decoderOf);
    const skipped = this.#firstWanted(file);
    this.#packetIndex = skipped;
    this.#nextOffset = file.index[skipped]?.offsetBytes ?? 0;
    if (skipped > 0) this.losses.forget();
    return true;
  }

  /** The head at the next place, or of the first good packet after it; undefined if none is found. */
  #readHead(file: StreamFile, source: ByteSource, heads: PacketHeadReader): PacketHead | undefined {
    const index = this.#packetIndex;
    const offsetBytes = this.#nextOffset;
    try {
      return heads.read(index, offsetBytes);
    } catch (error) {
      if (!(error instanceof PacketFault)) throw error;
      this.#isUnreadable = true;
      const place = `packet ${index} at byte ${offsetBytes}, bit ${error.atBits}`;
      const next = this.#recover(file, source, heads, index, offsetBytes);
      this.#health.add(
        next === undefined ? unreadableStream : damagedPacket,
        file.path,
        place,
        error.message,
      );
      return next;
    }
  }

  #recover(
    file: StreamFile,
    source: ByteSource,
    heads: PacketHeadReader,
    index: number,
    offsetBytes: number,
  ): PacketHead | undefined {
    const later = file.index.findIndex((entry) => entry.offsetBytes > offsetBytes);
    const entry = file.index[later];
    if (entry !== undefined) {
      try {
        return heads.read(later, entry.offsetBytes);
      } catch (error) {
        if (!(error instanceof PacketFault)) throw error;
      }
    }
    return findNextPacket(this.#traceClass, source, heads, index + 1, offsetBytes + 1);
  }

  #checkIndex(file: StreamFile, head: PacketHead): void {
    const entry = file.index[head.index];
    if (entry === undefined) return;
    const isSame =
      entry.offsetBytes === head.offsetBytes &&
      (head.isTruncated || entry.packetBits === head.packetBits) &&
      (head.beginCycles === undefined || entry.beginCycles === head.beginCycles);
    if (isSame) return;
    this.#health.add(
      indexMismatch,
      file.path,
      `packet ${head.index} at byte ${head.offsetBytes}`,
      `the index has a packet of ${entry.packetBits} bits at byte ${entry.offsetBytes}, the stream one of ${head.packetBits} bits`,
    );
  }
}
