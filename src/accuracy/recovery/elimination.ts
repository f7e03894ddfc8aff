/** Gaussian elimination in whole numbers: exact, so that a rank is a rank and a law holds to the byte. */
import { type Rational, rational } from './rational.ts';

type Row = readonly bigint[];
/** Rows of equal length. */
export type Matrix = readonly Row[];

/** A reduced row echelon form times `divisor`: row i has `divisor` in column `pivots[i]`, where every other row has 0. */
interface Reduced {
  readonly pivots: readonly number[];
  readonly rows: Matrix;
  readonly divisor: bigint;
}

/**
 * Fraction-free (E. H. Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian elimination", Math. Comp. 22, 1968): each
 * division leaves nothing, so that numbers grow as determinants do and no faster.
 */
export function reduce(matrix: Matrix): Reduced {
  let rows: Matrix = matrix;
  let divisor = 1n;
  const pivots: number[] = [];
  for (let column = 0; column < widthOf(matrix); column++) {
    const done = pivots.length;
    const found = rows.findIndex((row, index) => index >= done && at(row, column) !== 0n);
    if (found < 0) continue;
    const pivotRow = rows[found] ?? [];
    const pivot = at(pivotRow, column);
    const others = rows.filter((_, index) => index !== found);
    const cleared = others.map((row) => {
      const factor = at(row, column);
      return row.map((value, index) => (pivot * value - factor * at(pivotRow, index)) / divisor);
    });
    rows = [...cleared.slice(0, done), pivotRow, ...cleared.slice(done)];
    divisor = pivot;
    pivots.push(column);
  }
  return { pivots, rows: rows.slice(0, pivots.length), divisor };
}

/** A basis of all x with matrix · x = 0, one vector for each column that depends on columns before it. */
export function nullSpace(matrix: Matrix): Row[] {
  const { pivots, rows, divisor } = reduce(matrix);
  const columns = Array.from({ length: widthOf(matrix) }, (_, column) => column);
  const rowOf = new Map(pivots.map((column, index) => [column, rows[index] ?? []]));
  return columns
    .filter((column) => !rowOf.has(column))
    .map((free) => columns.map((column) => (column === free ? divisor : -at(rowOf.get(column) ?? [], free))));
}

/** A system of more equations than unknowns, ready to be solved for many right sides. */
export interface Solver {
  /** Indices of the first rows that are independent of those before them: these are solved. */
  readonly used: readonly number[];
  /** x such that the used rows give their `values`. */
  solve(values: readonly bigint[]): Rational[];
  /** By which of the used rows `row` is a sum of multiples of them: whether the factor of each is other than 0. */
  dependence(row: Row): boolean[];
}

/** Null where the columns are not independent: no values would have one solution. */
export function solverOf(matrix: Matrix): Solver | null {
  const used = reduce(transposed(matrix)).pivots;
  const size = widthOf(matrix);
  if (used.length < size || size === 0) return null;
  const beside = used.map((row, index) => [...(matrix[row] ?? []), ...used.map((_, i) => (i === index ? 1n : 0n))]);
  const { rows, divisor } = reduce(beside);
  const inverse = rows.map((row) => row.slice(size));
  const factors = transposed(inverse);
  return {
    used,
    dependence: (row) => factors.map((column) => dot(row, column) !== 0n),
    solve(values) {
      const chosen = used.map((row) => at(values, row));
      return inverse.map((row) => rational(dot(row, chosen), divisor));
    },
  };
}

/** x for which matrix · x is nearest to `values` (least squares, by the normal equations). The columns must be independent. */
export function leastSquares(matrix: Matrix, values: readonly bigint[]): Rational[] {
  const columns = transposed(matrix);
  const normal = columns.map((column) => [...columns.map((other) => dot(column, other)), dot(column, values)]);
  const { rows, divisor, pivots } = reduce(normal);
  if (pivots.some((column, index) => column !== index) || pivots.length !== columns.length)
    throw new Error('the columns are not independent');
  return rows.map((row) => rational(at(row, columns.length), divisor));
}

export const dot = (a: Row, b: Row): bigint => a.reduce((sum, value, index) => sum + value * at(b, index), 0n);

const at = (row: Row, index: number): bigint => row[index] ?? 0n;
const widthOf = (matrix: Matrix): number => matrix[0]?.length ?? 0;
const transposed = (matrix: Matrix): Matrix =>
  Array.from({ length: widthOf(matrix) }, (_, column) => matrix.map((row) => at(row, column)));
