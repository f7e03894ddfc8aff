/** A law as people write it: `L(104·BSH + 28·BSF + 12·BaS²) + 8·BSV`. */
import { type Rational, rationalText } from '../accuracy/recovery/rational.ts';
import type { Term } from '../accuracy/recovery/terms.ts';

/** In bytes. What is counted in every layer stands in the brackets; a coefficient of 0 is left out. */
export function lawText(terms: readonly Term[], coefficients: readonly Rational[]): string {
  const sumOf = (perLayer: boolean): string =>
    terms
      .map((term, index) => ({ term, coefficient: coefficients[index] }))
      .filter(({ term, coefficient }) => term.perLayer === perLayer && coefficient?.numerator !== 0n)
      .map(({ term, coefficient }) => (coefficient === undefined ? '' : product(coefficient, term)))
      .reduce(added, '');
  const [inLayers, outside] = [sumOf(true), sumOf(false)];
  return [...(inLayers === '' ? [] : [`L(${inLayers})`]), outside].reduce(added, '') || '0';
}

const product = (coefficient: Rational, { name }: Term): string =>
  name === '1' ? rationalText(coefficient) : `${rationalText(coefficient)}·${name}`;

function added(sum: string, next: string): string {
  if (sum === '' || next === '') return sum + next;
  return next.startsWith('-') ? `${sum} - ${next.slice(1)}` : `${sum} + ${next}`;
}
