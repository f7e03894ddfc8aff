/** Fractions of whole numbers of any size: a coefficient is 104, 2.1 or 7/3, and never a rounded 2.0999. */

/** In lowest terms, the denominator positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Throws for a denominator of 0. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) throw new Error('a fraction over 0');
  const divisor = gcd(magnitude(numerator), magnitude(denominator)) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export const isWhole = ({ denominator }: Rational): boolean => denominator === 1n;

/** Halves go up. */
export function nearestWhole({ numerator, denominator }: Rational): bigint {
  const [double, twice] = [2n * numerator + denominator, 2n * denominator];
  const quotient = double / twice;
  return double % twice < 0n ? quotient - 1n : quotient; // BigInt division goes towards 0, this one down
}

/** How far it is from the nearest whole number, from 0 to 0.5. */
export function distanceFromWhole(value: Rational): number {
  const rest = magnitude(value.numerator - nearestWhole(value) * value.denominator);
  return Number((rest * PARTS) / value.denominator) / Number(PARTS);
}
const PARTS = 1_000_000n; // what is told of a distance

/** `2.1` where the decimals end, else `7/3`. */
export function rationalText({ numerator, denominator }: Rational): string {
  let places = 0;
  let power = 1n;
  while (power % denominator !== 0n) {
    if (places === MOST_PLACES) return `${numerator}/${denominator}`;
    places += 1;
    power *= 10n;
  }
  const digits = String(magnitude((numerator * power) / denominator)).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${numerator < 0n ? '-' : ''}${whole}${places > 0 ? `.${digits.slice(-places)}` : ''}`;
}
const MOST_PLACES = 6;

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function gcd(a: bigint, b: bigint): bigint {
  let [large, small] = [a, b];
  while (small > 0n) [large, small] = [small, large % small];
  return large;
}
