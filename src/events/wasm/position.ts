/**
 * Where generated code stands in a record, as far as that is known while generating.
 *
 *   bytes mode   local `p` is the address of a byte, and the position is a constant number of bits after it;
 *                several fields of fixed size then need one bounds check and no arithmetic
 *   bits mode    local `bits` counts from the reference address, for what begins at a bit that only the data decides
 *
 * The reference `pk` is the packet's first byte in memory, or another byte whose distance from it is a multiple of the
 * largest alignment, so that alignment (CTF 1.8 §4.1.2) can be computed from addresses.
 */
import type { WasmCode } from './code.ts';

/** Locals that every generated function has. */
export interface PositionLocals {
  /** Address of the reference byte. */
  readonly pk: number;
  /** Bits that may be read, from the reference. */
  readonly endBits: number;
  /**
   * The address just beyond the bytes that may be read. Where every record begins and ends at a byte, a run of fields is
   * checked against it: bits of a last, partial byte can't belong to a record.
   */
  readonly endAddress: number;
  readonly checksBytes: boolean;
  /** False where all that is read is known to be there. */
  readonly isChecked?: boolean;
  readonly bits: number;
  readonly p: number;
  /**
   * The byte order of the last integer that may end within a byte: 0 none, 1 little, 2 big endian. Only where a layout has
   * such integers of both orders.
   */
  readonly order: number | undefined;
}

interface Snapshot {
  readonly isBits: boolean;
  readonly constBits: number;
  readonly knownAlignmentBits: number;
  readonly stretch: number;
  readonly stretchBits: number;
}

/** A place in the record that offsets count from, kept in a local. */
export interface Anchor extends Snapshot {
  readonly local: number;
}

export class Position {
  readonly #code: WasmCode;
  readonly locals: PositionLocals;
  /** The block that is left when the record goes beyond what may be read, or is damaged. */
  readonly #stuck: number;
  #isBits = true;
  #constBits = 0;
  /** What `p` is known to be a multiple of, from the packet's beginning. */
  #knownAlignmentBits = 8;
  /** Which of the stretches of the record over which `p` moves by constants alone, and how far it moved in it. */
  #stretch = 0;
  #stretchBits = 0;
  #stretchCount = 0;
  /** Where the constant of the open bounds check is, in bytes mode. */
  #openCheck: number | undefined;

  constructor(code: WasmCode, locals: PositionLocals, stuckLabel: number) {
    this.#code = code;
    this.locals = locals;
    this.#stuck = stuckLabel;
  }

  get isBits(): boolean {
    return this.#isBits;
  }

  /** Bits after `p`, in bytes mode. */
  get constBits(): number {
    return this.#constBits;
  }

  /** Leaves the record: it can't be decoded here. */
  stuck(): void {
    this.#code.br(this.#stuck);
  }

  stuckIf(): void {
    this.#code.brIf(this.#stuck);
  }

  /** Bytes mode: the next `sizeBits` are covered by the run's one check, which is opened if it isn't. */
  #cover(): void {
    if (this.#openCheck !== undefined || this.locals.isChecked === false) return;
    const { pk, p, endBits, endAddress, checksBytes } = this.locals;
    if (checksBytes) {
      this.#code.get(p);
      this.#openCheck = this.#code.i32Later();
      this.#code.op('i32.add').get(endAddress).op('i32.gt_u');
      this.stuckIf();
      return;
    }
    // (p - pk) * 8 + run > endBits
    this.#code.get(p).get(pk).op('i32.sub').i32(3).op('i32.shl');
    this.#openCheck = this.#code.i32Later();
    this.#code.op('i32.add').get(endBits).op('i32.gt_s');
    this.stuckIf();
  }

  /** Ends a run of fields of fixed size: its bounds check is given the run's length. */
  #closeRun(): void {
    if (this.#openCheck === undefined) return;
    this.#code.patch(
      this.#openCheck,
      this.locals.checksBytes ? Math.ceil(this.#constBits / 8) : this.#constBits,
    );
    this.#openCheck = undefined;
  }

  /** Fixed sizes grow with the metadata: a constant must stay a small integer. */
  static readonly runMaxBits = 1 << 24;

