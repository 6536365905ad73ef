/** What is kept of the samples of one event. */
import type { Places, SampleTaken } from '../../../analysis/index.ts';
import { CallTree } from './call-tree.ts';

/** A number of places fits below, and both in a double. */
const placeCount = 2 ** 26;

export interface Spot {
  /** A number of `names`. */
  readonly comm: number;
  readonly place: number;
  count: number;
  period: number;
}

/** All samples of one event. */
export class EventSamples {
  /** In the order in which events were first sampled. */
  readonly name: string;
  /** Where they were taken, by name and place. */
  readonly spots: Spot[] = [];
  readonly tree: CallTree | undefined;
  readonly places: Places;
  count = 0;
  period = 0;
  readonly #byKey = new Map<number, Spot>();

  constructor(name: string, places: Places, hasTree: boolean) {
    this.name = name;
    this.places = places;
    this.tree = hasTree ? new CallTree() : undefined;
  }

  add(sample: SampleTaken, comm: number): void {
    const { period, place } = sample;
    this.count += 1;
    this.period += period;
    this.#spotOf(comm, place, period);
    const { tree } = this;
    if (tree === undefined) return;
    let node = tree.node(-1, comm);
    for (let at = sample.frameCount - 1; at >= 0; at--) node = tree.node(node, sample.frames[at] as number);
    tree.add(node, period);
  }

  #spotOf(comm: number, place: number, period: number): void {
    const key = comm * placeCount + place;
    let spot = this.#byKey.get(key);
    if (spot === undefined) {
      spot = { comm, place, count: 0, period: 0 };
      this.#byKey.set(key, spot);
      this.spots.push(spot);
    }
    spot.count += 1;
    spot.period += period;
  }
}
