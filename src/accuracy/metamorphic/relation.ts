/** The arithmetic of relations: what a combination of bytes comes to, and whether that is allowed. */
import type { Allowed, Relation, RelationTerm } from './law.ts';

/** The combination, given the bytes of each term. */
export const combined = (terms: readonly RelationTerm[], bytesOf: (term: RelationTerm) => number): number =>
  terms.reduce((sum, term) => sum + term.factor * bytesOf(term), 0);

export const isAllowed = ({ least, most }: Allowed, count: number): boolean =>
  count >= least && (most === null || count <= most);

/**
 * `allowed` for predictions: a formula that computes in fractions gives whole bytes, each up to half a byte from what it means. An end that is
 * left open has none of this: who predicts no growth at all must not pass as having grown.
 */
export function widenedByRounding(allowed: Allowed, terms: readonly RelationTerm[]): Allowed {
  if (allowed.most === null) return allowed;
  const halves = terms.reduce((sum, { factor }) => sum + Math.abs(factor), 0) / 2;
  return { least: allowed.least - halves, most: allowed.most + halves };
}

/** `activations(batch × 3) − 2·activations(batch × 2) + activations(base)` */
export function testedText({ terms }: Relation): string {
  return terms
    .map(({ factor, quantity, at }, index) => {
      const sign = factor < 0 ? (index === 0 ? '−' : ' − ') : index === 0 ? '' : ' + ';
      const size = Math.abs(factor);
      return `${sign}${size === 1 ? '' : `${size}·`}${quantity}(${at})`;
    })
    .join('');
}
