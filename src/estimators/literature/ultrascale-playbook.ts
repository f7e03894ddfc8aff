/** The memory widget of Hugging Face's Ultra-Scale Playbook: Korthikanti's activations with more switches, and model states. */
import type { RunConfig } from '../../config/schema.ts';
import { type Component, MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, ONE_MODEL, sizeIs } from '../assumption.ts';
import { type Deployment, ONE_DEVICE } from '../deployment.ts';
import { type Assumption, comparedIn, type Estimator, unsupported } from '../estimator.ts';
import {
  activationMemory,
  paramGradsOpt,
  playbookParameters,
  ultrascalePlaybookOriginal,
} from '../originals/ultrascale-playbook.ts';
import { unknownDegree } from '../unknownDegree.ts';
import { nearestBytes } from '../wholeBytes.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('training', 'The memory of training a model', 'step.kind', ['training']),
  keyIs(
    'mixed-or-float32',
    'Mixed precision with BF16, or "good old-fashioned full precision (FP32)"',
    'step.precision',
    ['mixed-bfloat16', 'mixed-float16', 'float32'],
  ),
  {
    id: 'sixteen-bit-weights',
    statement: 'In mixed precision "2 bytes per parameter and gradient", and a copy of the weights in FP32 beside them',
    holds: ({ step }) => step.precision === 'float32', // nothing built here trains 16-bit variables
  },
  {
    id: 'dropout',
    statement: 'Dropout masks are stored, 1 byte per element (eq. 2 of arXiv 2205.05198)',
    holds: ({ model }) => model.dropout > 0,
    nearby: (config) => [{ ...config, model: { ...config.model, dropout: 0.1 } }],
  },
  keyIs(
    'saved-tensors',
    'Stored is "every hidden state between two learnable operations", as listed in arXiv 2205.05198',
    'step.savedTensors',
    ['minimal'],
  ),
  keyIs(
    'freeing-backward',
    '"... as the backward pass propagates, the stored activations used to compute the gradients are progressively cleared"',
    'step.backward',
    ['freeing'],
  ),
  keyIs(
    'gradients-kept',
    'Gradients are there beside all activations: "buffers where we accumulate gradients that persist"',
    'step.gradients',
    ['kept'],
  ),
  keyIs('recomputation', 'No recomputation, selective or full', 'step.checkpointing', ['none', 'selective', 'block']),
  keyIs('single-stack', 'A single stack of L layers', 'model.architecture', ['decoder', 'encoder']),
  keyIs('layer-norm', 'LayerNorm with scale and bias: 4 of the 13 h of a layer', 'model.normalization', ['layer-norm']),
  keyIs('biases', 'Every linear layer has a bias: 9 of the 13 h of a layer', 'model.biases', [true]),
  keyIs('tied-head', 'One matrix of h · v', 'model.tiedEmbedding', [true]),
  {
    id: 'learned-positions',
    statement: 'A learned embedding for each of the s positions: h · s',
    holds: ({ model, batch }) => model.positions === 'learned' && model.maxPositions === batch.sequenceLength,
    nearby: (config) => [
      { ...config, model: { ...config.model, positions: 'learned', maxPositions: config.batch.sequenceLength } },
    ],
  },
  {
    id: 'feed-forward',
    statement: 'ReLU or GELU between two linear layers, or SwiGLU',
    holds: ({ model }) =>
      (model.gatedFeedForward ? ['silu'] : ['gelu', 'gelu-tanh', 'relu']).includes(model.activation),
    nearby: (config) => {
      const activation = config.model.gatedFeedForward ? 'silu' : 'gelu';
      return [{ ...config, model: { ...config.model, activation } }];
    },
  },
  sizeIs(
    'head-size',
    'Queries, keys and values are h wide',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  sizeIs('multi-head', 'Each head has keys and values of its own', 'model.keyValueHeads', ({ model }) => model.heads),
  ONE_MODEL,
];

/** `step.checkpointing` in the page's words; it has nothing for groups of √L layers. */
const RECOMPUTATION = { none: 'none', selective: 'selective', block: 'full', sqrt: undefined } as const;

/** The page has no switch for fused attention: "most people using FlashAttention are already making use of selective recomputation". */
function recomputationOf({ model, step }: RunConfig): (typeof RECOMPUTATION)[keyof typeof RECOMPUTATION] {
  const recomputation = RECOMPUTATION[step.checkpointing];
  return model.attention === 'fused' && recomputation === 'none' ? 'selective' : recomputation;
}

