/** Backward through attention. */
import { type Moment, made } from '../moments.ts';
import type { Pass } from '../pass.ts';
import type { Part } from './gradient.ts';
import type { Operations } from './operations.ts';

const NAME = 'attention';

/** `before`: what the input's gradient has already. */
export function selfAttentionBackward(
  operations: Operations,
  pass: Pass,
  masked: boolean,
  before: Part | null,
): { moments: Moment[]; sum: Part } {
  const { model, widths, NQ, NK } = pass;
  const { hiddenSize: H, heads, keyValueHeads, headSize, biases: hasBias } = model;
  const columns = (heads + 2 * keyValueHeads) * headSize;
  const rotated = model.positions === 'rotary';
  const input = { width: widths.stream, before };
  const qkv = operations.linear(pass, NAME, { rows: H, columns, input, hasBias });
  return {
    moments: [
      ...toHeads(operations, pass, masked),
      ...(rotated ? [...operations.rotary(pass, NK), ...operations.rotary(pass, NQ)] : []),
      ...fromHeads(pass),
      made(NAME, (NQ + 2 * NK) * widths.product), // of q, k and v, joined
      ...qkv.moments,
    ],
    sum: qkv.sum,
  };
}

/** `memory`: what the gradient of the encoder's output has already. */
export function crossAttentionBackward(
  operations: Operations,
  pass: Pass,
  before: Part | null,
  memory: Part | null,
): { moments: Moment[]; sum: Part; memory: Part } {
  const { model, widths, NK } = pass;
  const { hiddenSize: H, heads, keyValueHeads, headSize, biases: hasBias } = model;
  const width = widths.stream;
  const kv = operations.linear(pass, NAME, {
    ...{ rows: H, columns: 2 * keyValueHeads * headSize, hasBias },
    input: { width, before: memory },
  });
  const q = operations.linear(pass, NAME, { rows: H, columns: heads * headSize, input: { width, before }, hasBias });
  return {
    moments: [
      ...toHeads(operations, pass, false),
      ...fromHeads(pass),
      made(NAME, 2 * NK * widths.product), // of k and v, joined
      ...kv.moments,
      ...q.moments,
    ],
    sum: q.sum,
    memory: kv.sum,
  };
}

/** Up to the gradients of q, k and v by heads. */
function toHeads(operations: Operations, pass: Pass, masked: boolean): Moment[] {
  const { model, widths, NQ } = pass;
  const { hiddenSize: H, heads, headSize, biases: hasBias } = model;
  const input = { width: widths.product, before: null };
  const output = operations.linear(pass, NAME, { rows: heads * headSize, columns: H, input, hasBias });
  return [...output.moments, ...moved(pass, heads, NQ), ...operations.scaledDotProduct(pass, masked)];
}

const fromHeads = (pass: Pass): Moment[] => [
  ...moved(pass, pass.model.keyValueHeads, pass.NK), // v
  ...moved(pass, pass.model.keyValueHeads, pass.NK), // k
  ...moved(pass, pass.model.heads, pass.NQ), // q
];

/** Between rows and heads; of a single head it is the same. */
const moved = ({ widths }: Pass, heads: number, elements: number): Moment[] =>
  heads > 1 ? [made(NAME, elements * widths.product)] : [];
