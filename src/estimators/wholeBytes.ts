/** Sources that compute in fractions: a share of 1/t, a factor of 1.05. Memory is whole bytes. */
import { itemised, type PartName, type Prediction, unsupported } from './estimator.ts';

/**
 * The total to the nearest byte, and each part too; what rounding leaves between them is `unitemised`. Without `total`
 * it is the sum. Unsupported where the bytes are more than a number counts exactly (2^53).
 */
export function nearestBytes(parts: Readonly<Partial<Record<PartName, number>>>, total?: number): Prediction {
  const names = Object.keys(parts) as PartName[];
  const whole = Math.round(total ?? names.reduce((sum, name) => sum + (parts[name] as number), 0));
  if (!Number.isSafeInteger(whole)) return unsupported('The formula gives more bytes than can be counted exactly.');
  const rounded: Partial<Record<PartName, number>> = {};
  let left = whole;
  for (const name of names) {
    const part = Math.round(parts[name] as number);
    rounded[name] = part;
    left -= part;
  }
  if (left !== 0) rounded.unitemised = (rounded.unitemised ?? 0) + left;
  return itemised(rounded);
}
