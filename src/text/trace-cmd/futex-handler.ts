/** `op=FUTEX_WAIT|FUTEX_PRIVATE_FLAG uaddr=0x7fcc1ad4fa4c val=0x00000002 utime=0x00000000` (libtraceevent's plugin_futex.c). */
import type { ClassBatch } from '../../events/batch.ts';
import { compilePrintFormat, type WriteRow } from '../../tracepoints/print-format/print-format.ts';
import { unsignedReader } from './handler-fields.ts';
import type { Handler, HandlerContext } from './handlers.ts';

export const futexHandlers: readonly (readonly [string, Handler])[] = [
  ['syscalls:sys_enter_futex', futexText],
];

/** How an argument is shown: as a number, as an address, or as a count under a name of its own. */
type Shown = 'number' | 'address' | 'val2';

interface Operation {
  readonly name: string;
  readonly shown: {
    readonly val?: Shown;
    readonly utime?: Shown;
    readonly uaddr2?: Shown;
    readonly val3?: Shown;
  };
}

const requeue = { val: 'number', utime: 'val2', uaddr2: 'address' } as const;
const wait = { val: 'address', utime: 'address' } as const;

/** By the number of the operation, without its flags (linux/futex.h). */
const operations: readonly Operation[] = [
  { name: 'FUTEX_WAIT', shown: wait },
  { name: 'FUTEX_WAKE', shown: { val: 'number' } },
  { name: 'FUTEX_FD', shown: { val: 'number' } },
  { name: 'FUTEX_REQUEUE', shown: requeue },
  { name: 'FUTEX_CMP_REQUEUE', shown: { ...requeue, val3: 'address' } },
  { name: 'FUTEX_WAKE_OP', shown: { ...requeue, val3: 'address' } },
  { name: 'FUTEX_LOCK_PI', shown: { utime: 'address' } },
  { name: 'FUTEX_UNLOCK_PI', shown: {} },
  { name: 'FUTEX_TRYLOCK_PI', shown: {} },
  { name: 'FUTEX_WAIT_BITSET', shown: { ...wait, val3: 'address' } },
  { name: 'FUTEX_WAKE_BITSET', shown: { val: 'number', val3: 'address' } },
  { name: 'FUTEX_WAIT_REQUEUE_PI', shown: { ...wait, uaddr2: 'address', val3: 'address' } },
  { name: 'FUTEX_CMP_REQUEUE_PI', shown: { ...requeue, val3: 'address' } },
];

const privateFlag = 128n;
const realtimeFlag = 256n;
const argumentNames = ['val', 'utime', 'uaddr2', 'val3'] as const;

/** An operation that is not known is printed as any other system call. */
function futexText(batch: ClassBatch, { kernel }: HandlerContext): WriteRow | undefined {
  const uaddr = unsignedReader(batch, 'uaddr');
  const op = unsignedReader(batch, 'op');
  const values = argumentNames.map((name) => unsignedReader(batch, name));
  if (uaddr === undefined || op === undefined || values.includes(undefined)) return undefined;
  const otherwise = compilePrintFormat(kernel, batch);
  return (row, out) => {
    const flags = op(row);
    const operation = operations[Number(flags & ~(privateFlag | realtimeFlag))];
    if (operation === undefined) {
      otherwise(row, out);
      return;
    }
    out.ascii(`op=${operation.name}`);
    if ((flags & privateFlag) !== 0n) out.ascii('|FUTEX_PRIVATE_FLAG');
    if ((flags & realtimeFlag) !== 0n) out.ascii('|FUTEX_CLOCK_REALTIME');
    out.ascii(` uaddr=${address(uaddr(row))}`);
    argumentNames.forEach((name, index) => {
      const shown = operation.shown[name];
      const value = values[index]?.(row) ?? 0n;
      if (shown === 'address') out.ascii(` ${name}=${address(value)}`);
      else if (shown !== undefined) out.ascii(` ${shown === 'val2' ? 'val2' : name}=${value}`);
    });
  };
}

function address(value: bigint): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
