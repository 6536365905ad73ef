/**
 * A tracepoint as tracefs describes it: `events/<system>/<name>/format` (kernel's kernel/trace/trace_events.c, `f_show`).
 *
 *   name: sched_waking
 *   ID: 317
 *   format:
 *           field:unsigned short common_type;       offset:0;       size:2; signed:0;
 *           …
 *           field:char comm[16];    offset:8;       size:16;        signed:0;
 *
 *   print fmt: "comm=%s pid=%d …", REC->comm, REC->pid, …
 */
import type { ByteOrder, FieldType, StructType } from '../events/layout.ts';

/** One field of a record, at a place of its own. */
export interface TracepointField {
  readonly name: string;
  /** As declared, without the name: `unsigned short`, `__data_loc char[]`. */
  readonly declaredType: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly isSigned: boolean;
  readonly type: FieldType;
}

/** What a `format` file says; its fields are parsed when they are first asked for. */
export interface EventFormat {
  readonly system: string;
  readonly name: string;
  /** `common_type` of its records. */
  readonly id: number;
  /** The fields that every event has (`common_type`, `common_flags`, `common_preempt_count`, `common_pid`). */
  readonly commonFields: readonly TracepointField[];
  readonly fields: readonly TracepointField[];
  /** What follows `print fmt:`, as it is. */
  readonly printFormat: string;
  /** `commonFields` as a structure whose members have offsets; the same object each time. */
  readonly commonContext: StructType;
  /** `fields`, with offsets from the record's beginning too; the same object each time. */
  readonly payload: StructType;
}

/** What of the traced machine decides how its fields are laid out. */
export interface TracedMachine {
  readonly byteOrder: ByteOrder;
  /** Of the kernel's `long`: 4 or 8. */
  readonly longSizeBytes: number;
}
