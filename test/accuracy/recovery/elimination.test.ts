import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dot,
  leastSquares,
  type Matrix,
  nullSpace,
  reduce,
  solverOf,
} from '../../../src/accuracy/recovery/elimination.ts';
import { type Rational, rational } from '../../../src/accuracy/recovery/rational.ts';

const matrixOf = (rows: number, columns: number, largest = 1000n) =>
  fc.array(fc.array(fc.bigInt({ min: -largest, max: largest }), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  });
const shape = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }));
const anyMatrix = shape.chain(([rows, columns]) => matrixOf(rows, columns));
/** Small numbers, so that rows and columns often depend on each other. */
const dependent = shape.chain(([rows, columns]) => matrixOf(rows, columns, 2n));

const rankOf = (matrix: Matrix): number => reduce(matrix).pivots.length;
const times = (matrix: Matrix, x: readonly bigint[]): bigint[] => matrix.map((row) => dot(row, x));
const whole = (values: readonly Rational[]): bigint[] => values.map(({ numerator }) => numerator);

describe('by hand', () => {
  const matrix = [
    [1n, 2n, 3n],
    [2n, 4n, 6n],
    [1n, 0n, 1n],
  ];

  test('rank, null space and the reduced form', () => {
    expect(rankOf(matrix)).toBe(2);
    expect(nullSpace(matrix)).toEqual([[2n, 2n, -2n]]);
    expect(reduce(matrix)).toEqual({
      pivots: [0, 1],
      rows: [
        [-2n, 0n, -2n],
        [0n, -2n, -2n],
      ],
      divisor: -2n,
    });
  });

  test('columns that depend on each other have no solver', () => {
    expect(solverOf(matrix)).toBeNull();
    expect(solverOf([])).toBeNull();
    expect(() => leastSquares(matrix, [1n, 2n, 3n])).toThrow('not independent');
  });

  test('a fraction stays a fraction', () => {
    expect(solverOf([[3n, 1n], [0n, 2n]])?.solve([7n, 2n])).toEqual([rational(2n), rational(1n)]); // biome-ignore format: a matrix
    expect(solverOf([[3n]])?.solve([7n])).toEqual([rational(7n, 3n)]);
  });

  test('least squares of 1, 2, 4 at 0, 1, 2 is 5/6 + 3/2 x', () => {
    const line = [
      [1n, 0n],
      [1n, 1n],
      [1n, 2n],
    ];
    expect(leastSquares(line, [1n, 2n, 4n])).toEqual([rational(5n, 6n), rational(3n, 2n)]);
  });
});

test('what was made is found again, from rows that are used and no others', () => {
  const made = fc
    .integer({ min: 1, max: 6 })
    .chain((columns) =>
      fc.tuple(
        matrixOf(columns + 2, columns),
        fc.array(fc.bigInt({ min: -99n, max: 99n }), { minLength: columns, maxLength: columns }),
      ),
    );
  fc.assert(
    fc.property(made, ([matrix, x]) => {
      const solver = solverOf(matrix);
      fc.pre(solver !== null);
      const values = times(matrix, x);
      expect(whole(solver?.solve(values) ?? [])).toEqual(x);
      const spoiled = values.map((value, row) => (solver?.used.includes(row) ? value : value + 1n));
      expect(whole(solver?.solve(spoiled) ?? [])).toEqual(x);
      expect(whole(leastSquares(matrix, values))).toEqual(x);
    }),
  );
});

test('the used rows are the first that are independent', () => {
  fc.assert(
    fc.property(anyMatrix, (matrix) => {
      const solver = solverOf(matrix);
      fc.pre(solver !== null);
      const expected = matrix.flatMap((_, row) =>
        rankOf(matrix.slice(0, row + 1)) > rankOf(matrix.slice(0, row)) ? [row] : [],
      );
      expect(solver?.used).toEqual(expected);
    }),
  );
});

test('the vectors of a null space are null, independent, and as many as the rank leaves', () => {
  fc.assert(
    fc.property(fc.oneof(anyMatrix, dependent), (matrix) => {
      const basis = nullSpace(matrix);
      for (const vector of basis) expect(times(matrix, vector).every((value) => value === 0n)).toBe(true);
      expect(rankOf(basis)).toBe(basis.length);
      expect(basis.length).toBe((matrix[0]?.length ?? 0) - rankOf(matrix));
    }),
  );
});

test('rows have the rank of columns, and a sum of rows adds none', () => {
  fc.assert(
    fc.property(dependent, (matrix) => {
      const columns = (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? 0n));
      expect(rankOf(columns)).toBe(rankOf(matrix));
      const sum = columns.map((column) => column.reduce((total, value) => total + value, 0n));
      expect(rankOf([...matrix, sum])).toBe(rankOf(matrix));
    }),
  );
});

test('no law is nearer than that of least squares', () => {
  fc.assert(
    fc.property(
      matrixOf(6, 3),
      fc.array(fc.bigInt({ min: -9n, max: 9n }), { minLength: 6, maxLength: 6 }),
      (matrix, values) => {
        fc.pre(rankOf(matrix) === 3);
        const x = leastSquares(matrix, values);
        const common = x.reduce((product, { denominator }) => product * denominator, 1n);
        const scaled = x.map(({ numerator, denominator }) => (numerator * common) / denominator);
        const rest = times(matrix, scaled).map((value, row) => value - (values[row] ?? 0n) * common);
        for (const column of [0, 1, 2])
          expect(
            dot(
              matrix.map((row) => row[column] ?? 0n),
              rest,
            ),
          ).toBe(0n); // at right angles
      },
    ),
  );
});
