/** Which interrupts are asked for, by number or name. */
import { type KernelModel, softirqNames } from '../../../analysis/index.ts';

/** Nothing given: all. Something given for one kind only: none of the other. */
export class Chosen {
  readonly #hard: ReadonlySet<string>;
  readonly #soft: ReadonlySet<string>;

  /** @param irqs numbers and names, `26,eno1` each */
  constructor(irqs: readonly string[], softirqs: readonly string[]) {
    this.#hard = setOf(irqs);
    this.#soft = setOf(softirqs);
  }

  hasHard(irq: number, name: number, { names }: KernelModel): boolean {
    if (this.#hard.size === 0) return this.#soft.size === 0;
    return this.#hard.has(String(irq)) || (name !== 0 && this.#hard.has(names.text(name)));
  }

  hasSoft(vec: number): boolean {
    if (this.#soft.size === 0) return this.#hard.size === 0;
    const name = softirqNames[vec];
    return this.#soft.has(String(vec)) || (name !== undefined && this.#soft.has(name));
  }
}

function setOf(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.flatMap((word) => word.split(',')).map((word) => word.trim()));
}
