/** All values of something, where only all of them tell what is asked: equal bins from the smallest to the largest. */
export class NumberList {
  #values = new Float64Array(16);
  #count = 0;

  get values(): Float64Array {
    return this.#values.subarray(0, this.#count);
  }

  add(value: number): void {
    this.#makeRoom(this.#count + 1);
    this.#values[this.#count++] = value;
  }

  merge(other: NumberList): void {
    this.#makeRoom(this.#count + other.#count);
    this.#values.set(other.values, this.#count);
    this.#count += other.#count;
  }

  #makeRoom(count: number): void {
    if (count <= this.#values.length) return;
    const larger = new Float64Array(Math.max(count, this.#values.length * 2));
    larger.set(this.values);
    this.#values = larger;
  }
}
