/**
 * The event record classes of a recording: one for the samples of each event, and one for each other record of the kernel's, where
 * events differ in what they say behind each record one for each form of it.
 *
 *   class id   0 … events - 1 │ form 0: types 1 … 8, 10 … 22, two more │ form 1: … │
 */
import { TraceError } from '../../bytes/trace-error.ts';
import type { ByteOrder, ClassLayout, StructType } from '../../events/layout.ts';
import type { EventFormat } from '../../tracepoints/event-format.ts';
import { type Attribute, attributeTypes, hasSampleField } from './attribute.ts';
import { buildIdMisc, recordName, recordPayload, recordTypes, switchOutMisc } from './record-layouts.ts';
import type { RecordedEvent, Recording } from './recording.ts';
import {
  idPlaces,
  type RawPlace,
  sampleLayout,
  type Trailer,
  trailerKey,
  trailerOf,
} from './sample-layout.ts';

/** A class, and where its records have what all have. */
export interface RecordClass extends ClassLayout {
  readonly id: number;
  readonly name: string;
  /** Of samples: what was recorded. */
  readonly attribute: Attribute | undefined;
  /** Of tracepoints that the file describes. */
  readonly format: EventFormat | undefined;
  /** Of samples of tracepoints. */
  readonly raw: RawPlace | undefined;
  /** Its records say who leaves a CPU and who comes. */
  readonly isSwitch: boolean;
}

/** Numbers by class, for reading records fast; offsets in bytes. */
export interface RecordClasses {
  /** By id. */
  readonly all: readonly RecordClass[];
  readonly eventCount: number;
  /** Of samples, from the record's beginning; -1 without. */
  readonly timeAt: Int32Array;
  readonly cpuAt: Int32Array;
  readonly leastBytes: Int32Array;
  /** By form: of the other records, from their end; 0 without. */
  readonly timeFromEnd: Int32Array;
  readonly cpuFromEnd: Int32Array;
  readonly trailerBytes: Int32Array;
  /** The form of an event's other records. */
  readonly formOfEvent: Int32Array;
  /** Where samples of all events, and other records from their end, have the event's id; -1 and 0 without. */
  readonly idAt: number;
  readonly idFromEnd: number;
}

/**
 * The types of the kernel's records that are no samples; then MMAP2 with a build id in place of the inode, and SWITCH_CPU_WIDE of a thread that
 * leaves its CPU, which says who comes.
 */
const slotTypes = [
  ...Array.from({ length: recordTypes.callchainDeferred }, (_, index) => index + 1).filter(
    (type) => type !== recordTypes.sample,
  ),
  recordTypes.mmap2,
  recordTypes.switchCpuWide,
];
/** How many classes a form has. */
export const formSize = slotTypes.length;
const buildIdSlot = formSize - 2;
const switchOutSlot = formSize - 1;

/** Which class of a form a record is of. @param type one of the kernel's, no sample */
export function slotOf(type: number, misc: number): number {
  if (type === recordTypes.mmap2 && (misc & buildIdMisc) !== 0) return buildIdSlot;
  if (type === recordTypes.switchCpuWide && (misc & switchOutMisc) !== 0) return switchOutSlot;
  return type < recordTypes.sample ? type - 1 : type - 2;
}

/** Records are kept with their class in 16 bits. */
const classCountMax = 1 << 16;

