/** What the tape keeps of turning queries or keys. */
import type { Pass } from '../pass.ts';

/** Bytes, of `elements` in heads. The turned ones are counted with the scaled dot product, which takes them instead. */
export const rotaryTape = ({ widths }: Pass, elements: number): number =>
  (elements + // what is turned (Mul.a)
    elements / 2 + // its second half, negated, and
    elements / 2 + // its first half (both of Concat)
    elements + // the two joined (Mul.a)
    elements + // times the cosines (Add.a)
    elements) * // times the sines (Add.b)
  widths.product;
