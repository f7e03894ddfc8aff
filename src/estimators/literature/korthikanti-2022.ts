/** Korthikanti et al.: the activations that a layer stores, and those outside the layers, of the first pipeline stage. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, ONE_MODEL } from '../assumption.ts';
import { ONE_DEVICE } from '../deployment.ts';
import { type Assumption, comparedIn, type Estimator, unsupported } from '../estimator.ts';
import { activationMemory, KORTHIKANTI_ORIGINAL } from '../originals/korthikanti-2022.ts';
import { nearestBytes } from '../wholeBytes.ts';
import { KORTHIKANTI_LAYER } from './korthikantiLayer.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('training', 'Activations are what forward stores for backward in training', 'step.kind', ['training']),
  keyIs('sixteen-bit', 'Network and activations are stored in a 16-bit format: 2 bytes per element', 'step.precision', [
    'mixed-float16',
    'mixed-bfloat16',
    'float16',
    'bfloat16',
  ]),
  ...KORTHIKANTI_LAYER,
  ONE_MODEL,
];

const RECOMPUTE = { none: 'none', selective: 'selective', block: 'full', sqrt: undefined } as const;
const NO_GROUPS = unsupported('The paper recomputes attention or every layer, not groups of √L layers.');

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
  ignores: {
    'step.optimizer':
      'Activations are what forward creates and backward needs; "this excludes the main parameters of the model and optimizer state" (§4).',
    'step.backward': 'Counted is what forward has stored when backward begins, before anything can be freed.',
    'model.tiedEmbedding':
      'The final projection stores its input, 2sbh, and the logits, 4sbv, whoever owns its weight.',
  },

  originals: [KORTHIKANTI_ORIGINAL],

  predict(config, deployment = ONE_DEVICE) {
    const { model, batch, step } = config;
    const recompute = RECOMPUTE[step.checkpointing];
    if (recompute === undefined) return { activations: NO_GROUPS };
    const terms = activationMemory({
      s: batch.sequenceLength,
      b: batch.size / step.microBatches, // "b: microbatch size"; p of them are in flight, however many there are
      h: model.hiddenSize,
      a: model.heads,
      L: model.layers,
      v: model.vocabularySize,
      t: deployment.tensorParallel,
      p: deployment.pipelineParallel, // not interleaved: nothing here says so
      sequence_parallel: deployment.sequenceParallel,
      recompute,
    });
    const layers =
      recompute === 'full'
        ? { residual: terms.layer_inputs }
        : {
            attention: terms.attention + terms.scores,
            'feed-forward': terms.mlp,
            normalization: terms.norms,
          };
    return {
      activations: nearestBytes(
        {
          ...layers,
          embedding: terms.embedding_dropout,
          // The final norm's input stays with the head's (not under `normalization`), so that the 34 sbh of the layers
          // and the extras can be told apart.
          head: terms.final_norm_input + terms.head_input,
          loss: terms.logits,
        },
        terms.total,
      ),
    };
  },
};
