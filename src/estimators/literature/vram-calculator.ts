/** vram.asmirnov.xyz: parameters, optimizer, logits, and the activations of Korthikanti et al. with grouped keys and values. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { inTraining, keyIs, ONE_MODEL, sizeIs } from '../assumption.ts';
import { type Deployment, ONE_DEVICE } from '../deployment.ts';
import { type Assumption, comparedIn, type Estimator, type Prediction, unsupported } from '../estimator.ts';
import { exactParameterCount } from '../exact/parameterCount.ts';
import {
  estimateBytes,
  layerActivations,
  type VramArguments,
  vramCalculatorOriginal,
} from '../originals/vram-calculator.ts';
import { unknownDegree } from '../unknownDegree.ts';
import { nearestBytes } from '../wholeBytes.ts';

/** Of training: "mixed" or "full (fp32)". Of inference: "fp16/bf16" or "fp32". */
const PRECISIONS = {
  training: ['mixed-float16', 'mixed-bfloat16', 'float32'],
  inference: ['float16', 'bfloat16', 'float32'],
} as const satisfies Record<RunConfig['step']['kind'], readonly RunConfig['step']['precision'][]>;

/** Those of the page's optimizers: SGD, SGD with momentum, Adam. */
const OPTIMIZERS = ['adam', 'adamw', 'adam-per-variable', 'momentum', 'sgd'] as const;

