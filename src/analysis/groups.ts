/** What is counted under one number (a thread, a priority, an interrupt) of one host or of all. */
import type { KernelModel } from '../kernel/model.ts';

export interface Group<Value> {
  /** Dense, in the order in which groups were first seen: what a series counts under. */
  readonly index: number;
  /** The host where it was first seen. */
  readonly model: KernelModel;
  readonly key: number;
  readonly value: Value;
}

/** Groups met lately are found again by the low bits of their keys. A power of two. */
const recentCount = 1024;

export class Groups<Value> {
  readonly all: Group<Value>[] = [];
  readonly #make: () => Value;
  readonly #isPerHost: boolean;
  readonly #byHost = new Map<KernelModel, Map<number, Group<Value>>>();
  readonly #shared = new Map<number, Group<Value>>();
  /** The groups of the host that came last: there is rarely more than one. */
  #model: KernelModel | undefined;
  #groups: Map<number, Group<Value>> = this.#shared;
  /** Of these. */
  readonly #recent = new Array<Group<Value> | undefined>(recentCount).fill(undefined);

  /** @param isPerHost threads of two hosts with one number are two, an interrupt's vector is one */
  constructor(isPerHost: boolean, make: () => Value) {
    this.#isPerHost = isPerHost;
    this.#make = make;
  }

  get(model: KernelModel, key: number): Group<Value> {
    if (this.#isPerHost && model !== this.#model) this.#choose(model);
    const recent = this.#recent[key & (recentCount - 1)];
    if (recent !== undefined && recent.key === key) return recent;
    return this.#find(model, key);
  }

  #find(model: KernelModel, key: number): Group<Value> {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { index: this.all.length, model, key, value: this.#make() };
      this.#groups.set(key, group);
      this.all.push(group);
    }
    this.#recent[key & (recentCount - 1)] = group;
    return group;
  }

  #choose(model: KernelModel): void {
    this.#model = model;
    this.#recent.fill(undefined);
    let groups = this.#byHost.get(model);
    if (groups === undefined) {
      groups = new Map();
      this.#byHost.set(model, groups);
    }
    this.#groups = groups;
  }
}
