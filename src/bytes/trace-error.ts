/** Where in a file something is. Lines and columns begin at 1, bytes and bits at 0. */
export type Place =
  | { readonly unit: 'byte'; readonly offset: number }
  | { readonly unit: 'bit'; readonly offset: number; readonly packetOffsetBytes: number }
  | { readonly unit: 'line'; readonly line: number; readonly column: number }
  | { readonly unit: 'file' };

/** What a `TraceError` is made of. */
export interface TraceErrorParts {
  /** Stable, kebab-case; tests and scripts name it: `metadata-syntax`, `not-a-trace`, … */
  readonly code: string;
  /** The file as the user knows it. */
  readonly file: string;
  readonly place?: Place;
  /** What was being read, outermost first: `packet 3`, `event sched_switch`, `field prev_comm`. */
  readonly chain?: readonly string[];
  /** One sentence with its numbers: what was wanted, what was found. */
  readonly message: string;
  /** What the user can do about it. */
  readonly hint?: string;
}

/** The file is wrong: raised once, where the wrong bytes were met, and printed as one sentence with its place. */
export class TraceError extends Error {
  readonly code: string;
  readonly file: string;
  readonly place: Place;
  readonly chain: readonly string[];
  /** The sentence alone, without place and chain. */
  readonly reason: string;
  readonly hint: string | undefined;

  constructor(parts: TraceErrorParts) {
    const place = parts.place ?? { unit: 'file' };
    const chain = parts.chain ?? [];
    const where = [describePlace(parts.file, place), ...chain].join(', ');
    super(`${parts.message} (${where})`);
    this.name = 'TraceError';
    this.code = parts.code;
    this.file = parts.file;
    this.place = place;
    this.chain = chain;
    this.reason = parts.message;
    this.hint = parts.hint;
  }
}

/** `kernel/ch_1, byte 40`, `metadata:12:7`. */
export function describePlace(file: string, place: Place): string {
  switch (place.unit) {
    case 'byte':
      return `${file}, byte ${place.offset}`;
    case 'bit':
      return `${file}, packet at byte ${place.packetOffsetBytes}, bit ${place.offset}`;
    case 'line':
      return `${file}:${place.line}:${place.column}`;
    case 'file':
      return file;
  }
}