const ASSUMPTIONS: readonly Assumption[] = [
  {
    id: 'precision',
    statement: 'Training in mixed or full precision (fp32), inference in fp16/bf16 or fp32',
    holds: ({ step }) => (PRECISIONS[step.kind] as readonly string[]).includes(step.precision),
    nearby: (config) =>
      PRECISIONS[config.step.kind].map((precision) => ({ ...config, step: { ...config.step, precision } })),
  },
  inTraining({
    id: 'half-precision-copy',
    statement: 'In mixed precision "parameters are stored in both full precision and half precision"',
    holds: ({ step }) => step.precision === 'float32', // what mixed precision casts here does not stay
  }),
  inTraining(keyIs('optimizer', 'Adam, SGD with momentum, or SGD', 'step.optimizer', OPTIMIZERS)),
  {
    id: 'dropout',
    statement: 'Dropout masks are stored, 1 byte per element',
    holds: ({ model }) => model.dropout > 0,
    nearby: (config) => [{ ...config, model: { ...config.model, dropout: 0.1 } }],
  },
  inTraining(
    keyIs(
      'saved-tensors',
      '"Sum of sizes of all intermediate tensors during forward pass", as in arXiv 2205.05198',
      'step.savedTensors',
      ['minimal'],
    ),
  ),
  keyIs(
    'unfused',
    'A layer has a `softmaxOutput`, a `softmaxDropoutMask` and a `dropoutOutput`, each as large as the scores',
    'model.attention',
    ['unfused'],
  ),
  inTraining(
    keyIs('freeing-backward', 'Nothing is added in backward to what forward stored', 'step.backward', ['freeing']),
  ),
  inTraining(keyIs('gradients-kept', 'Gradients are there beside all activations', 'step.gradients', ['kept'])),
  inTraining(keyIs('no-checkpointing', 'The activations of all layers are stored', 'step.checkpointing', ['none'])),
  keyIs('single-stack', 'A single stack of layers', 'model.architecture', ['decoder', 'encoder']),
  keyIs('activation-input', 'The activation stores its input', 'model.activation', ['gelu', 'gelu-tanh', 'silu']),
  sizeIs(
    'head-size',
    'headDim = hiddenSize / numAttentionHeads',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  ONE_MODEL,
];

const QUANTITIES = ['weights', 'steady', 'activations', 'backward-peak', 'step-peak', 'inference-peak'] as const;

export const vramCalculator: Estimator = {
  id: 'vram-calculator',
  title: 'VRAM Estimator (vram.asmirnov.xyz)',
  source: {
    citation: 'A. Smirnov, "VRAM Calculator" (2024)',
    url: 'https://vram.asmirnov.xyz',
    version: 'furiousteabag/vram-calculator@ea7ab04',
  },
  predicts: comparedIn(MEMORY_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  originals: [vramCalculatorOriginal],

  predict(config, deployment = ONE_DEVICE) {
    const training = trainingOf(config, deployment);
    const inference = inferenceOf(config, deployment);
    return {
      ...inference,
      ...training,
      weights: config.step.kind === 'training' ? training.weights : inference.weights,
    };
  },
};

/**
 * The page's total has 1000 MiB for CUDA's kernels more. They are no tensors and come from no allocator of the ledgers, so the
 * peaks are without them.
 */
function trainingOf(
  config: RunConfig,
  deployment: Deployment,
): Record<Exclude<(typeof QUANTITIES)[number], 'inference-peak'>, Prediction> {
  // Fully sharded data parallelism divides weights, gradients and moments, as ZeRO's stage 3; the page has no other stage.
  const unknown =
    unknownDegree(deployment, ['zeroStage']) ?? (deployment.zeroStage % 3 === 0 ? undefined : 'zeroStage below 3');
  if (unknown !== undefined) {
    const reason = unsupported(`The calculator has no ${unknown} in training.`);
    return { weights: reason, activations: reason, steady: reason, 'backward-peak': reason, 'step-peak': reason };
  }

  const given = argumentsOf(config, {
    isTraining: true,
    batchSize: config.batch.size / config.step.microBatches,
    numGPUs: deployment.dataParallel,
    isFSDP: deployment.zeroStage === 3,
  });
  const { parameters, gradients = 0, firstMoments = 0, secondMoments = 0, outputs } = estimateBytes(given);
  const layer = layerActivations(given);
  const stored = {
    attention: config.model.layers * layer.attention,
    'feed-forward': config.model.layers * layer.mlp,
    normalization: config.model.layers * layer.layerNorms,
    loss: outputs, // logits and probabilities
  };
  const states = { weights: parameters, optimizer: firstMoments + secondMoments };
  const noStates = (OPTIMIZERS as readonly string[]).includes(config.step.optimizer)
    ? undefined
    : unsupported(`The calculator has Adam and SGD, not ${config.step.optimizer}.`);
  const total = noStates ?? nearestBytes({ ...states, gradients, ...stored });
  return {
    weights: nearestBytes({ weights: parameters }),
    activations: nearestBytes(stored),
    // The page says how much each is, not when it is there.
    steady: noStates ?? nearestBytes(config.step.gradients === 'kept' ? { ...states, gradients } : states),
    'backward-peak': total,
    'step-peak': total,
  };
}

/** The activations of one layer, logits, no cache of keys and values. */
function inferenceOf(config: RunConfig, deployment: Deployment): Record<'weights' | 'inference-peak', Prediction> {
  const unknown = unknownDegree(deployment, ['tensorParallel', 'pipelineParallel']);
  if (unknown !== undefined) {
    const reason = unsupported(`The calculator has no ${unknown} in inference.`);
    return { weights: reason, 'inference-peak': reason };
  }
  const given = argumentsOf(config, {
    isTraining: false,
    batchSize: config.batch.size,
    numGPUs: deployment.tensorParallel * deployment.pipelineParallel, // "model parallelism" divides the weights, no more
    isInferenceModelParallelism: true,
  });
  const { parameters, outputs } = estimateBytes(given);
  const { attention, mlp, layerNorms } = layerActivations(given);
  return {
    weights: nearestBytes({ weights: parameters }),
    'inference-peak': nearestBytes({
      weights: parameters,
      attention,
      'feed-forward': mlp,
      normalization: layerNorms,
      head: outputs, // logits, on the first GPU
    }),
  };
}

function argumentsOf(config: RunConfig, run: Partial<VramArguments['runConfig']>): VramArguments {
  const { model, batch, step } = config;
  const isFloat32 = step.precision === 'float32'; // any other precision is the page's 16-bit choice
  return {
    modelConfig: {
      numParams: exactParameterCount(config) / 1e9, // the user types in the model's own
      hiddenSize: model.hiddenSize,
      vocabSize: model.vocabularySize,
      numAttentionHeads: model.heads,
      numKeyValueHeads: model.keyValueHeads,
      intermediateSize: model.feedForwardSize, // a gate has no field
      numLayers: model.layers,
    },
    runConfig: {
      isTraining: true,
      inferencePrecision: isFloat32 ? 'full' : 'half',
      trainingPrecision: isFloat32 ? 'full' : 'mixed',
      optimizer: step.optimizer === 'sgd' || step.optimizer === 'momentum' ? 'SGD' : 'Adam',
      optimizerSGDMomentum: step.optimizer === 'momentum',
      sequenceLength: batch.sequenceLength,
      batchSize: batch.size,
      numGPUs: 1,
      isFSDP: false,
      isInferenceModelParallelism: false,
      ...run,
    },
  };
}
