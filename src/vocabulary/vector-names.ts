/**
 * Interrupts of x86 that are not a device's: each has tracepoints of its own (linux arch/x86/include/asm/trace/irq_vectors.h; lttng-modules
 * instrumentation/events/arch/x86/irq_vectors.h).
 */
import type { NamedMeaning } from './describe.ts';

/** Those that no other CPU sends. */
export const localVectorNames: readonly string[] = [
  'local_timer',
  'spurious_apic',
  'error_apic',
  'threshold_apic',
  'deferred_error_apic',
  'thermal_apic',
];

const vectorNames: readonly string[] = [
  'reschedule',
  'call_function',
  'call_function_single',
  'irq_work',
  'x86_platform_ipi',
  ...localVectorNames,
];

/** Their entries and exits by the name of the class. */
export function vectorEvents(prefix: string, ownName = (name: string) => name): Record<string, NamedMeaning> {
  return Object.fromEntries(
    vectorNames.flatMap((name) => {
      const meaning = { constants: { name }, fields: { reason: [] } };
      return [
        [`${prefix}${ownName(name)}_entry`, { event: 'vector_entry', ...meaning } as const],
        [`${prefix}${ownName(name)}_exit`, { event: 'vector_exit', ...meaning } as const],
      ];
    }),
  );
}
