/** Functions and texts of the kernel by their addresses, where a recording has them. */
import type { EventClass } from '../events/reader.ts';
import type { AnyView } from '../vocabulary/view.ts';
import { numberAt, textAt } from './feed.ts';
import type { Names } from './names.ts';

/** What the low 52 bits of a kernel address are above, where addresses have 64 bits. */
const kernelAddressMin = 2 ** 47;
const upperBits = 0xfffn << 52n;

/** An address of the kernel from its low 52 bits. */
export function kernelAddress(low: number): bigint {
  return low < kernelAddressMin ? BigInt(low) : BigInt(low) | upperBits;
}

/** One function: its address and its name; the object is used again for the next one. */
export interface FunctionSeen {
  address: number;
  /** In `names`, 0 where it has none. */
  name: number;
}

/** Names of functions, each looked up once. */
export class FunctionNames {
  readonly #names: Names;
  readonly #byAddress = new Map<number, number>();
  readonly #texts = new Map<number, number>();
  readonly #seen: FunctionSeen = { address: 0, name: 0 };

  constructor(names: Names) {
    this.#names = names;
  }

  /** The function of a record with `function` and `function_name`; its address is 0 where it was not recorded. */
  of(event: AnyView, row: number): FunctionSeen {
    const address = numberAt(event, 'function', row);
    const seen = this.#seen;
    seen.name = textAt(event, 'function_name', row);
    seen.address = Number.isNaN(address) ? 0 : address;
    if (seen.name === 0 && seen.address > 0) seen.name = this.#nameOf(seen.address, event.eventClass);
    return seen;
  }

  /** A constant text of the kernel's: its number in `names`, 0 where it is not known. @param address its low 52 bits, or NaN */
  textAt(address: number, { kernelText }: EventClass): number {
    let text = this.#texts.get(address);
    if (text === undefined) {
      const found = Number.isNaN(address) ? undefined : kernelText?.stringAt(kernelAddress(address));
      text = found === undefined ? 0 : this.#names.idOf(found);
      this.#texts.set(address, text);
    }
    return text;
  }

  #nameOf(address: number, { kernelText }: EventClass): number {
    let name = this.#byAddress.get(address);
    if (name === undefined) {
      const symbol = kernelText?.symbolAt(kernelAddress(address));
      // A function begins where its symbol is: another one is a neighbour's.
      name = symbol?.offset === 0n ? this.#names.idOf(symbol.name) : 0;
      this.#byAddress.set(address, name);
    }
    return name;
  }
}
