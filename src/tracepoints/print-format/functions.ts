/**
 * Functions of the kernel's that formats call and that can be worked out from their arguments alone. What others return is known to the
 * kernel only.
 */
import type { ByteWriter } from '../../events/text/byte-writer.ts';

export interface KnownFunction {
  readonly argumentCount: number;
  /** Writes what the function's text says. */
  readonly write: (values: readonly bigint[], out: ByteWriter) => void;
  /** Of one argument: its value is the argument's. */
  readonly isTransparent: boolean;
}

const minorBits = 20n;

/** Jiffies print as they are: how many make a second is not recorded. */
const jiffies: KnownFunction = {
  argumentCount: 1,
  write: ([value], out) => out.ascii(String(BigInt.asIntN(64, value ?? 0n))),
  isTransparent: true,
};

const deviceName: KnownFunction = {
  argumentCount: 1,
  write: ([value], out) => {
    const device = BigInt.asUintN(32, value ?? 0n);
    out.ascii(`${device >> minorBits}:${device & ((1n << minorBits) - 1n)}`);
  },
  isTransparent: false,
};

export const knownFunctions: ReadonlyMap<string, KnownFunction> = new Map([
  ['jiffies_to_msecs', jiffies],
  ['jbd2_dev_to_name', deviceName],
]);
