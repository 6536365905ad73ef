/** Which interrupts are asked for, by number or name. */
import { type KernelModel, softirqNames, type VectorCompleted } from '../../../analysis/index.ts';

type Words = ReadonlySet<string>;

/** All of a kind. */
const all = '*';

/** Nothing given: all. Something given for some kinds only: none of the others. */
export class Chosen {
  readonly #hard: Words;
  readonly #soft: Words;
  readonly #vectors: Words;
  readonly #isAny: boolean;

  /** @param irqs numbers and names, `26,eno1` each */
  constructor(irqs: readonly string[], softirqs: readonly string[], vectors: readonly string[]) {
    this.#hard = setOf(irqs);
    this.#soft = setOf(softirqs);
    this.#vectors = setOf(vectors);
    this.#isAny = this.#hard.size + this.#soft.size + this.#vectors.size === 0;
  }

  hasHard(irq: number, name: number, { names }: KernelModel): boolean {
    return this.#isAny || has(this.#hard, irq, name === 0 ? undefined : names.text(name));
  }

  hasSoft(vec: number): boolean {
    return this.#isAny || has(this.#soft, vec, softirqNames[vec]);
  }

  hasVector({ vector, name }: VectorCompleted, { names }: KernelModel): boolean {
    return this.#isAny || has(this.#vectors, vector, name === 0 ? undefined : names.text(name));
  }
}

function has(words: Words, number: number, name: string | undefined): boolean {
  if (words.size === 0) return false;
  return words.has(all) || words.has(String(number)) || (name !== undefined && words.has(name));
}

function setOf(words: readonly string[]): Words {
  return new Set(words.flatMap((word) => word.split(',')).map((word) => word.trim()));
}
