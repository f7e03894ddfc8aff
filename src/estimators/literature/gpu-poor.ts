/** gpu_poor ("Can my GPU run this LLM?"): full training and Hugging Face inference of a Llama-like model in 16 bits. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { inTraining, keyIs, ONE_MODEL, sizeIs } from '../assumption.ts';
import { ONE_DEVICE } from '../deployment.ts';
import { type Assumption, comparedIn, type Estimator, unsupported } from '../estimator.ts';
import { gpuPoorOriginal, inferenceActivations, keyValueBytes } from '../originals/gpu-poor.ts';
import { computeModelSize, type ParsedConfig } from '../originals/gpuPoorModel.ts';
import { CHECKPOINTED_SHARE, FLOAT_BYTES, layerActivations } from '../originals/gpuPoorTraining.ts';
import { unknownDegree } from '../unknownDegree.ts';
import { nearestBytes } from '../wholeBytes.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  {
    id: 'sixteen-bit',
    statement: 'Values have 2 bytes ("stored (in fp16)"), whatever the type asked for',
    holds: ({ step }) => /^(mixed-)?b?float16$/.test(step.precision),
    nearby: (config) => {
      const precision = config.step.kind === 'training' ? 'mixed-float16' : 'float16';
      return [{ ...config, step: { ...config.step, precision } }];
    },
  },
  inTraining(
    keyIs('sixteen-bit-states', 'So have weights, gradients and moments, without an fp32 copy', 'step.precision', [
      'float16',
      'bfloat16',
    ]),
  ),
  inTraining(
    keyIs('optimizer', 'Adam, or SGD without momentum', 'step.optimizer', [
      'adam',
      'adamw',
      'adam-per-variable',
      'sgd',
    ]),
  ),
  inTraining(keyIs('saved-tensors', 'PyTorch stores "every operation\'s output"', 'step.savedTensors', ['minimal'])),
  keyIs(
    'unfused',
    'Scores are stored: "attn mat + attn mat convert tp fp32 + attn mat divided by sqrt" in training, once in inference',
    'model.attention',
    ['unfused'],
  ),
  inTraining(
    keyIs('freeing-backward', 'Nothing is added in backward to what forward stored', 'step.backward', ['freeing']),
  ),
  inTraining(keyIs('gradients-kept', 'Gradients are there beside all activations', 'step.gradients', ['kept'])),
  inTraining(
    keyIs('gradient-checkpointing', 'Gradient checkpointing or none', 'step.checkpointing', ['none', 'block']),
  ),
  keyIs('decoder', 'One stack of decoder layers', 'model.architecture', ['decoder']),
  keyIs('gated', 'Three matrices of feed-forward ("FFN1, FFN2, FFN3")', 'model.gatedFeedForward', [true]),
  keyIs('untied-head', 'Embedding and head have a matrix each', 'model.tiedEmbedding', [false]),
  sizeIs(
    'head-size',
    'Queries, keys and values are as wide as the model',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  sizeIs('multi-head', 'Each head has keys and values of its own', 'model.keyValueHeads', ({ model }) => model.heads),
  ONE_MODEL,
];

const QUANTITIES = [
  'weights',
  'steady',
  'activations',
  'backward-peak',
  'step-peak',
  'inference-peak',
  'kv-cache',
] as const;

export const gpuPoor: Estimator = {
  id: 'gpu-poor',
  title: 'gpu_poor, "Can my GPU run this LLM?"',
  source: {
    citation: 'R. S. Chand, "Can my GPU run this LLM? & at what token/s?" (2023)',
    url: 'https://rahulschand.github.io/gpu_poor/',
    version: 'RahulSChand/gpu_poor@ad2fc0e',
  },
  predicts: comparedIn(MEMORY_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  ignores: {
    'model.dropout':
      'getActivationMemory adds "qkv + qk (transpose) + attn mat + attn mat convert tp fp32 + attn mat divided by sqrt", feed-forward and norms: no mask, and App.js has no word of dropout.',
  },
  countParameters: (config) => computeModelSize(sizesOf(config)),
  originals: [gpuPoorOriginal],

  /**
   * Without "cuda + other overhead", 650 MiB: it is no tensor and comes from no allocator of the ledgers. The page has parts in
   * whole MiB, rounded up; here are the bytes before that.
   */
  predict(config, deployment = ONE_DEVICE) {
    const unknown = unknownDegree(deployment);
    if (unknown !== undefined) {
      const reason = unsupported(`The page has no ${unknown}.`);
      return Object.fromEntries(QUANTITIES.map((quantity) => [quantity, reason]));
    }
    const sizes = sizesOf(config);
    const tokens = config.batch.sequenceLength;
    const weights = { weights: FLOAT_BYTES * computeModelSize(sizes) };
    const cache = config.batch.size * keyValueBytes(sizes, tokens);
    const { linear, scores } = inferenceActivations(sizes, tokens);
    return {
      ...(config.step.kind === 'training' ? trainingOf(config, sizes) : NO_TRAINING),
      weights: nearestBytes(weights),
      'inference-peak': nearestBytes({
        ...weights,
        attention: cache + config.batch.size * scores, // of one layer
        unitemised: config.batch.size * linear, // five tensors as wide as the model, which the page does not name
      }),
      'kv-cache': nearestBytes({ attention: cache }),
    };
  },
};

