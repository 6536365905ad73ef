/**
 * Entries, or exits, of system calls whose records say the call's number and their own thread, as perf's and ftrace's do: the columns that
 * are all that is needed of them, to be indexed without a call for each.
 */
import type { NumberView } from '../vocabulary/view.ts';
import type { SyscallNumberText } from './columns-of-class.ts';

const noNumbers: NumberView = new Float64Array(0);
const noIds = new Int32Array(0);

export class NumberedCalls {
  readonly isEntry: boolean;
  /** By row. */
  tid: Int32Array = noIds;
  cpu: Int32Array = noIds;
  numbers: NumberView = noNumbers;
  /** Of exits. */
  returns: NumberView = noNumbers;
  readonly #name: SyscallNumberText;
  /** Names' ids by number, 0 not looked up yet. */
  readonly #ids: Int32Array;

  constructor(isEntry: boolean, name: SyscallNumberText) {
    this.isEntry = isEntry;
    this.#name = name;
    this.#ids = name.ids;
  }

  /** The name's id. */
  nameAt(row: number): number {
    const number = this.numbers[row] as number;
    const id = this.#ids[number] as number | undefined;
    return id === undefined || id === 0 ? this.#name.idAt(row) : id;
  }
}