  /** Steps over `sizeBits` that were, or need not be, read. In bits mode they must have been checked. */
  advance(sizeBits: number): void {
    if (this.#isBits) {
      const { bits } = this.locals;
      this.#code.get(bits).i32(sizeBits).op('i32.add').set(bits);
      return;
    }
    this.#cover();
    this.#constBits += sizeBits;
    if (this.#constBits > Position.runMaxBits) this.flush();
  }

  /** Makes sure that `sizeBits` can be read from here. */
  need(sizeBits: number): void {
    if (!this.#isBits) {
      this.#cover();
      return;
    }
    const { bits, endBits } = this.locals;
    this.#code.get(bits).i32(sizeBits).op('i32.add').get(endBits).op('i32.gt_s');
    this.stuckIf();
  }

  align(alignmentBits: number): void {
    if (alignmentBits <= 1) return;
    const { bits, p, pk } = this.locals;
    if (this.#isBits) {
      this.#code
        .get(bits)
        .i32(alignmentBits - 1)
        .op('i32.add')
        .i32(-alignmentBits)
        .op('i32.and')
        .set(bits);
      this.#code.get(bits).get(this.locals.endBits).op('i32.gt_s');
      this.stuckIf();
      if (alignmentBits >= 8) this.#bitsToBytes(alignmentBits);
      return;
    }
    if (alignmentBits <= this.#knownAlignmentBits) {
      const rest = this.#constBits % alignmentBits;
      if (rest !== 0) this.advance(alignmentBits - rest);
      return;
    }
    if (this.#constBits % 8 !== 0) this.advance(8 - (this.#constBits % 8));
    this.flush();
    // p += (pk - p) & (alignment - 1)
    this.#code
      .get(p)
      .get(pk)
      .get(p)
      .op('i32.sub')
      .i32(alignmentBits / 8 - 1)
      .op('i32.and', 'i32.add')
      .set(p);
    this.#knownAlignmentBits = alignmentBits;
    this.#beginStretch();
    this.need(0);
  }

  #bitsToBytes(alignmentBits: number): void {
    const { bits, p, pk } = this.locals;
    this.#code.get(bits).i32(3).op('i32.shr_s').get(pk).op('i32.add').set(p);
    this.#isBits = false;
    this.#constBits = 0;
    this.#knownAlignmentBits = alignmentBits;
    this.#beginStretch();
  }

  #beginStretch(): void {
    this.#stretch = ++this.#stretchCount;
    this.#stretchBits = 0;
  }

  /** Here is what offsets count from. Nothing is pending after it. */
  anchor(): Anchor {
    this.flush();
    const place = this.snapshot();
    const local = this.#code.local('i32');
    this.#code.get(place.isBits ? this.locals.bits : this.locals.p).set(local);
    return { ...place, local };
  }

  /** Goes to a place that is so far from the anchor. Costs nothing where that is at a known distance. */
  goTo(anchor: Anchor, offsetBits: number): void {
    const { order, bits, p } = this.locals;
    if (order !== undefined) this.#code.i32(0).set(order);
    if (!this.#isBits && !anchor.isBits && this.#stretch === anchor.stretch) {
      const ahead = anchor.stretchBits + anchor.constBits + offsetBits - this.#stretchBits - this.#constBits;
      if (ahead >= 0) {
        if (ahead > 0) this.advance(ahead);
        else this.need(0);
        return;
      }
    }
    this.flush();
    this.restore(anchor);
    this.#code.get(anchor.local).set(anchor.isBits ? bits : p);
    this.advance(offsetBits);
    this.need(0);
  }

  /** Bytes mode: whole bytes of the constant go into `p`, and the run's check is closed. */
  flush(): void {
    if (this.#isBits) return;
    this.#closeRun();
    const bytes = Math.floor(this.#constBits / 8);
    const { p } = this.locals;
    if (bytes > 0) {
      this.#code.get(p).i32(bytes).op('i32.add').set(p);
      this.#constBits -= bytes * 8;
      this.#stretchBits += bytes * 8;
      while ((bytes * 8) % this.#knownAlignmentBits !== 0) this.#knownAlignmentBits /= 2;
    }
  }

  /** Bytes mode at a whole byte: a local with its address. Nothing becomes known that was not, and the run's check goes on. */
  here(): number {
    if (this.#isBits || this.#constBits % 8 !== 0) throw new Error('not at a byte');
    const address = this.#code.local('i32');
    this.#code
      .get(this.locals.p)
      .i32(this.#constBits / 8)
      .op('i32.add')
      .set(address);
    return address;
  }

  /** Leaves bytes mode: `bits` is the position. */
  toBits(): void {
    if (this.#isBits) return;
    this.#closeRun();
    const { bits, p, pk } = this.locals;
    this.#code.get(p).get(pk).op('i32.sub').i32(3).op('i32.shl');
    if (this.#constBits > 0) this.#code.i32(this.#constBits).op('i32.add');
    this.#code.set(bits);
    this.#isBits = true;
    this.#constBits = 0;
  }

  /** Bytes mode at a whole byte, with nothing pending. Only where the position is known to be one (`bitAfter`). */
  toByte(): void {
    if (this.#isBits) this.#bitsToBytes(8);
    this.flush();
    if (this.#constBits !== 0) throw new Error('not at a byte');
  }

  /** `p` was set by the code itself, to the byte that follows. */
  atByte(): void {
    this.#isBits = false;
    this.#constBits = 0;
    this.#knownAlignmentBits = 8;
    this.#beginStretch();
  }

  /** For branches: what is known now. */
  snapshot(): Snapshot {
    this.#closeRun();
    return {
      isBits: this.#isBits,
      constBits: this.#constBits,
      knownAlignmentBits: this.#knownAlignmentBits,
      stretch: this.#stretch,
      stretchBits: this.#stretchBits,
    };
  }

  restore(snapshot: Snapshot): void {
    this.#isBits = snapshot.isBits;
    this.#constBits = snapshot.constBits;
    this.#knownAlignmentBits = snapshot.knownAlignmentBits;
    this.#stretch = snapshot.stretch;
    this.#stretchBits = snapshot.stretchBits;
  }

  /** Code reached from elsewhere starts with `bits`. */
  enterBits(): void {
    this.#isBits = true;
    this.#constBits = 0;
  }
}
