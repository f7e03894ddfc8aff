/** EleutherAI's 20 % on the size that accelerate's `estimate-memory` prints, as its guide says: a model without its head. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { ONE_DEVICE } from '../deployment.ts';
import { comparedIn, type Estimator } from '../estimator.ts';
import { exactParameterCount } from '../exact/parameterCount.ts';
import { bytesPerParameter, INFERENCE_IN_ONE_TYPE, withAFifth } from './inferenceOverhead.ts';

/** `AutoModel` has the embedding and the layers. A tied head is the embedding's matrix; one of its own is not instantiated. */
function parametersWithoutHead(config: RunConfig): number {
  const { tiedEmbedding, vocabularySize, hiddenSize } = config.model;
  return exactParameterCount(config) - (tiedEmbedding ? 0 : vocabularySize * hiddenSize);
}

export const acceleratePlusTwentyPercent: Estimator = {
  id: 'accelerate-plus-twenty-percent',
  title: 'accelerate 2023: inference takes up to 20 % more than estimate-memory says',
  source: {
    citation: 'Z. Mueller et al., "Model memory estimator" (Hugging Face accelerate, usage guide)',
    url: 'https://huggingface.co/docs/accelerate/usage_guides/model_size_estimator',
    version: 'huggingface/accelerate@16cb6eb',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['weights', 'inference-peak']),
  assumptions: INFERENCE_IN_ONE_TYPE,
  ignores: {
    'model.tiedEmbedding':
      'The size is that of `AutoModel`, which create_empty_model instantiates: the model without its language model head, tied or not.',
    'model.dropout':
      '"Total Size" adds up parameters and buffers (compute_module_sizes); "up to an additional 20%" is a share of that.',
    'model.attention':
      '"Up to an additional 20%" is a share of the loaded size, and not said to be of anything in particular: there is no word of attention or its scores.',
    'step.optimizer':
      'The 20 % are for "performing inference" and on "Total Size"; Adam has a column of its own, "Training using Adam", that the rule does not use.',
    'step.savedTensors':
      '"When performing inference you can expect to add up to an additional 20%": a share of the loaded size, whatever is kept.',
    'step.backward': '"When performing inference": there is no backward in the rule.',
    'step.checkpointing':
      '"When performing inference": a share of the loaded size, with no activations of their own that could be recomputed.',
  },
  countParameters: parametersWithoutHead,

  /** "When performing inference you can expect to add up to an additional 20%": the whole of it, as its users read it. */
  predict: (config, deployment = ONE_DEVICE) =>
    withAFifth(bytesPerParameter(config) * parametersWithoutHead(config), deployment),
};