/** @throws TraceError `perf-events-limit` */
export function makeRecordClasses(recording: Recording, byteOrder: ByteOrder, file: string): RecordClasses {
  const { events, tracingData } = recording;
  const forms: { readonly trailer: number; readonly readFormat: number }[] = [];
  const formOfEvent = Int32Array.from(events, ({ attribute }) => {
    const [trailer, { readFormat }] = [trailerKey(attribute), attribute];
    const known = forms.findIndex((form) => form.trailer === trailer && form.readFormat === readFormat);
    return known >= 0 ? known : forms.push({ trailer, readFormat }) - 1;
  });
  const classCount = events.length + forms.length * formSize;
  if (classCount > classCountMax) {
    throw new TraceError({
      ...{ code: 'perf-events-limit', file },
      message: `It has ${events.length} events and ${classCount} classes of records, more than the ${classCountMax} that are read.`,
    });
  }
  const samples = events.map((event, id) => {
    const { type, config } = event.attribute;
    const isTracepoint = type === attributeTypes.tracepoint && hasSampleField(event.attribute, 'raw');
    const format = isTracepoint ? tracingData?.formats.get(Number(config)) : undefined;
    return { ...sampleLayout(event.attribute, byteOrder, format !== undefined), id, event, format };
  });
  const trailers = forms.map(({ trailer }) => trailerOf(trailer, byteOrder));
  const all: RecordClass[] = samples.map((sample) => sampleClass(sample));
  for (const [form, { readFormat }] of forms.entries()) {
    for (let slot = 0; slot < formSize; slot++)
      all.push(new OtherClass(all.length, slot, trailers[form] as Trailer, readFormat, byteOrder));
  }
  const [first] = events as [RecordedEvent];
  const places = idPlaces(first.attribute);
  return {
    ...{ all, eventCount: events.length, formOfEvent },
    timeAt: Int32Array.from(samples, ({ timeAt }) => timeAt),
    cpuAt: Int32Array.from(samples, ({ cpuAt }) => cpuAt),
    leastBytes: Int32Array.from(samples, ({ leastBytes }) => leastBytes),
    timeFromEnd: Int32Array.from(trailers, ({ timeFromEnd }) => timeFromEnd),
    cpuFromEnd: Int32Array.from(trailers, ({ cpuFromEnd }) => cpuFromEnd),
    trailerBytes: Int32Array.from(trailers, ({ sizeBytes }) => sizeBytes),
    idAt: places.inSample,
    idFromEnd: places.fromEnd,
  };
}

interface SampleParts {
  readonly id: number;
  readonly event: RecordedEvent;
  readonly format: EventFormat | undefined;
  readonly context: StructType;
  readonly raw: RawPlace | undefined;
}

function sampleClass({ id, event, format, context, raw }: SampleParts): RecordClass {
  return {
    id,
    name: format === undefined ? event.name : `${format.system}:${format.name}`,
    attribute: event.attribute,
    ...{ format, raw: format === undefined ? undefined : raw, isSwitch: false, specificContext: context },
    // Parsed when first asked for.
    get commonContext() {
      return format?.commonContext;
    },
    get payload() {
      return format?.payload;
    },
  } as RecordClass;
}

/** A record that is no sample. Most types never occur: their fields are made when first asked for. */
class OtherClass implements RecordClass {
  readonly id: number;
  readonly name: string;
  readonly attribute = undefined;
  readonly format = undefined;
  readonly raw = undefined;
  readonly isSwitch: boolean;
  readonly #type: number;
  readonly #slot: number;
  readonly #trailer: Trailer;
  readonly #readFormat: number;
  readonly #byteOrder: ByteOrder;
  #payload: StructType | undefined;

  constructor(id: number, slot: number, trailer: Trailer, readFormat: number, byteOrder: ByteOrder) {
    this.id = id;
    this.#slot = slot;
    this.#type = slotTypes[slot] as number;
    this.name = recordName(this.#type);
    this.isSwitch = slot === switchOutSlot;
    this.#trailer = trailer;
    this.#readFormat = readFormat;
    this.#byteOrder = byteOrder;
  }

  get specificContext(): StructType | undefined {
    return this.#trailer.sizeBytes === 0 ? undefined : this.#trailer.context;
  }

  get payload(): StructType {
    const hasBuildId = this.#slot === buildIdSlot;
    this.#payload ??= recordPayload(this.#type, this.#byteOrder, this.#readFormat, hasBuildId);
    return this.#payload;
  }
}
