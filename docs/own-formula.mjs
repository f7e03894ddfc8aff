/** A rule of thumb as many people use it: sixteen bytes per parameter, and the activations of every block twice over. */
import { exactParameterCount, itemised, keyIs, MEMORY_LEDGERS, unsupported } from 'memproof';

const FLOAT32_BYTES = 4;

/** What the rule takes for granted, as code: memproof says of every configuration whether it holds there. */
const assumptions = [
  keyIs('training', 'A training step', 'step.kind', ['training']),
  keyIs('adam', 'Adam with two states per parameter', 'step.optimizer', ['adam', 'adamw']),
  keyIs('float32', 'Everything in float32', 'step.precision', ['float32']),
];

export default {
  id: 'sixteen-bytes',
  title: 'Sixteen bytes per parameter, and twelve widths per token and block',
  source: { citation: 'by word of mouth', version: '1' },
  predicts: [
    { quantity: 'steady', ledgers: MEMORY_LEDGERS },
    { quantity: 'step-peak', ledgers: MEMORY_LEDGERS },
  ],
  assumptions,
  countParameters: exactParameterCount,

  predict(config) {
    const { architecture, layers: L, hiddenSize: H } = config.model;
    const N = config.batch.size * config.batch.sequenceLength;
    const P = exactParameterCount(config);
    const parts = {
      weights: FLOAT32_BYTES * P,
      gradients: FLOAT32_BYTES * P,
      optimizer: 2 * FLOAT32_BYTES * P,
    };
    if (architecture === 'encoder-decoder')
      return { steady: itemised(parts), 'step-peak': unsupported('The rule is of one stack of blocks.') };
    return {
      steady: itemised(parts),
      'step-peak': itemised({ ...parts, unitemised: 12 * FLOAT32_BYTES * L * N * H }), // the rule does not say which
    };
  },
};
