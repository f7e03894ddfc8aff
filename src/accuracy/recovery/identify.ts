/** Bytes at many configurations → the one law that gives them all, or why there is none, or why nobody can tell. */
import type { RunConfig } from '../../config/schema.ts';
import { dot, leastSquares, type Matrix, type Solver, solverOf } from './elimination.ts';
import { missingVariations } from './missingVariations.ts';
import { distanceFromWhole, isWhole, nearestWhole, type Rational, rational } from './rational.ts';
import { countOf, SIZES, type Term } from './terms.ts';

/**
 * `exact`: solved from some configurations, right to the byte on all others. `rounded`: no exact law, but least squares come close to whole
 * coefficients. `no law`: neither. `refused`: these configurations cannot tell.
 */
type LawVerdict = 'exact' | 'rounded' | 'no law' | 'refused';

/** What bytes at many configurations follow: a polynomial in the sizes, or none. */
export interface PolynomialLaw {
  readonly verdict: LawVerdict;
  /** Bytes per element of each term, in the order of the terms; null without a law. */
  readonly coefficients: readonly Rational[] | null;
  /** Configurations that the coefficients come from. */
  readonly fitted: number;
  /** Configurations that they were tried on, and on how many of these they are right to the byte. */
  readonly heldOut: number;
  readonly heldOutExact: number;
  /** Why it is not `exact`; null if it is. */
  readonly reason: string | null;
}

/** The terms at a list of configurations, prepared for any quantity that was measured there. */
export interface Design {
  readonly terms: readonly Term[];
  readonly configurations: readonly RunConfig[];
  /** [configurations, terms] */
  readonly matrix: Matrix;
  /** Null where the terms cannot be told apart. */
  readonly solver: Solver | null;
  /** Why nothing can be told from these configurations, whatever was measured; null if it can. */
  readonly refusal: string | null;
}

/** An exact law has to be right where it was not fitted; on fewer configurations than that, being right is no evidence. */
export const LEAST_HELD_OUT = 3;

export function designOf(configurations: readonly RunConfig[], terms: readonly Term[]): Design {
  const matrix = configurations.map((config) => terms.map((term) => countOf(term, config)));
  const distinct = new Set(matrix.map(rowText)).size;
  const needed = terms.length + LEAST_HELD_OUT;
  const shapes = `${distinct} different ${distinct === 1 ? 'shape' : 'shapes'}`;
  if (distinct < needed) {
    const refusal = `too few records: ${shapes}, and ${terms.length} coefficients need ${needed} to be found and tried`;
    return { terms, configurations, matrix, solver: null, refusal };
  }
  const solver = solverOf(matrix);
  const refusal =
    solver === null
      ? missingVariations(configurations, terms, matrix)
      : (variedTooRarely(configurations, terms, matrix, solver) ?? tooFewValues(configurations, terms));
  return { terms, configurations, matrix, solver, refusal };
}

/**
 * Two values of a size fit a straight line whatever lies between them: a law needs one value more than its power of the size has
 * coefficients, so that another curve shows. Null where every size has as many.
 */
function tooFewValues(configurations: readonly RunConfig[], terms: readonly Term[]): string | null {
  const sizes = [...new Set(terms.flatMap((term) => term.sizes))];
  const few = sizes.flatMap((size) => {
    const power = Math.max(...terms.map((term) => term.sizes.filter((other) => other === size).length));
    const values = new Set(configurations.map((config) => SIZES[size].of(config))).size;
    return values < power + 2 ? [`${SIZES[size].words} has ${values} values, and ${power + 2} are needed`] : [];
  });
  return few.length === 0 ? null : few.join('; ');
}

const rowText = (row: Matrix[number]): string => row.join();

/**
 * A configuration without which the terms could not be told apart decides coefficients that no other can contradict: they would come out
 * whatever was measured there. Null where each has a rival of another shape.
 */
function variedTooRarely(
  configurations: readonly RunConfig[],
  terms: readonly Term[],
  matrix: Matrix,
  { used, dependence }: Solver,
): string | null {
  const usedTexts = used.map((row) => rowText(matrix[row] ?? []));
  const rivals = [...new Map(matrix.map((row) => [rowText(row), row]))]
    .filter(([text]) => !usedTexts.includes(text))
    .map(([, row]) => dependence(row));
  const untried = new Set(usedTexts.filter((_, index) => !rivals.some((depends) => depends[index])));
  if (untried.size === 0) return null;
  const isTried = matrix.map((row) => !untried.has(rowText(row)));
  const without = missingVariations(
    configurations.filter((_, index) => isTried[index]),
    terms,
    matrix.filter((_, index) => isTried[index]),
  );
  return `varied in too few records: without ${untried.size} of ${usedTexts.length + rivals.length} shapes, ${without}`;
}

