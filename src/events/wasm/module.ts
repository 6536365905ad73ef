/** A WebAssembly module of functions over one imported memory. */
import { WasmBytes } from './bytes.ts';
import { typeCode, type ValueType, type WasmCode } from './code.ts';

export interface WasmFunction {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly code: WasmCode;
  /** The name under which JavaScript calls it. */
  readonly exportName?: string;
}

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Without least sizes: whatever memory and table are given. */
const importOfMemory = new WasmBytes().text('env').text('memory').bytes([0x02, 0x00, 0x00]).finish();
const importOfTable = new WasmBytes().text('env').text('table').bytes([0x01, 0x70, 0x00, 0x00]).finish();

/** Functions that `callIndirect` selects. */
export interface TableElements {
  /** Numbers of functions. */
  readonly functions: readonly number[];
  /**
   * Where they are put in a table that several modules share, imported as `env.table`: one after the other from a place on, or each at its
   * place; undefined: in the module's own.
   */
  readonly sharedAt?: number | readonly number[];
}

/** The module's bytes; the memory is imported as `env.memory`. Functions, and their types, are numbered in the order given. */
export function encodeModule(
  functions: readonly WasmFunction[],
  elements: readonly number[] | TableElements,
): Uint8Array<ArrayBuffer> {
  const { functions: table, sharedAt } = 'functions' in elements ? elements : { functions: elements };
  const module = new WasmBytes().bytes(magicAndVersion);
  // A section's size is written when its content is: a module is made for each class, without copies of its parts.
  const section = (id: number, write: (content: WasmBytes) => void) => {
    module.byte(id);
    const at = module.length;
    module.padded(0);
    const begin = module.length;
    write(module);
    module.patchPadded(at, module.length - begin);
  };
  section(1, (types) => {
    types.unsigned(functions.length);
    for (const { parameters, results } of functions) {
      types.byte(0x60).unsigned(parameters.length);
      for (const type of parameters) types.byte(typeCode(type));
      types.unsigned(results.length);
      for (const type of results) types.byte(typeCode(type));
    }
  });
  section(2, (imports) => {
    imports.unsigned(sharedAt === undefined ? 1 : 2);
    imports.bytes(importOfMemory);
    if (sharedAt !== undefined) imports.bytes(importOfTable);
  });
  section(3, (declarations) => {
    declarations.unsigned(functions.length);
    for (const index of functions.keys()) declarations.unsigned(index);
  });
  if (sharedAt === undefined)
    section(4, (tables) => tables.unsigned(1).byte(0x70).byte(0x00).unsigned(table.length));
  section(7, (exports) => {
    const exported = functions.flatMap(({ exportName }, index) =>
      exportName === undefined ? [] : [{ exportName, index }],
    );
    exports.unsigned(exported.length);
    for (const { exportName, index } of exported) exports.text(exportName).byte(0x00).unsigned(index);
  });
  section(9, (segments) => {
    const places = typeof sharedAt === 'object' ? sharedAt : [sharedAt ?? 0];
    segments.unsigned(places.length);
    for (const [index, place] of places.entries()) {
      const placed = typeof sharedAt === 'object' ? table.slice(index, index + 1) : table;
      segments.unsigned(0).byte(0x41).signed(place).byte(0x0b).unsigned(placed.length);
      for (const number of placed) segments.unsigned(number);
    }
  });
  section(10, (bodies) => {
    bodies.unsigned(functions.length);
    for (const { code } of functions) bodies.sized(code.finish());
  });
  return module.finish();
}
