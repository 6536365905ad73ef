// From a seed and a number to a damaged trace: the same in every run.
import { TraceError } from '../../src/bytes/trace-error.ts';
import { metadataText } from '../../src/formats/ctf/metadata-packets.ts';
import { hostileTraces, isSlow as isSlowTsdl } from './hostile.ts';
import { hostileJsonTraces, isSlowJson } from './hostile-json.ts';
import { damageBytes, shufflePackets } from './mutate-bytes.ts';
import { damageJson, recordSeparator } from './mutate-json.ts';
import { damageTsdl } from './mutate-tsdl.ts';
import { type Random, randomFrom } from './random.ts';
import { type FuzzTrace, packetEnds, realTraces, recordings, type TraceFiles } from './traces.ts';

/** What is damaged: a part of a CTF trace, or a trace that is one file (perf.data, trace.dat). */
export type Target = 'metadata' | 'stream' | 'index' | 'recording';
export const targets: readonly Target[] = ['metadata', 'stream', 'index', 'recording'];

export interface FuzzCase {
  /** The trace and the damage, in words. */
  readonly what: string;
  /** Whether it is made from a trace that takes long. */
  readonly isSlow: boolean;
  readonly files: TraceFiles;
  /** The whole trace, and the one stream file that is damaged with its first damaged byte; undefined where more is. */
  readonly damage:
    | { readonly original: FuzzTrace; readonly file: string; readonly fromBytes: number }
    | undefined;
  /** Numbers for what is asked of the trace. */
  readonly random: Random;
}

const encoder = new TextEncoder();

function isSlow(trace: FuzzTrace): boolean {
  return isSlowTsdl(trace) || isSlowJson(trace);
}

export class CaseMaker {
  readonly #seed: number;
  readonly #real: readonly FuzzTrace[];
  readonly #recordings: readonly FuzzTrace[];
  readonly #hostile: readonly FuzzTrace[];
  /** All of them, those that take long at the end. */
  readonly #whole: readonly FuzzTrace[];
  readonly #ends = new Map<FuzzTrace, ReadonlyMap<string, readonly number[]>>();

  constructor(seed: number) {
    this.#seed = seed;
    this.#real = realTraces();
    this.#recordings = recordings();
    this.#hostile = [...hostileTraces(), ...hostileJsonTraces()];
    const whole = [...this.#hostile, ...this.#real, ...this.#recordings];
    this.#whole = [...whole.filter((trace) => !isSlow(trace)), ...whole.filter(isSlow)];
  }

  /** The first cases are the hostile traces and the real ones as they are; so many of them take milliseconds. */
  get quickCount(): number {
    return this.#whole.filter((trace) => !isSlow(trace)).length;
  }

  make(number: number, only: Target | undefined): FuzzCase {
    const random = randomFrom(this.#seed, number);
    const whole = this.#whole[number];
    if (whole !== undefined)
      return {
        what: `${whole.name}, as it is`,
        isSlow: isSlow(whole),
        files: whole.files,
        damage: undefined,
        random,
      };
    const target =
      only ??
      random.pick(['metadata', 'stream', 'stream', 'stream', 'index', 'recording', 'recording'] as const);
    const original = random.pick(this.#tracesFor(target, random));
    const files: Record<string, Uint8Array> = { ...original.files };
    const path = random.pick(pathsOf(original, target));
    const times = random.oneIn(2) ? 1 : 1 + random.below(4);
    const whats: string[] = [];
    let fromBytes = Number.POSITIVE_INFINITY;
    for (let time = 0; time < times; time++) {
      const damaged =
        target === 'metadata'
          ? damageMetadata(files[path]!, random)
          : this.#damageStream(original, path, files[path]!, time === 0, random);
      files[path] = damaged.bytes;
      fromBytes = Math.min(fromBytes, damaged.from);
      whats.push(damaged.what);
    }
    const isStream = target === 'stream' && !path.endsWith('metadata') && !path.endsWith('.idx');
    return {
      what: `${original.name}, ${path}: ${whats.join('; ')}`,
      isSlow: isSlow(original),
      files,
      damage: isStream ? { original, file: path, fromBytes } : undefined,
      random,
    };
  }

  #tracesFor(target: Target, random: Random): readonly FuzzTrace[] {
    if (target === 'recording') return this.#recordings;
    // Hostile traces are few; most cases are about real ones.
    return random.oneIn(4) ? this.#hostile : this.#real;
  }

  #damageStream(trace: FuzzTrace, path: string, bytes: Uint8Array, isWhole: boolean, random: Random) {
    const ends = this.#endsOf(trace).get(path) ?? [];
    if (isWhole && ends.length >= 2 && random.oneIn(5)) return shufflePackets(bytes, ends, random);
    return damageBytes(bytes, [0, ...ends.slice(0, -1)], random);
  }

  #endsOf(trace: FuzzTrace): ReadonlyMap<string, readonly number[]> {
    let ends = this.#ends.get(trace);
    if (ends === undefined) {
      ends = packetEnds(trace.files);
      this.#ends.set(trace, ends);
    }
    return ends;
  }
}

/** The files that a target is about; any file where the trace has none. */
function pathsOf(trace: FuzzTrace, target: Target): readonly string[] {
  const paths = Object.keys(trace.files);
  const found = paths.filter((path) => {
    const isMetadata = /(^|\/)metadata$/.test(path);
    const isIndex = path.endsWith('.idx');
    return target === 'metadata' ? isMetadata : target === 'index' ? isIndex : !isMetadata && !isIndex;
  });
  return found.length > 0 ? found : paths;
}

/** Mostly the text; sometimes the bytes, of its packets if it has any. */
function damageMetadata(bytes: Uint8Array, random: Random) {
  if (random.oneIn(4)) return damageBytes(bytes, [0], random);
  const text = textOf(bytes);
  if (text === undefined) return damageBytes(bytes, [0], random);
  const damaged = text.startsWith(recordSeparator) ? damageJson(text, random) : damageTsdl(text, random);
  return { bytes: encoder.encode(damaged.text), from: 0, what: damaged.what };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return metadataText(bytes, 'metadata').text;
  } catch (error) {
    if (error instanceof TraceError) return undefined;
    throw error;
  }
}
