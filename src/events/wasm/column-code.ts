/**
 * The functions that fill columns, of classes whose records take as many bytes always. They are made when a batch has records of classes
 * that have none yet: of all of these in one module, since a module takes time however small it is. Most classes need none of their own.
 */
import type { PlannedClass } from './emit-class.ts';
import { columnsParameters, emitColumns } from './emit-columns.ts';
import type { WasmMemory } from './memory.ts';
import { encodeModule, type WasmFunction } from './module.ts';

/** Takes the address of the group of the class's records. */
export type ReadColumns = (group: number) => void;

export class ColumnCode {
  readonly #memory: WasmMemory;
  /** By what it consists of. */
  readonly #functions = new Map<string, ReadColumns>();

  constructor(memory: WasmMemory) {
    this.#memory = memory;
  }

  /** For each class what fills its columns; undefined where there is nothing to be read later. */
  of(classes: readonly PlannedClass[]): readonly (ReadColumns | undefined)[] {
    const missing = new Map<string, WasmFunction>();
    const keys = classes.map(({ scopes, fixedBytes, selected }) => {
      // Of records that are only counted there is no field to read.
      if ((fixedBytes ?? 0) === 0 || selected === undefined || selected.scopes.size === 0) return undefined;
      const code = emitColumns(scopes, selected);
      const key = code.finish().join();
      if (!this.#functions.has(key) && !missing.has(key))
        missing.set(key, { parameters: columnsParameters, results: [], code, exportName: `${missing.size}` });
      return key;
    });
    if (missing.size > 0) this.#make(missing);
    return keys.map((key) => (key === undefined ? undefined : this.#functions.get(key)));
  }

  #make(missing: ReadonlyMap<string, WasmFunction>): void {
    const module = new WebAssembly.Module(encodeModule([...missing.values()], []));
    const env = { memory: this.#memory.memory };
    const { exports } = new WebAssembly.Instance(module, { env });
    for (const [key, { exportName = '' }] of missing)
      this.#functions.set(key, exports[exportName] as ReadColumns);
  }
}
