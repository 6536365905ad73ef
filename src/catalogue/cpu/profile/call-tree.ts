/**
 * Call chains as one tree, callers above what they call. A node is a number; nodes are found by their parent and their key.
 *
 *   root ─ cycles ─ cat ─ main ─ read ─ vfs_read
 */

const none = -1;
/** Numbers of places and names are below. */
const keyCount = 2 ** 26;

export class CallTree {
  /** Of each node, in the order in which they were first seen: parents before their children. */
  readonly parents: number[] = [];
  readonly keys: number[] = [];
  readonly selfPeriods: number[] = [];
  readonly selfCounts: number[] = [];
  readonly #nodes = new Map<number, number>();

  get count(): number {
    return this.keys.length;
  }

  /** @param parent -1 at the top @param key of a name or a place, below 2^26 */
  node(parent: number, key: number): number {
    const id = (parent + 1) * keyCount + key;
    let node = this.#nodes.get(id);
    if (node === undefined) {
      node = this.keys.length;
      this.parents.push(parent);
      this.keys.push(key);
      this.selfPeriods.push(0);
      this.selfCounts.push(0);
      this.#nodes.set(id, node);
    }
    return node;
  }

  add(node: number, period: number): void {
    this.selfPeriods[node] = (this.selfPeriods[node] as number) + period;
    this.selfCounts[node] = (this.selfCounts[node] as number) + 1;
  }

  /** Sums over each node and all below it. */
  totals(): { readonly periods: Float64Array; readonly counts: Float64Array } {
    const periods = Float64Array.from(this.selfPeriods);
    const counts = Float64Array.from(this.selfCounts);
    for (let node = this.count - 1; node >= 0; node--) {
      const parent = this.parents[node] as number;
      if (parent === none) continue;
      periods[parent] = (periods[parent] as number) + (periods[node] as number);
      counts[parent] = (counts[parent] as number) + (counts[node] as number);
    }
    return { periods, counts };
  }

  /** Nodes from the top down: each before those below it, of siblings first where `weights` are larger. */
  *walk(weights: ArrayLike<number>): Generator<number> {
    const children = this.#children(weights);
    const open = [...(children.get(none) ?? [])].reverse();
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      yield node;
      for (const child of [...(children.get(node) ?? [])].reverse()) open.push(child);
    }
  }

  #children(weights: ArrayLike<number>): ReadonlyMap<number, readonly number[]> {
    const children = new Map<number, number[]>();
    for (const [node, parent] of this.parents.entries()) {
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [node]);
      else siblings.push(node);
    }
    for (const list of children.values())
      list.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
    return children;
  }
}
