/** Forward through the turning of queries or keys. */
import { elementwise } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'attention';

/** Of `elements` in heads. */
export function rotaryForward({ model, widths, S }: Pass, elements: number): Moment[] {
  const p = widths.product;
  const byPosition = elementwise(NAME, [elements, p], [S * model.headSize, WIDE]);
  const half = made(NAME, (elements / 2) * p);
  const same = made(NAME, elements * p);
  return [half, half, half, same, byPosition, byPosition, same]; // both halves, the second negated, joined; times cosines, times sines, the sum
}
