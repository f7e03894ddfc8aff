/** Rees's derivation for nanoGPT, from which the article's peak formula descends. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, sizeIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised, together } from '../estimator.ts';
import { getNumParams, REES } from '../originals/rees2023.ts';
import { PYTORCH_AUTOCAST_TRAINING } from './pytorchTraining.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  ...PYTORCH_AUTOCAST_TRAINING,
  keyIs('no-biases', 'bias = False: no biases, and a scale only in layer norms', 'model.biases', [false]),
  keyIs('tied-head', 'The head shares its weight with the token embedding', 'model.tiedEmbedding', [true]),
  {
    id: 'learned-positions',
    statement: 'A learned embedding for each of the S positions',
    holds: ({ model, batch }) => model.positions === 'learned' && model.maxPositions === batch.sequenceLength,
    nearby: (config) => [
      { ...config, model: { ...config.model, positions: 'learned', maxPositions: config.batch.sequenceLength } },
    ],
  },
  sizeIs(
    'feed-forward-4h',
    'The feed-forward block is 4H wide',
    'model.feedForwardSize',
    ({ model }) => 4 * model.hiddenSize,
  ),
];

/** P = L(12H² + 2H) + H(V + S) + H, the post's `get_num_params` with its defaults. */
const reesParameters = ({ model, batch }: RunConfig): number =>
  getNumParams({
    d_model: model.hiddenSize,
    n_layers: model.layers,
    vocab_size: model.vocabularySize,
    seq_len: batch.sequenceLength,
    include_embedding: true,
    bias: false,
  });

export const rees2023: Estimator = {
  id: 'rees-2023',
  title: 'Rees 2023, Transformer Memory Arithmetic (nanoGPT under autocast)',
  source: {
    citation: 'E. Rees, "Transformer Memory Arithmetic: Understanding all the Bytes in nanoGPT" (13 June 2023)',
    url: 'https://erees.dev/transformer-memory/',
    version: 'erees1/erees1.github.io@d3ffde8',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['weights', 'steady', 'activations', 'backward-peak', 'step-peak']),
  assumptions: ASSUMPTIONS,
  countParameters: reesParameters,

  predict(config) {
    const P = reesParameters(config);
    const { layers: L, hiddenSize: H, heads: a, vocabularySize: V } = config.model;
    const S = config.batch.sequenceLength;
    const B = config.batch.size / config.step.microBatches; // nanoGPT's batch size is that of a micro-batch
    const N_e = B * S * H;
    const N_a = B * a * S * S;
    const N_l = B * S * V;
    const N_buf = L * S * S; // "buffers": each block has a causal mask of its own

    const weights = itemised({ weights: 4 * P });

    // M_steady = 16P + 4 N_buf. The data, 16 B S, is a term of its own in the source and not part of this figure.
    const steady = itemised({
      weights: 4 * P, // fp32
      optimizer: 8 * P, // Adam's two fp32 states
      gradients: 4 * P, // from the first backward on
      inputs: 4 * N_buf, // the masks are fp32
    });

    // M_act = L(36 N_e + 6 N_a) + 6 N_e + 6 N_l
    const activations = itemised({
      normalization: L * (4 + 4) * N_e + 4 * N_e, // fp32 input of both norms of a block, and of the final one
      attention:
        L *
        ((2 + // input of the QKV product, 16 bit
          4 + // Q and K
          2 + // V
          2) * // input of the output projection
          N_e +
          (4 + // softmax output, fp32
            2) * // its 16-bit copy for the product with V
            N_a),
      'feed-forward':
        L *
        (2 + // input of the first linear layer
          8 + // input of GELU, 4H wide
          8) * // input of the second linear layer, 4H wide
        N_e,
      head: 2 * N_e, // its 16-bit input
      loss: (2 + 4) * N_l, // 16-bit logits and their fp32 copy
    });

    // M_peak = M_steady + M_act + 4 N_l: one more fp32 tensor of logits at the start of backward
    const peak = together(together(steady, activations), itemised({ loss: 4 * N_l }));
    return { weights, steady, activations, 'backward-peak': peak, 'step-peak': peak };
  },
  originals: [REES],
};