/** "Optimizer Parameters (k)": bytes of fp32 states per parameter, 8 for Adam's two. */
const OPTIMIZER_BYTES: Readonly<Record<RunConfig['step']['optimizer'], number>> = {
  adam: 8,
  adamw: 8,
  'adam-per-variable': 8,
  adamax: 8,
  rmsprop: 8, // tfjs keeps a momentum beside the mean square
  momentum: 4,
  adagrad: 4,
  sgd: 0,
};

const QUANTITIES = ['weights', 'steady', 'activations', 'backward-peak', 'step-peak'] as const;

export const ultrascalePlaybook: Estimator = {
  id: 'ultrascale-playbook',
  title: 'Ultra-Scale Playbook 2025, its memory widget',
  source: {
    citation: 'N. Tazi et al., "The Ultra-Scale Playbook: Training LLMs on GPU Clusters" (Hugging Face, 2025)',
    url: 'https://huggingface.co/spaces/nanotron/ultrascale-playbook',
    version: 'vinjn/nanotron-ultrascale-playbook@924e4d0 (a mirror of the page)',
  },
  predicts: comparedIn(MEMORY_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  countParameters: ({ model, batch }) =>
    playbookParameters(model.hiddenSize, model.layers, batch.sequenceLength, model.vocabularySize),
  originals: [ultrascalePlaybookOriginal],

  predict(config, deployment = ONE_DEVICE) {
    const unknown = unknownDegree(deployment, ['tensorParallel', 'sequenceParallel', 'zeroStage']);
    if (unknown !== undefined) {
      const reason = unsupported(`The page has no ${unknown}.`);
      return Object.fromEntries(QUANTITIES.map((quantity) => [quantity, reason]));
    }

    // "Parameters / Gradients / Optimizer States": the page never divides them by tp.
    const states = paramGradsOpt({
      ...sizes(config),
      k: OPTIMIZER_BYTES[config.step.optimizer],
      dp: deployment.dataParallel,
      zero: deployment.zeroStage,
      mixed: config.step.precision !== 'float32', // autocast and pure 16 bit are no choices of the page
    });
    const steady = {
      weights: states.parameters,
      gradients: states.gradients,
      optimizer: states.optimizer, // in mixed precision with the fp32 copy of the weights
    };
    const stored = activationsOf(config, deployment);
    const total = stored === undefined ? NO_GROUPS : nearestBytes({ ...steady, ...stored }); // the page's "Total"
    return {
      weights: nearestBytes({ weights: states.parameters }),
      steady: nearestBytes(steady),
      activations: stored === undefined ? NO_GROUPS : nearestBytes(stored),
      'backward-peak': total,
      'step-peak': total,
    };
  },
};

const NO_GROUPS = unsupported('The page recomputes attention or every layer, not groups of √L.');

const sizes = ({ model, batch }: RunConfig) => ({
  h: model.hiddenSize,
  L: model.layers,
  s: batch.sequenceLength,
  v: model.vocabularySize,
});

/** Bytes by component, not yet whole; `undefined` for a recomputation that the page does not have. */
function activationsOf(
  config: RunConfig,
  deployment: Deployment,
): Readonly<Partial<Record<Component, number>>> | undefined {
  const { model, batch, step } = config;
  const recomputation = recomputationOf(config);
  if (recomputation === undefined) return undefined;

  const memory = activationMemory({
    ...sizes(config),
    a: model.heads,
    b: batch.size / step.microBatches, // "micro batch size"
    h_ff: model.feedForwardSize,
    tp: deployment.tensorParallel,
    mixed: step.precision !== 'float32',
    recomputation,
    ff_activation: feedForwardOf(model),
    seq_parallel: deployment.sequenceParallel,
  });
  const outside = { embedding: memory.dropout, head: memory.projection, loss: memory.crossEntropy };
  if ('layerInput' in memory) return { residual: memory.layerInput, normalization: memory.layerNorm, ...outside };
  const { attention, feedForward, layerNorms } = memory.layer;
  return {
    attention: model.layers * attention,
    'feed-forward': model.layers * feedForward,
    normalization: model.layers * layerNorms + memory.layerNorm,
    ...outside,
  };
}

/** The page's choice that stores the same tensors: a gate makes three inputs of the product, ReLU keeps none of its own. */
function feedForwardOf({ gatedFeedForward, activation }: RunConfig['model']): string {
  if (gatedFeedForward) return 'swiglu';
  return activation === 'relu' ? 'relu' : 'gelu';
}
