/** The layer that Korthikanti et al. (2022) derive their table for, and all who take the table over. */
import { inTraining, keyIs, sizeIs } from '../assumption.ts';
import type { Assumption } from '../estimator.ts';

export const KORTHIKANTI_LAYER: readonly Assumption[] = [
  {
    id: 'dropout',
    statement: 'Dropout masks are stored, 1 byte per element',
    holds: ({ model }) => model.dropout > 0,
    nearby: (config) => [{ ...config, model: { ...config.model, dropout: 0.1 } }],
  },
  keyIs(
    'saved-tensors',
    'Only the listed tensors are stored, small buffers such as the mean and variance of a layer norm neglected',
    'step.savedTensors',
    ['minimal'],
  ),
  inTraining(
    keyIs(
      'unfused',
      'The output of the softmax, the mask of its dropout and the output of that are stored: 5as²b',
      'model.attention',
      ['unfused'],
    ),
  ),
  keyIs(
    'checkpointing',
    'Nothing is recomputed, or attention alone (selective), or every layer (full)',
    'step.checkpointing',
    ['none', 'selective', 'block'],
  ),
  keyIs('single-stack', 'A single stack transformer, encoder or decoder', 'model.architecture', ['decoder', 'encoder']),
  keyIs('layer-norm', 'Two layer norms per layer, each storing its input', 'model.normalization', ['layer-norm']),
  keyIs('gelu', 'GELU, which stores its input', 'model.activation', ['gelu', 'gelu-tanh']),
  keyIs('two-linear-layers', 'The MLP is two linear layers, h → 4h → h', 'model.gatedFeedForward', [false]),
  sizeIs('feed-forward-4h', 'The MLP is 4h wide', 'model.feedForwardSize', ({ model }) => 4 * model.hiddenSize),
  sizeIs(
    'head-size',
    'Queries, keys and values are h wide',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  sizeIs('multi-head', 'Each head has keys and values of its own', 'model.keyValueHeads', ({ model }) => model.heads),
];
