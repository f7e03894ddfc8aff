/** What Rees's derivation and the corrected article take for granted alike: one training step of PyTorch under autocast. */
import { keyIs, neverBuilt, ONE_MODEL, sizeIs } from '../assumption.ts';
import type { Assumption } from '../estimator.ts';

export const PYTORCH_AUTOCAST_TRAINING: readonly Assumption[] = [
  keyIs('training', 'A training step: forward, backward, optimizer', 'step.kind', ['training']),
  keyIs('decoder', 'One stack of decoder blocks (GPT-2)', 'model.architecture', ['decoder']),
  keyIs(
    'autocast',
    'PyTorch autocast: fp32 weights, layer norm, softmax and loss; matrix products in 16 bit',
    'step.precision',
    ['autocast-float16', 'autocast-bfloat16'],
  ),
  keyIs('adam', 'Adam with two fp32 states per parameter', 'step.optimizer', ['adam', 'adamw', 'adam-per-variable']),
  keyIs('gradients-kept', 'Gradients persist: they are part of the steady figure', 'step.gradients', ['kept']),
  keyIs('no-dropout', 'dropout = 0: no masks are stored', 'model.dropout', [0]),
  keyIs('no-checkpointing', 'Every activation is stored, none is recomputed', 'step.checkpointing', ['none']),
  keyIs('saved-tensors', "Exactly PyTorch's saved tensors", 'step.savedTensors', ['minimal']),
  keyIs(
    'unfused',
    '"Softmax(P): Store P", which "is done in FP32", and for "S=PV: Store P" once more in 16 bits',
    'model.attention',
    ['unfused'],
  ),
  keyIs('freeing-backward', 'Backward frees as it goes, so that the peak is at its start', 'step.backward', [
    'freeing',
  ]),
  keyIs('layer-norm', 'Layer norm, whose fp32 input is stored', 'model.normalization', ['layer-norm']),
  keyIs('gelu', "GELU, whose input is stored beside the second linear layer's input", 'model.activation', [
    'gelu',
    'gelu-tanh',
  ]),
  keyIs('two-linear-layers', 'A feed-forward block of two linear layers', 'model.gatedFeedForward', [false]),
  sizeIs(
    'head-size',
    'The heads share the width: headSize = H / heads',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  sizeIs('multi-head', 'Each head has keys and values of its own', 'model.keyValueHeads', ({ model }) => model.heads),
  ONE_MODEL,
];

export const INT64_DATA = neverBuilt('int64-data', 'Inputs and targets are int64 (tfjs has int32 only)');
