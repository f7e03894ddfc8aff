/** Determined AI's "Activation Memory, part 2": what PyTorch saves in a block whose attention is fused. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, ONE_MODEL, sizeIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, unsupported } from '../estimator.ts';
import {
  type ActivationFunction,
  attentionStorages,
  DETERMINED,
  type LayerSetting,
  mlpMemory,
  normStorages,
  savedTensorMem,
} from '../originals/determinedActMem.ts';
import { nearestBytes } from '../wholeBytes.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('training', 'Tensors are saved for backward', 'step.kind', ['training']),
  keyIs('saved-tensors', "Exactly PyTorch's saved tensors, views of one storage counted once", 'step.savedTensors', [
    'minimal',
  ]),
  keyIs(
    'fused-attention',
    'Attention is "F.scaled_dot_product_attention(q, k, v, is_causal=True)", of which no scores are saved',
    'model.attention',
    ['fused'],
  ),
  keyIs('no-checkpointing', 'Nothing is recomputed', 'step.checkpointing', ['none']),
  keyIs('single-stack', 'A stack of blocks of self-attention', 'model.architecture', ['decoder', 'encoder']),
  keyIs('layer-norm', 'Layer norms, which save input, mean and 1/std', 'model.normalization', ['layer-norm']),
  keyIs('pre-norm', 'norm_0 before attention, norm_1 before the MLP', 'model.normalizationPlacement', ['pre']),
  keyIs('two-linear-layers', 'The MLP is two linear layers', 'model.gatedFeedForward', [false]),
  sizeIs(
    'feed-forward-4h',
    'The MLP is 4 × d_model wide',
    'model.feedForwardSize',
    ({ model }) => 4 * model.hiddenSize,
  ),
  sizeIs('head-size', 'd_head = d_model / n_heads', 'model.headSize', ({ model }) => model.hiddenSize / model.heads),
  sizeIs('multi-head', 'Queries, keys and values are alike', 'model.keyValueHeads', ({ model }) => model.heads),
  ONE_MODEL,
];

const ACT_FN: Readonly<Record<RunConfig['model']['activation'], ActivationFunction>> = {
  gelu: 'GELU',
  'gelu-tanh': 'GELU', // nn.GELU either way
  relu: 'ReLU',
  silu: 'SiLU',
};

/** Mixed precision with 16-bit activations throughout is the source's layers in that type; autocast is autocast. */
const TYPES: Readonly<Record<RunConfig['step']['precision'], Pick<LayerSetting, 'dtype' | 'autocast'>>> = {
  float32: { dtype: 'float32', autocast: null },
  'autocast-float16': { dtype: 'float32', autocast: 'float16' },
  'autocast-bfloat16': { dtype: 'float32', autocast: 'bfloat16' },
  'mixed-float16': { dtype: 'float16', autocast: null },
  'mixed-bfloat16': { dtype: 'bfloat16', autocast: null },
  float16: { dtype: 'float16', autocast: null },
  bfloat16: { dtype: 'bfloat16', autocast: null },
  'int8-weights': { dtype: 'float32', autocast: null }, // activations have 32 bits
};

export const determinedActMem2: Estimator = {
  id: 'determined-act-mem-2',
  title: 'Determined AI 2024, saved tensors of a block with fused attention',
  source: {
    citation:
      'G. Goon, "Activation Memory: A Deep Dive using PyTorch", Determined AI (2024), and its code blog/act-mem-2',
    url: 'https://determined.ai/blog/act-mem-2',
    version: 'determined-ai/determined-examples@b348d4f',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['activations']),
  assumptions: ASSUMPTIONS,
  ignores: {
    'model.tiedEmbedding':
      '`Block` of layers.py is attention, an MLP and two layer norms; neither embedding nor head is part of what is measured.',
    'step.optimizer':
      'SavedTensorContext "captures all tensors which are registered as being saved for backwards", without the parameters (`ignored_tensors`): the optimizer is not asked.',
    'step.backward':
      'Counted is what is "registered as being saved for backwards within the context window", which is forward.',
  },

  predict({ model, batch, step, runtime }) {
    if (step.kind !== 'training') return { activations: unsupported('Tensors are saved in training only.') };
    const setting: LayerSetting = {
      batch_size: batch.size / step.microBatches,
      seq_len: batch.sequenceLength,
      d_model: model.hiddenSize,
      device: runtime.device === 'gpu' ? 'cuda' : 'cpu', // of dropout; attention is taken to save the same on both
      ...TYPES[step.precision],
    };
    const mlp = mlpMemory(setting, ACT_FN[model.activation], model.dropout); // the block's only dropout
    return {
      activations: nearestBytes({
        normalization: model.layers * savedTensorMem(normStorages(setting)),
        attention: model.layers * savedTensorMem(attentionStorages({ ...setting, n_heads: model.heads })),
        'feed-forward': model.layers * Object.values(mlp).reduce((sum, bytes) => sum + bytes, 0),
      }),
    };
  },
  originals: [DETERMINED],
};
