/** Where the laws of PyTorch eager hold: the models and steps that were measured, and what follows from them by the size of a type. */
import type { RunConfig } from '../../../config/schema.ts';
import { keyIs, ONE_MODEL, takenFor } from '../../assumption.ts';
import type { Assumption } from '../../estimator.ts';
import { DECODER, FULL_HEADS, LEARNED_POSITIONS, PRE_NORM, TWO_LINEAR_LAYERS } from '../grounds.ts';

const isHalf = ({ step }: RunConfig): boolean => step.precision === 'float16' || step.precision === 'autocast-float16';

/** Of what forward saves. */
export const FORWARD_GROUND: readonly Assumption[] = [
  keyIs('training', 'A training step', 'step.kind', ['training']),
  keyIs(
    'precision',
    "One type throughout, or autocast over 32-bit weights; CUDA's kernels keep of float16 what they keep of bfloat16",
    'step.precision',
    ['float32', 'autocast-bfloat16', 'bfloat16', 'autocast-float16', 'float16'],
  ),
  {
    id: 'float16-on-gpu',
    statement: 'float16 on a GPU; its kernels on a CPU were not looked at',
    holds: (config) => !isHalf(config) || config.runtime.device === 'gpu',
  },
  DECODER,
  LEARNED_POSITIONS,
  keyIs('layer-norm', 'nn.LayerNorm, which saves its input, mean and 1/σ', 'model.normalization', ['layer-norm']),
  PRE_NORM,
  keyIs('activation', 'F.gelu in one kernel, or F.relu', 'model.activation', ['gelu', 'gelu-tanh', 'relu']),
  TWO_LINEAR_LAYERS,
  ...FULL_HEADS,
  {
    id: 'kernel-head-size',
    statement: 'Heads of a multiple of 8 where attention is fused on a GPU, as its kernels ask for',
    holds: ({ model, runtime }) =>
      model.attention === 'unfused' || runtime.device === 'cpu' || model.headSize % 8 === 0,
  },
  {
    id: 'fused-without-dropout',
    statement: 'No dropout where attention is fused on a CPU: PyTorch has no kernel for both there',
    holds: ({ model, runtime }) => model.attention === 'unfused' || runtime.device === 'gpu' || model.dropout === 0,
  },
  keyIs('recomputation', 'No checkpointing, or torch.utils.checkpoint around each block', 'step.checkpointing', [
    'none',
    'block',
  ]),
  ONE_MODEL,
  {
    id: 'no-dimension-of-one',
    statement: 'Sequence length, heads and vocabulary of at least 2: with 1, transposes are views',
    holds: ({ model, batch }) => Math.min(batch.sequenceLength, model.heads, model.vocabularySize) >= 2,
  },
];

/** Of levels and peaks, beside that. */
export const STEP_GROUND: readonly Assumption[] = [
  keyIs('adam', 'torch.optim.Adam or AdamW, not fused', 'step.optimizer', ['adam', 'adamw', 'adam-per-variable']),
  keyIs('one-micro-batch', 'One forward and backward a step', 'step.microBatches', [1]),
  {
    id: 'no-loss-scaling',
    statement: 'No GradScaler, which training in float16 needs',
    holds: (config) => !isHalf(config),
  },
];

/** Of both; PyTorch is like this whatever the configuration says. */
export const PYTORCH: readonly Assumption[] = [
  keyIs('pytorch', 'Executed by PyTorch eager, not compiled', 'runtime.backend', ['external']),
  keyIs('saved-tensors', 'Autograd keeps what the backward of each kernel needs', 'step.savedTensors', ['minimal']),
  keyIs('freeing-backward', 'backward() frees what a node has saved when it is done', 'step.backward', ['freeing']),
  takenFor('added-mask', 'Unfused attention adds a mask of the type of the model (condition `mask` `add`)'),
  takenFor('one-mask', 'One such mask of S² for all layers, which is there beside fused attention too'),
  takenFor('logits-freed', 'Nobody holds the logits beyond the loss (condition `logitsHeld` `false`)'),
  takenFor(
    'default-foreach',
    "Adam's `foreach` is left to PyTorch: on a GPU all parameters at once, on a CPU one by one, which `adam-per-variable` says of both",
  ),
  takenFor(
    'two-seeds',
    'A fused kernel on a GPU keeps two seeds of 8 bytes, as the memory-efficient one and cuDNN do; flash keeps 24 bytes',
  ),
];
