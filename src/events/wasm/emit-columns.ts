/**
 * The function that fills the columns with a batch's records of one class, where all of them take as many bytes:
 *
 *   columns(group)        the group's address
 *
 * The loop over records only kept where each begins. Class by class there is nothing to choose and nothing to check, and the addresses of
 * arrays stay in registers. Nothing in it is of one class alone: classes whose fields are alike share a function, as the ends of most
 * system calls do.
 */
import type { ReadScopes } from '../frame-scopes.ts';
import { type ValueType, WasmCode } from './code.ts';
import type { PlannedClass } from './emit-class.ts';
import { emitField } from './emit-fields.ts';
import type { EmitContext, KeptValues } from './emit-scalar.ts';
import { classArrays, firstPointer } from './plan.ts';
import { Position } from './position.ts';

export const columnsParameters: readonly ValueType[] = ['i32'];

export function emitColumns(
  scopes: ReadScopes,
  { group, scopes: plans }: NonNullable<PlannedClass['selected']>,
): WasmCode {
  const code = new WasmCode(columnsParameters.length);
  const groupLocal = 0;
  const [row, count, p] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const pointers = group.arrays.map((_, index) => {
    const pointer = code.local('i32');
    code
      .get(groupLocal)
      .memory('i32.load', firstPointer + 4 * index)
      .set(pointer);
    return pointer;
  });
  code.get(groupLocal).memory('i32.load').set(count);
  const done = code.block();
  const next = code.loop();
  code.get(row).get(count).op('i32.ge_u').brIf(done);
  const addresses = pointers[classArrays.addresses] as number;
  code.get(addresses).get(row).i32(2).op('i32.shl', 'i32.add').memory('i32.load').set(p);
  // Nothing is checked: the loop saw that the record is there.
  const position = new Position(code, { ...noBits, p, isChecked: false }, done);
  position.atByte();
  const context: EmitContext = {
    // Such classes have no lists, and nothing that the clock or other fields need: the state block is not looked at.
    ...{ code, position, stateLocal: groupLocal, clock: undefined, pointers, kept: nothingKept },
    grow: { label: done, group: row, rows: row },
  };
  for (const [scope, type] of scopes) emitField(context, type, plans.get(scope), { group, row });
  code.get(row).i32(1).op('i32.add').set(row).br(next);
  code.end();
  code.end();
  return code;
}

const nothingKept: KeptValues = {
  slots: new Map(),
  locals: new Map(),
  alsoStored: new Set(),
  classId: undefined,
  classIds: new Set(),
  cycles: undefined,
};

/** Of locals that only positions within bytes need. */
const noBits = { pk: 0, endBits: 0, endAddress: 0, bits: 0, order: undefined, checksBytes: true } as const;
