/** Token embeddings, and the positions where they are added to them. */
import type { RunConfig } from '../config/schema.ts';
import { ofVariable } from './component.ts';
import { withGradient } from './customGradient.ts';
import type { Dropout } from './dropout.ts';
import { constantTable } from './table.ts';
import type { Tensor1D, Tensor2D, Tensor3D, Tf, Variable } from './tensorflow.ts';
import { inTwoForms, type Tools } from './tools.ts';
import type { CreateVariable } from './variables.ts';

/** Where a position is: a learned vector, a fixed one, or nothing that is added (rotary positions, or none at all). */
export type Positions =
  | { readonly kind: 'learned'; readonly table: Variable } // [maxPositions, H]
  | { readonly kind: 'sinusoidal'; readonly table: Tensor2D } // [S, H]
  | { readonly kind: 'none' };

export interface EmbeddingParameters {
  readonly tokens: Variable; // [V, H]
  readonly positions: Positions;
}

export const createTokens = (
  create: CreateVariable,
  name: string,
  { vocabularySize, hiddenSize }: RunConfig['model'],
): Variable => create(`${name}/tokens`, [vocabularySize, hiddenSize], 'weight');

export const createLearnedPositions = (
  create: CreateVariable,
  name: string,
  { maxPositions, hiddenSize }: RunConfig['model'],
): Variable => create(`${name}/positions`, [maxPositions, hiddenSize], 'weight');

/** [S, H], Vaswani et al. 2017, §3.5: sines in even columns, cosines in odd ones. Made once; it lives as long as the model. */
export function sinusoids(tf: Tf, sequenceLength: number, hiddenSize: number): Tensor2D {
  return constantTable(tf, [sequenceLength, hiddenSize], (values) => {
    for (let index = 0; index < values.length; index++) {
      const [position, column] = [Math.floor(index / hiddenSize), index % hiddenSize];
      const angle = position / 10_000 ** ((column - (column % 2)) / hiddenSize);
      values[index] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  });
}

/** `ids`: [B, S] int32 → [N, H]: the residual stream that enters the first block. */
export const embedding = (tools: Tools, ids: Tensor2D, parameters: EmbeddingParameters, dropout: Dropout): Tensor2D =>
  dropout.apply(tools.precision.stream(lookUp(tools, ids, parameters)));

/** [B, S] → [N, H]. Kept by the minimal form, as by PyTorch's `embedding`: the ids, which are an input. */
const lookUp = inTwoForms(
  ({ tf }, ids: Tensor2D, { tokens, positions }: EmbeddingParameters): Tensor2D =>
    tf.reshape(placed(tf, ids, tokens, positions), [ids.size, tokens.shape[1] as number]),
  ({ tf }, ids, { tokens, positions }) => {
    const [vocabularySize, hiddenSize] = tokens.shape as [number, number];
    const [batchSize, sequenceLength] = ids.shape;
    const learned = positions.kind === 'learned' ? positions.table : null;
    return withGradient<Tensor2D>(tf, learned === null ? [tokens] : [tokens, learned], {
      forward: () => ({
        value: tf.reshape(placed(tf, ids, tokens, positions), [ids.size, hiddenSize]),
        saved: [ids],
      }),
      backward(dy, [ids]) {
        const dWords = positions.kind === 'sinusoidal' ? tf.mul(dy, wordScale(tokens)) : dy; // [N, H]
        const flat = tf.reshape(ids as Tensor2D, [dWords.shape[0] as number]); // [N]
        const dTokens = ofVariable(() => tf.unsortedSegmentSum(dWords, flat as Tensor1D, vocabularySize)); // [V, H]
        if (learned === null) return [dTokens];
        const unused = (learned.shape[0] as number) - sequenceLength;
        const dPositions = ofVariable(() => {
          const used = tf.sum(tf.reshape(dy, [batchSize, sequenceLength, hiddenSize]), 0); // [S, H]
          if (unused === 0) return used;
          return tf.pad(used, [
            [0, unused],
            [0, 0],
          ]);
        }); // [maxPositions, H]
        return [dTokens, dPositions];
      },
    });
  },
);

/** §3.4: "we multiply those weights by √d_model" */
const wordScale = (tokens: Variable): number => Math.sqrt(tokens.shape[1] as number);

function placed(tf: Tf, ids: Tensor2D, tokens: Variable, positions: Positions): Tensor3D {
  if (positions.kind === 'learned') {
    const positionIds = tf.range(0, ids.shape[1], 1, 'int32'); // [S]
    return tf.add(tf.gather(tokens, ids), tf.gather(positions.table, positionIds)) as Tensor3D;
  }
  const words = tf.gather(tokens, ids) as Tensor3D; // [B, S, H]
  if (positions.kind === 'none') return words;
  return tf.add(tf.mul(words, wordScale(tokens)), positions.table);
}