/** The page has one mode or the other. */
const NO_TRAINING = Object.fromEntries(
  (['steady', 'activations', 'backward-peak', 'step-peak'] as const).map((quantity) => [
    quantity,
    unsupported('The figure is of training.'),
  ]),
);

const sizesOf = ({ model }: RunConfig): ParsedConfig => ({
  vocab: model.vocabularySize,
  hiddenDim: model.hiddenSize,
  heads: model.heads,
  interDim: model.feedForwardSize,
  num_layers: model.layers,
});

/** "Grad & Optimizer memory" of full training: the gradient, and with Adam two moments. In tensors as large as the model. */
const OPTIMIZER_STATES: Readonly<Partial<Record<RunConfig['step']['optimizer'], number>>> = {
  adam: 2,
  adamw: 2,
  'adam-per-variable': 2,
  sgd: 0,
};

/** `step.checkpointing` as the page has it: none, or gradient checkpointing. */
const SHARES: Readonly<Partial<Record<RunConfig['step']['checkpointing'], number>>> = {
  none: 1,
  block: CHECKPOINTED_SHARE,
};

function trainingOf({ model, batch, step }: RunConfig, sizes: ParsedConfig) {
  const modelBytes = FLOAT_BYTES * computeModelSize(sizes);
  const states = OPTIMIZER_STATES[step.optimizer];
  const share = SHARES[step.checkpointing];
  const noStates = states === undefined ? unsupported(`The page has Adam and SGD, not ${step.optimizer}.`) : undefined;
  const noShare = share === undefined ? unsupported(`The page has no checkpointing ${step.checkpointing}.`) : undefined;

  const steady = { weights: modelBytes, optimizer: (states ?? 0) * modelBytes };
  const gradients = { gradients: modelBytes };
  const times = (batch.size / step.microBatches) * model.layers;
  const layer = layerActivations(sizes, batch.sequenceLength);
  const stored = {
    attention: times * layer.attention * (share ?? 1),
    'feed-forward': times * layer.feedForward * (share ?? 1),
    normalization: times * layer.norms * (share ?? 1),
  };
  const total = noStates ?? noShare ?? nearestBytes({ ...steady, ...gradients, ...stored });
  return {
    // The page says how much each is, not when it is there.
    steady: noStates ?? nearestBytes(step.gradients === 'kept' ? { ...steady, ...gradients } : steady),
    activations: noShare ?? nearestBytes(stored),
    'backward-peak': total,
    'step-peak': total,
  };
}
