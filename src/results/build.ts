/** Answers from values, in few lines. Everything here puts values into their normal form (see `normalCell`). */
import { type Cell, normalCell, type ResultColumn } from './columns.ts';
import type {
  Bins,
  Grid,
  GridDescription,
  Series,
  SeriesDescription,
  Table,
  TableDescription,
} from './shapes.ts';

/** A row by column id; a column that is left out is unknown. */
export type Row<Id extends string> = { readonly [Key in Id]?: Cell };

/** Rows of one table, added one at a time. */
export class TableBuilder<Id extends string> {
  readonly #description: TableDescription<Id>;
  readonly #columns: readonly ResultColumn<Id>[];
  readonly #cells: Cell[][];
  /** By row, as far as one has been given a parent. */
  readonly #parents: (number | undefined)[] = [];
  #rowCount = 0;
  #totals: Cell[] | undefined;

  /** @param rowCountMax where it is known, for many rows: arrays that grow leave copies behind */
  constructor(description: TableDescription<Id>, rowCountMax = 0) {
    this.#description = description;
    this.#columns = description.columns;
    this.#cells = description.columns.map(() => new Array<Cell>(rowCountMax));
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /**
   * @param parent the index of a row added before
   * @returns the index of the new row
   */
  add(row: Row<Id>, parent?: number): number {
    const index = this.#rowCount;
    if (parent !== undefined && !(parent >= 0 && parent < index)) {
      throw new Error(
        `Row ${index} of table ${this.#description.id} has parent ${parent}, which is not before it.`,
      );
    }
    // A loop, not a function for each cell: logs have a million of them.
    for (let at = 0; at < this.#columns.length; at += 1) {
      const { kind, id } = this.#columns[at]!;
      this.#cells[at]![index] = normalCell(kind, row[id]);
    }
    this.#rowCount += 1;
    if (parent !== undefined) {
      while (this.#parents.length < index) this.#parents.push(undefined);
      this.#parents.push(parent);
    }
    return index;
  }

  setTotals(row: Row<Id>): this {
    this.#totals = this.#description.columns.map((column) => normalCell(column.kind, row[column.id]));
    return this;
  }

  build(): Table<Id> {
    const { rowCount } = this;
    for (const cells of this.#cells) cells.length = rowCount;
    const hasParents = this.#parents.length > 0;
    while (hasParents && this.#parents.length < rowCount) this.#parents.push(undefined);
    return {
      shape: 'table',
      description: this.#description,
      rowCount,
      cells: this.#cells,
      ...(hasParents ? { parents: this.#parents } : {}),
      ...(this.#totals === undefined ? {} : { totals: this.#totals }),
    };
  }
}

/** Describes a table; the ids of its columns become the keys that rows may have. */
export function describeTable<const Id extends string>(
  description: Omit<TableDescription<Id>, 'shape' | 'columns'> & {
    readonly columns: readonly ResultColumn<Id>[];
  },
): TableDescription<Id> {
  return { shape: 'table', ...description };
}

/** A table from its rows. */
export function table<Id extends string>(
  description: TableDescription<Id>,
  rows: Iterable<Row<Id>>,
  totals?: Row<Id>,
): Table<Id> {
  const builder = new TableBuilder(description);
  for (const row of rows) builder.add(row);
  if (totals !== undefined) builder.setTotals(totals);
  return builder.build();
}

/** A histogram or a heatmap from counts per bin (`yIndex * xCount + xIndex`). */
export function grid(
  description: GridDescription,
  x: Bins,
  y: Bins | undefined,
  counts: ArrayLike<number>,
): Grid {
  const expected = Math.max(0, x.edges.length - 1) * (y === undefined ? 1 : Math.max(0, y.edges.length - 1));
  if (counts.length !== expected) {
    throw new Error(`Grid ${description.id} has ${counts.length} counts for ${expected} bins.`);
  }
  const common = { shape: 'grid', description, x, counts: Array.from(counts) } as const;
  return y === undefined ? common : { ...common, y };
}

/** Lines over common bins; values that are not finite become unknown. */
export function series(
  description: SeriesDescription,
  x: Bins,
  lines: Iterable<{ readonly name?: Cell; readonly values: ArrayLike<number | undefined> }>,
): Series {
  const nameKind = description.name?.kind ?? 'text';
  return {
    shape: 'series',
    description,
    x,
    lines: Array.from(lines, ({ name, values }) => ({
      name: normalCell(nameKind, name),
      values: Array.from(values, (value) =>
        value !== undefined && Number.isFinite(value) ? value : undefined,
      ),
    })),
  };
}
