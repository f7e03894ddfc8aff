/** Sources that compute in fractions: a share of 1/t, a factor of 1.05. Memory is whole bytes. */
import { itemised, type PartName, type Prediction, unsupported } from './estimator.ts';

/**
 * The total to the nearest byte, and each part too; what rounding leaves between them is `unitemised`. Without `total`
 * it is the sum. Unsupported where the bytes are more than a number counts exactly (2^53).
 */
export function nearestBytes(parts: Readonly<Partial<Record<PartName, number>>>, total?: number): Prediction {
  const named = Object.entries(parts) as [PartName, number][];
  const whole = Math.round(total ?? named.reduce((sum, [, part]) => sum + part, 0));
  if (!Number.isSafeInteger(whole)) return unsupported('The formula gives more bytes than can be counted exactly.');
  const rounded: Partial<Record<PartName, number>> = {};
  let left = whole;
  for (const [name, part] of named) {
    rounded[name] = Math.round(part);
    left -= Math.round(part);
  }
  return itemised(left === 0 ? rounded : { ...rounded, unitemised: (rounded.unitemised ?? 0) + left });
}
