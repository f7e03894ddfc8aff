/** Chen's arithmetic of the cache of keys and values: the same bytes for each token that was seen. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, sizeIs } from '../assumption.ts';
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
  ignores: {
    'model.gatedFeedForward':
      '"Per token, the number of bytes we store is" 2 · 2 · n_layers · n_heads · d_head: keys and values of attention, nothing of the MLP ("kv cache").',
    'model.tiedEmbedding':
      '"Per token, the number of bytes we store is" 2 · 2 · n_layers · n_heads · d_head: neither vocabulary nor embedding is in it ("kv cache").',
    'model.dropout':
      'The cache is "the two vectors, k and v", of each layer and token ("kv cache"); nothing that dropout keeps is stored in it.',
    'model.attention':
      'Stored are "the two vectors, k and v", whichever kernel reads them ("kv cache"); scores are of the "intermediate calculation steps, but they\'re negligible" ("capacity").',
    'step.optimizer':
      'The post is of inference: "the two things we store in our GPUs — kv cache and weights" ("capacity").',
    'step.savedTensors': `Stored are "kv cache and weights"; "there's some extra space used by intermediate calculation steps, but they're negligible" ("capacity").`,
    'step.backward':
      '"Transformer inference consists of processing a provided prompt/context […] and then sampling additional tokens" ("kv cache"): there is no backward.',
    'step.checkpointing':
      'Recomputation in the post is that of keys and values in place of the cache; "intermediate calculation steps" are "negligible" ("capacity").',
  },

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
