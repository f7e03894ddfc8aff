/** EleutherAI's 20 % on the size that accelerate's `estimate-memory` prints, as its guide says: a model without its head. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { nearestBuildable } from '../assumption.ts';
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
  matched: (config) => nearestBuildable(config, INFERENCE_IN_ONE_TYPE),
  countParameters: parametersWithoutHead,

  /** "When performing inference you can expect to add up to an additional 20%": the whole of it, as its users read it. */
  predict: (config, deployment = ONE_DEVICE) =>
    withAFifth(bytesPerParameter(config) * parametersWithoutHead(config), deployment),
};
