/** Callers of allocations, flushes of the TLB (libtraceevent's plugin_kmem.c and plugin_tlb.c). */
import type { ClassBatch } from '../../events/batch.ts';
import { compilePrintFormat, type WriteRow } from '../../tracepoints/print-format/print-format.ts';
import { inTurn, unsignedReader } from './handler-fields.ts';
import type { Handler, HandlerContext } from './handlers.ts';

const allocationEvents = [
  'kfree',
  'kmalloc',
  'kmalloc_node',
  'kmem_cache_alloc',
  'kmem_cache_alloc_node',
  'kmem_cache_free',
];

export const memoryHandlers: readonly (readonly [string, Handler])[] = [
  ...allocationEvents.map((name) => [`kmem:${name}`, allocationText] as const),
  ['tlb:tlb_flush', flushText],
];

/** `(caller+0x10) ` before the tracepoint's own text. */
function allocationText(batch: ClassBatch, { kernel }: HandlerContext): WriteRow | undefined {
  const caller = unsignedReader(batch, 'call_site');
  if (caller === undefined) return undefined;
  return inTurn(
    (row, out) => {
      const symbol = kernel.symbolAt(caller(row));
      if (symbol !== undefined) out.text(`(${symbol.name}+0x${symbol.offset.toString(16)}) `);
    },
    compilePrintFormat(kernel, batch),
  );
}

const reasons = ['flush on task switch', 'remote shootdown', 'local shootdown', 'local mm shootdown'];

function flushText(batch: ClassBatch): WriteRow | undefined {
  const pages = unsignedReader(batch, 'pages');
  const reason = unsignedReader(batch, 'reason');
  if (pages === undefined || reason === undefined) return undefined;
  return (row, out) => {
    const why = reason(row);
    const text = reasons[Number(why)] ?? '';
    out.ascii(`pages=${BigInt.asIntN(64, pages(row))} reason=${text} (${BigInt.asIntN(64, why)})`);
  };
}
