/** What a thread, or all threads under one key, had of the CPUs. */
export class ThreadTime {
  busyNs = 0;
  runCount = 0;
  longestNs = 0;
  preemptedCount = 0;
  migrationCount = 0;
  readonly cpus = new Set<number>();
  #lastCpu = -1;
  /** Runs whose length is known. */
  #timedCount = 0;

  /** @param ranNs NaN where the length is unknown */
  add(cpu: number, ranNs: number): void {
    this.runCount += 1;
    // Mostly it is where it was.
    if (cpu !== this.#lastCpu) {
      this.#lastCpu = cpu;
      this.cpus.add(cpu);
    }
    if (Number.isNaN(ranNs)) return;
    this.#timedCount += 1;
    this.busyNs += ranNs;
    if (ranNs > this.longestNs) this.longestNs = ranNs;
  }

  merge(other: ThreadTime): void {
    this.busyNs += other.busyNs;
    this.runCount += other.runCount;
    this.#timedCount += other.#timedCount;
    this.longestNs = Math.max(this.longestNs, other.longestNs);
    this.preemptedCount += other.preemptedCount;
    this.migrationCount += other.migrationCount;
    for (const cpu of other.cpus) this.cpus.add(cpu);
  }

  /** The cells of a row. @param durationNs the whole time */
  cells(durationNs: number, countsMigrations: boolean) {
    const isTimed = this.#timedCount > 0;
    return {
      usage: durationNs > 0 ? this.busyNs / durationNs : undefined,
      busy: this.busyNs,
      runs: this.runCount,
      avg: isTimed ? this.busyNs / this.#timedCount : undefined,
      max: isTimed ? this.longestNs : undefined,
      preempted: this.preemptedCount,
      migrations: countsMigrations ? this.migrationCount : undefined,
      cpus: this.cpus.size,
    };
  }
}
