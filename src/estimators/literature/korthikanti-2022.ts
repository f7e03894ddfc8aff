/** Korthikanti et al. on one device: the activations that a layer stores, and those outside the layers. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, nearestBuildable } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised, unsupported } from '../estimator.ts';
import { KORTHIKANTI_LAYER } from './korthikantiLayer.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('training', 'Activations are what forward stores for backward in training', 'step.kind', ['training']),
  keyIs('sixteen-bit', 'Network and activations are stored in a 16-bit format: 2 bytes per element', 'step.precision', [
    'mixed-float16',
    'mixed-bfloat16',
  ]),
  ...KORTHIKANTI_LAYER,
];

export const korthikanti2022: Estimator = {
  id: 'korthikanti-2022',
  title: 'Korthikanti et al. 2022, activations of a transformer in 16 bit',
  source: {
    citation: 'V. Korthikanti et al., "Reducing Activation Recomputation in Large Transformer Models" (2022)',
    url: 'https://arxiv.org/abs/2205.05198',
    version: 'arXiv 2205.05198',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['activations']),
  assumptions: ASSUMPTIONS,
  matched: (config) => nearestBuildable(config, ASSUMPTIONS),

  predict(config) {
    const { layers: L, hiddenSize: h, heads: a, vocabularySize: v } = config.model;
    const s = config.batch.sequenceLength;
    const b = config.batch.size / config.step.microBatches; // "b: microbatch size"
    const sbh = s * b * h;
    const as2b = a * s * s * b;

    const attention =
      (2 + // input of the QKV products
        4 + // Q and K
        2 + // V
        2 + // input of the output projection
        1) * // dropout mask
      sbh;
    const scores =
      (2 + // softmax output
        1 + // its dropout mask
        2) * // its dropout output
      as2b;
    const mlp =
      (2 + // input of the first linear layer
        8 + // input of GELU
        8 + // input of the second linear layer
        1) * // dropout mask
      sbh;
    const norms = (2 + 2) * sbh; // the inputs of both

    // Outside the layers. The final norm's input stays with the head's (not under `normalization`), so that the 34 sbh of
    // the layers and the extras can be told apart.
    const extras = {
      embedding: sbh, // dropout mask
      head: (2 + 2) * sbh, // input of the final norm and input of the head
      loss: 4 * s * b * v, // logits in fp32
    };

    switch (config.step.checkpointing) {
      case 'none': // sbh(34 + 5as/h) per layer
        return {
          activations: itemised({
            attention: L * (attention + scores),
            'feed-forward': L * mlp,
            normalization: L * norms,
            ...extras,
          }),
        };
      case 'selective': // 34 sbh per layer: softmax and its dropout are recomputed
        return {
          activations: itemised({
            attention: L * attention,
            'feed-forward': L * mlp,
            normalization: L * norms,
            ...extras,
          }),
        };
      case 'block': // "full": 2 sbh per layer, its input on the residual stream
        return { activations: itemised({ residual: L * 2 * sbh, ...extras }) };
      case 'sqrt':
        return { activations: unsupported('The paper recomputes attention or every layer, not groups of √L layers.') };
    }
  },
};
