/** Forward through attention. */
import { INT32_BYTES } from '../kernels.ts';
import { type Moment, made } from '../moments.ts';
import type { Pass } from '../pass.ts';
import type { ForwardOperations } from './operations.ts';

const NAME = 'attention';

export function selfAttentionForward(operations: ForwardOperations, pass: Pass, masked: boolean): readonly Moment[] {
  const { model, widths, NQ, NK, host } = pass;
  const { hiddenSize: H, heads, keyValueHeads, headSize, biases: hasBias } = model;
  const columns = (heads + 2 * keyValueHeads) * headSize;
  return [
    ...operations.linear(pass, NAME, { rows: H, columns, fromStream: true, hasBias }),
    made(NAME, (NQ + 2 * NK) * widths.product, host * 4 * INT32_BYTES), // q, k and v, cut
    ...toHeads(pass),
    ...(model.positions === 'rotary' ? [...operations.rotary(pass, NQ), ...operations.rotary(pass, NK)] : []),
    ...(pass.cache?.extend ?? []),
    ...fromHeads(operations, pass, masked),
  ];
}

export function crossAttentionForward(operations: ForwardOperations, pass: Pass): readonly Moment[] {
  const { model, widths, NK, host } = pass;
  const { hiddenSize: rows, heads, keyValueHeads, headSize, biases: hasBias } = model;
  const map = { rows, fromStream: true, hasBias };
  return [
    ...operations.linear(pass, NAME, { ...map, columns: heads * headSize }),
    ...operations.linear(pass, NAME, { ...map, columns: 2 * keyValueHeads * headSize }),
    made(NAME, 2 * NK * widths.product, host * 3 * INT32_BYTES), // k and v, cut
    ...toHeads(pass),
    ...fromHeads(operations, pass, false),
  ];
}

const toHeads = (pass: Pass): Moment[] => [
  ...moved(pass, pass.model.heads, pass.NQ), // q
  ...moved(pass, pass.model.keyValueHeads, pass.NK), // k
  ...moved(pass, pass.model.keyValueHeads, pass.NK), // v
];

function fromHeads(operations: ForwardOperations, pass: Pass, masked: boolean): readonly Moment[] {
  const { model, NQ } = pass;
  const { hiddenSize: columns, heads, headSize, biases: hasBias } = model;
  return [
    ...operations.scaledDotProduct(pass, masked),
    ...moved(pass, heads, NQ), // heads joined
    ...operations.linear(pass, NAME, { rows: heads * headSize, columns, fromStream: false, hasBias }),
  ];
}

/** Between rows and heads; of a single head, or a single row of each sequence, it is the same. */
const moved = ({ widths, host, S }: Pass, heads: number, elements: number): Moment[] =>
  heads > 1 && S > 1 ? [made(NAME, elements * widths.product, host * 4 * INT32_BYTES)] : [];
