/** Backward through the scaled dot product. */
import { cast, elementwise, INT32_BYTES, product, reduced } from '../../kernels.ts';
import { freed, leftBy, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { scaledDotProductTape } from '../scaledDotProduct.ts';

const NAME = 'attention';

/** The gradients of q, k and v are left, by heads. Where it was not kept it runs again, and what that makes is gone afterwards. */
export function scaledDotProductBackward(pass: Pass, masked: boolean): Moment[] {
  const moments = through(pass);
  if (!pass.selective) return moments;
  const { NQ, NK, widths } = pass;
  const grouped = pass.model.keyValueHeads < pass.model.heads;
  const again = scaledDotProductTape({ ...pass, selective: false }, masked);
  const mixed = NQ * widths.product - (grouped ? NQ * widths.product : 0); // what it gives, once more
  const left = leftBy(moments)[NAME] ?? 0;
  const gradients = (NQ + 2 * NK) * widths.product;
  const shape = grouped ? [made(NAME, 0, 4 * INT32_BYTES * pass.host)] : []; // of the Reshape to a group's rows
  return [made(NAME, again + mixed), ...moments, ...shape, freed(NAME, again + mixed + left - gradients)];
}

function through({ widths, dropout, S, NQ, NK, A, host, scratch }: Pass): Moment[] {
  const { product: p, copiesOperands } = widths;
  const probabilities = copiesOperands ? p : WIDE; // as the product took them
  const gradient = copiesOperands ? WIDE : p; // of what softmax gave
  const back = elementwise(NAME, [A, gradient], [A, WIDE]); // dy · probabilities
  const sum = reduced(NAME, [A, gradient], A / S, host);
  return [
    product(NAME, [NQ, p], [NK, p], A, scratch), // of the probabilities
    product(NAME, [A, probabilities], [NQ, p], NK, scratch), // of v
    ...cast(NAME, A, p, gradient),
    ...(dropout ? [back] : []), // times what stayed
    back, // Softmax's gradient computes at once dy · probabilities,
    sum, // sums it up over each row,
    made(NAME, A * WIDE), // times the probabilities,
    elementwise(NAME, [A, gradient], [A, WIDE]), // and the difference: of the masked scores
    freed(NAME, sum.bytes + A * WIDE),
    elementwise(NAME, [A, gradient], [1, WIDE]), // of q·kᵀ
    product(NAME, [A, gradient], [NK, p], NQ, scratch), // of q
    product(NAME, [A, gradient], [NQ, p], NK, scratch), // of k
  ];
}