/** `bytes` at each configuration of the design. The coefficients of a measured law are whole: there is no part of a byte per element. */
export function identify(design: Design, bytes: readonly number[]): PolynomialLaw {
  if (design.refusal !== null) return withoutLaw('refused', design.refusal);
  const values = bytes.map(BigInt);
  const solved = solveExactly(design, values);
  const whole = solved.coefficients?.every(isWhole) ?? false;
  if (solved.verdict === 'exact' && whole) return solved;
  const why =
    solved.verdict === 'exact'
      ? 'the coefficients are not whole'
      : `what ${solved.fitted} configurations say is right on ${solved.heldOutExact} of ${solved.heldOut} others`;
  return roundedLaw(design, values, why);
}

/** As `identify`, with any rational coefficients: of a formula, whose factors may be 1.05. Never `rounded`. */
export function identifyRational(design: Design, bytes: readonly number[]): PolynomialLaw {
  return design.refusal === null ? solveExactly(design, bytes.map(BigInt)) : withoutLaw('refused', design.refusal);
}

export const withoutLaw = (verdict: LawVerdict, reason: string): PolynomialLaw => ({
  verdict,
  coefficients: null,
  fitted: 0,
  heldOut: 0,
  heldOutExact: 0,
  reason,
});

function solveExactly({ matrix, solver }: Design, values: readonly bigint[]): PolynomialLaw {
  if (solver === null) throw new Error('refused before');
  const coefficients = solver.solve(values);
  const used = new Set(solver.used);
  const others = matrix.map((row, index) => ({ row, index })).filter(({ index }) => !used.has(index));
  const heldOutExact = others.filter(({ row, index }) => gives(coefficients, row, values[index] ?? 0n)).length;
  const isExact = heldOutExact === others.length;
  return {
    verdict: isExact ? 'exact' : 'no law',
    coefficients: isExact ? coefficients : null,
    fitted: used.size,
    heldOut: others.length,
    heldOutExact,
    reason: isExact ? null : 'no polynomial in these terms',
  };
}

/** Σ coefficient · count = value, without a division. */
function gives(coefficients: readonly Rational[], row: readonly bigint[], value: bigint): boolean {
  const common = coefficients.reduce((product, { denominator }) => lcm(product, denominator), 1n);
  const scaled = coefficients.map(({ numerator, denominator }) => numerator * (common / denominator));
  return dot(scaled, row) === value * common;
}

const lcm = (a: bigint, b: bigint): bigint => rational(a, b).numerator * b;

/** A coefficient further from a whole number, in bytes per element, is none; the law may miss a hundredth of what was measured. */
const LARGEST_DISTANCE = 0.1;
const LARGEST_ERROR_RATIO = 0.01;
/** A term that never has a larger share is lost in what was rounded: its coefficient is not judged. */
const SMALLEST_SHARE = 0.05;

function roundedLaw({ matrix }: Design, values: readonly bigint[], why: string): PolynomialLaw {
  const nearest = leastSquares(matrix, values);
  const whole = nearest.map(nearestWhole);
  const shareOf = (term: number): number =>
    Math.max(
      ...matrix.map((row, index) => Math.abs(Number((row[term] ?? 0n) * (whole[term] ?? 0n)) / Number(values[index]))),
    );
  const judged = nearest.filter((_, term) => shareOf(term) >= SMALLEST_SHARE);
  const distance = Math.max(0, ...judged.map(distanceFromWhole));
  const errors = matrix.map((row, index) => Math.abs(Number(dot(row, whole) - (values[index] ?? 0n))));
  const isClose = errors.every((error, index) => error <= LARGEST_ERROR_RATIO * Number(values[index]));
  const isLaw = distance <= LARGEST_DISTANCE && isClose;
  const reason = `${why}; by least squares the large coefficients are up to ${distance.toFixed(3)} from whole numbers, and the law of whole ones up to ${Math.max(...errors)} bytes off`;
  const coefficients = isLaw ? whole.map((value) => rational(value)) : null;
  return { ...withoutLaw(isLaw ? 'rounded' : 'no law', reason), coefficients, fitted: matrix.length };
}
