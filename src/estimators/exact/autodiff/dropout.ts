/** tfjs's dropout (tfjs-core, ops/dropout.ts): 1 where an element stays, scaled, by ops of their own. */
import { WIDE } from '../widths.ts';

/** Bytes beside what goes in and what comes out, for `elements`. */
export const dropoutNoise = (elements: number): number =>
  elements * WIDE + // random numbers (Add.a)
  WIDE + // the share that stays (Add.b)
  elements * WIDE + // their sum, rounded down (RealDiv.a)
  WIDE + // the share again (RealDiv.b)
  elements * WIDE; // the quotient (Mul.b)

/** Of these, bytes from which no variable can be reached: the random numbers, what they are rounded to, and their scalars. */
export const leadingNowhere = (elements: number): number => 2 * (elements * WIDE + WIDE);
