/** Chen's arithmetic of the cache of keys and values: the same bytes for each token that was seen. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, nearestBuildable, sizeIs } from '../assumption.ts';
import { ONE_DEVICE } from '../deployment.ts';
import { type Assumption, comparedIn, type Estimator, unsupported } from '../estimator.ts';
import { unknownDegree } from '../unknownDegree.ts';
import { nearestBytes } from '../wholeBytes.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('inference', '"In the sampling": a prompt, then one token after the other', 'step.kind', ['inference']),
  keyIs('sixteen-bit', '"We\'ll assume 16-bit formats throughout the post"', 'step.precision', [
    'float16',
    'bfloat16',
    'mixed-float16',
    'mixed-bfloat16',
  ]),
  keyIs('decoder', 'Every layer attends to the sequence so far, and to nothing else', 'model.architecture', [
    'decoder',
  ]),
  sizeIs(
    'multi-head',
    'Keys and values are "a n_heads × d_head matrix" each',
    'model.keyValueHeads',
    ({ model }) => model.heads,
  ),
];

export const kipplyKvCache: Estimator = {
  id: 'kipply-kv-cache',
  title: 'Chen 2022, Transformer Inference Arithmetic: the cache of keys and values',
  source: {
    citation: 'C. Chen, "Transformer Inference Arithmetic" (kipply\'s blog, 30 March 2022)',
    url: 'https://kipp.ly/transformer-inference-arithmetic/',
    version: '2022-03-30',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['kv-cache']),
  assumptions: ASSUMPTIONS,
  matched: (config) => nearestBuildable(config, ASSUMPTIONS),

  predict({ model, batch }, deployment = ONE_DEVICE) {
    const unknown = unknownDegree(deployment, ['tensorParallel']);
    if (unknown !== undefined) return { 'kv-cache': unsupported(`The post has no ${unknown} for the cache.`) };
    const perToken =
      2 * // k and v
      2 * // "the number of bytes"
      model.layers *
      model.heads *
      model.headSize;
    const tokens = batch.size * batch.sequenceLength; // "[batch, 2, num_heads, seq_len, features]" for each layer
    const bytes = (perToken * tokens) / deployment.tensorParallel; // "split across heads by GPU"
    return { 'kv-cache': nearestBytes({ attention: bytes }) };
  },
};
